"""Which people are meant: the filters of the list of contacts, the same wherever somebody names many."""

from __future__ import annotations

from typing import Annotated

from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter

from tidings.flow.people import Wanted


def _wanted(
    q: Annotated[str, QueryParameter(description="An identifier, an address or a name begins with it.")] = "",
    tag: FromQuery[str] = "",
    on_list: Annotated[str, QueryParameter(name="list", description="The name of a list that they are on.")] = "",
    company: Annotated[str, QueryParameter(description="The key of a company that they belong to.")] = "",
    subscribed: Annotated[str, QueryParameter(description="A channel, or channel:topic.")] = "",
    reachable: Annotated[str, QueryParameter(description="Marketing may be sent on this channel.")] = "",
    in_journey: Annotated[str, QueryParameter(description="Inside the journey of this name now.")] = "",
    has: Annotated[str, QueryParameter(description="The path of an attribute that is there.")] = "",
    where: Annotated[str, QueryParameter(description="A rule as JSON, in the language of audiences.")] = "",
) -> Wanted:
    return Wanted(
        q=q,
        tag=tag,
        list=on_list,
        company=company,
        subscribed=subscribed,
        reachable=reachable,
        in_journey=in_journey,
        has=has,
        where=where,
    )


WANTED = {"wanted": Provide(_wanted, sync_to_thread=False)}
"""`dependencies=` of whoever takes the filters; the handler's parameter is `wanted: Meant`."""
Meant = NamedDependency[Wanted]
