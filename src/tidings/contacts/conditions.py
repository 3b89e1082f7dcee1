"""What a rule may ask about a person: attributes and tags."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from tidings.rules.tree import Depends, Scope
from tidings.rules.values import Comparison


class Attribute(Comparison, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{attribute: plan, eq: pro}`; dots go into objects."""

    attribute: Annotated[
        str,
        Meta(
            min_length=1,
            title="Attribute",
            description="What is known of the contact; dots go into objects.",
            examples=["plan"],
        ),
    ] = msgspec.field(default="")

    def sql(self, scope: Scope) -> str:
        return self.compare(scope, "c.attributes", self.attribute.split("."))

    def depends(self) -> Depends:
        return Depends(attributes=True)

    def sentence(self) -> str:
        return f"{self.attribute} {self.words()}"


class Tagged(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{tag: vip}`."""

    tag: Annotated[str, Meta(min_length=1, title="Tag", description="They have it.", examples=["vip"])]

    def sql(self, scope: Scope) -> str:
        return f"exists (select 1 from tag t where t.contact_id = c.id and t.name = {scope.bind(self.tag)})"

    def depends(self) -> Depends:
        return Depends(attributes=True)

    def sentence(self) -> str:
        return f"has the tag {self.tag}"


class Listed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{list: members}`: they are on this list."""

    list: Annotated[str, Meta(min_length=1, title="List", description="They are on it.", examples=["members"])]

    def sql(self, scope: Scope) -> str:
        on = "from list_member m join list l on l.id = m.list_id"
        return f"exists (select 1 {on} where m.contact_id = c.id and l.name = {scope.bind(self.list)})"

    def depends(self) -> Depends:
        return Depends(attributes=True)

    def sentence(self) -> str:
        return f"is on the list {self.list}"


CONDITIONS = {"attribute": Attribute, "tag": Tagged, "list": Listed}
