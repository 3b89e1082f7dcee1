"""Campaigns over HTTP: the list, the look before take-off, launch, pause, go on, cancel, and what came of them."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from tidings import documents, flow
from tidings.campaigns import service as campaigns
from tidings.campaigns.models import Run, check
from tidings.flow.campaigning import Remark
from tidings.flow.reaching import Reached
from tidings.http.documents import DocumentDraft, draft_of
from tidings.http.served import AnyRequest, database, now, once, setting, workspace
from tidings.runtime.database import Tx
from tidings.runtime.errors import NotFound
from tidings.runtime.ids import iso

GROUPS: dict[str, str] = {
    **dict.fromkeys(("queued", "held", "deferred", "sending", "committing"), "waiting"),
    **dict.fromkeys(("sent", "delivered", "bounced", "complained"), "sent"),
    "failed": "failed",
    "uncertain": "uncertain",
    **dict.fromkeys(("skipped", "cancelled", "expired"), "skipped"),
}
"""Message state -> where a report counts it."""


class CampaignLine(Struct, kw_only=True):
    """A campaign in the list: what it says, and where it stands; `state` is draft or ready before it was launched."""

    name: str
    state: str
    has_draft: bool
    document: dict[str, Any]
    launched_at: str | None
    starts_at: str | None
    ended_at: str | None
    asked: int


class VariantReport(Struct, kw_only=True):
    """What came of one way to say it; opens and clicks are people's."""

    variant: str
    waiting: int
    sent: int
    failed: int
    skipped: int
    uncertain: int
    opened: int
    clicked: int
    bounced: int
    complained: int


def _empty(variant: str) -> VariantReport:
    names = [name for name in VariantReport.__struct_fields__ if name != "variant"]
    return VariantReport(variant=variant, **dict.fromkeys(names, 0))


class SkippedFor(Struct, kw_only=True):
    """Why messages did not leave, or wait: how many."""

    state: str
    reason: str
    count: int


class LinkReport(Struct, kw_only=True):
    """A link, and how many people followed it."""

    url: str
    people: int


class CampaignReport(Struct, kw_only=True):
    """What came of a campaign."""

    total: VariantReport
    variants: list[VariantReport]
    reasons: list[SkippedFor]
    links: list[LinkReport]
    doubtful_opens: int
    """Messages that only machines opened: they count neither as opened nor as not opened."""
    unsubscribed: int
    winner: str
    horizon_at: str | None


class CampaignPage(CampaignLine, kw_only=True):
    """One campaign with its draft and what came of it."""

    draft: DocumentDraft | None
    report: CampaignReport | None


class PreflightTold(Struct, kw_only=True):
    """The list before take-off."""

    people: int
    reach: list[Reached]
    sender: str
    starts_at: str
    call_back_until: str | None
    """So long it can be called back, and nothing is left of it; null where it leaves at once."""
    remarks: list[Remark]
    may_go: bool
    sample_id: int | None


class Resend(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new campaign to those who did not open this one; what only machines opened counts as opened."""

    name: str
    template: str = ""
    """Another template; the same when empty."""


def _line(name: str, document: dict[str, Any], run: Run | None, *, is_live: bool, has_draft: bool) -> dict[str, Any]:
    return {
        "name": name,
        "state": run.state if run else "ready" if is_live else "draft",
        "has_draft": has_draft,
        "document": document,
        "launched_at": iso(run.launched_at) if run else None,
        "starts_at": iso(run.starts_at) if run else None,
        "ended_at": iso(run.ended_at) if run else None,
        "asked": run.asked_count if run else 0,
    }


class Campaigns(Controller):
    """One message to one audience."""

    path = "/campaigns"
    tags = ("campaigns",)

    @get()
    async def index(self, request: AnyRequest) -> list[CampaignLine]:
        """Those under way first, then drafts and what is ready, then what is over; written as documents of kind campaign."""

        def unit(tx: Tx) -> list[CampaignLine]:
            live, runs = documents.known("campaign").live(tx), {run.name: run for run in campaigns.runs(tx)}
            drafts = {draft.name: documents.decoded(draft) for draft in documents.drafts(tx, "campaign")}
            lines = list[CampaignLine]()
            for name in sorted({*live, *drafts}):
                document = live[name].document if name in live else drafts[name]
                marks = {"is_live": name in live, "has_draft": name in drafts}
                lines.append(CampaignLine(**_line(name, document, runs.get(name), **marks)))
            return sorted(lines, key=_urgency)

        return await database(request).read(unit)

    @get("/{name:str}")
    async def show(self, request: AnyRequest, name: FromPath[str]) -> CampaignPage:
        """One campaign: what it says, its draft, and what came of it."""
        return await database(request).read(lambda tx: _page(tx, name))

    @get("/{name:str}/preflight")
    async def preflight(self, request: AnyRequest, name: FromPath[str]) -> PreflightTold:
        """The list before take-off: count, exclusions by reason, sender, and what could go wrong; of the live document."""
        here, at = setting(request), now(request)

        def unit(tx: Tx) -> flow.Preflight:
            return flow.preflight(tx, check(campaigns.live_document(tx, name), flow.KINDS), here, at)

        return _told(await database(request).read(unit), at)

    @post("/{name:str}/launch", status_code=200)
    async def launch(self, request: AnyRequest, name: FromPath[str]) -> CampaignPage:
        """It goes, once; to more than a hundred people after thirty seconds in which it can be called back."""
        here, at, actor = setting(request), now(request), request.state["actor"].name

        def unit(tx: Tx) -> dict[str, Any]:
            flow.launch_campaign(tx, name, here, at, actor=actor)
            return msgspec.to_builtins(_page(tx, name))  # type: ignore[no-any-return]

        return await self._moved(request, unit)

    @post("/{name:str}/pause", status_code=200)
    async def pause(self, request: AnyRequest, name: FromPath[str]) -> CampaignPage:
        """Nothing more leaves until it goes on."""

        def unit(tx: Tx) -> dict[str, Any]:
            campaigns.pause(tx, name)
            return msgspec.to_builtins(_page(tx, name))  # type: ignore[no-any-return]

        return await self._moved(request, unit)

    @post("/{name:str}/resume", status_code=200)
    async def resume(self, request: AnyRequest, name: FromPath[str]) -> CampaignPage:
        """It goes on where it stood."""

        def unit(tx: Tx) -> dict[str, Any]:
            campaigns.resume(tx, name)
            return msgspec.to_builtins(_page(tx, name))  # type: ignore[no-any-return]

        return await self._moved(request, unit)

    @post("/{name:str}/cancel", status_code=200)
    async def cancel(self, request: AnyRequest, name: FromPath[str]) -> CampaignPage:
        """Nothing more leaves, for good; called back in its first seconds, nothing of it is left."""
        at = now(request)

        def unit(tx: Tx) -> dict[str, Any]:
            flow.cancel_campaign(tx, name, setting(request), at)
            return msgspec.to_builtins(_page(tx, name))  # type: ignore[no-any-return]

        return await self._moved(request, unit)

    @post("/{name:str}/resend", status_code=200)
    async def resend(self, request: AnyRequest, name: FromPath[str], data: JSONBody[Resend]) -> CampaignPage:
        """A draft to those who got this and did not open it, to be looked at before it goes."""
        at, actor = now(request), request.state["actor"].name

        def unit(tx: Tx) -> dict[str, Any]:
            run = campaigns.get(tx, name)
            asked = {
                "campaign": data.name,
                "template": data.template or next(iter(run.document.letters().values())).template,
            }
            rule = [{"campaign": name, "did": "sent"}, {"not": {"campaign": name, "did": "opened"}}]
            documents.save(tx, "campaign", data.name, asked | {"audience": {"all": rule}}, at, actor=actor)
            return msgspec.to_builtins(_page(tx, data.name))  # type: ignore[no-any-return]

        return await self._moved(request, unit)

    async def _moved(self, request: AnyRequest, unit: Any) -> CampaignPage:
        page = msgspec.convert(await once(request, unit), CampaignPage)
        workspace(request).timers.ring()
        workspace(request).lanes.ring()
        return page


_ORDER = ("counting", "asking", "testing", "sending", "paused", "draft", "ready", "done", "cancelled")


def _urgency(line: CampaignLine) -> tuple[int, str, str]:
    newest = "".join(chr(0x10FFFF - ord(c)) for c in line.launched_at or "")
    return _ORDER.index(line.state), newest, line.name


def _page(tx: Tx, name: str) -> CampaignPage:
    live, draft = documents.known("campaign").live(tx).get(name), draft_of(tx, "campaign", name)
    if live is None and draft is None:
        raise NotFound(f"There is no campaign {name!r}.")
    run = campaigns.find(tx, name)
    document = live.document if live else draft.document if draft else {}
    line = _line(name, document, run, is_live=live is not None, has_draft=draft is not None)
    return CampaignPage(**line, draft=draft, report=_report(tx, run) if run else None)


def _report(tx: Tx, run: Run) -> CampaignReport:
    variants = {name: _empty(name) for name in run.document.letters()}
    total, reasons = _empty(""), dict[tuple[str, str], int]()
    for one in campaigns.standings(tx, run.id):
        group = GROUPS[one.state]
        for report in (variants.setdefault(one.variant, _empty(one.variant)), total):
            setattr(report, group, getattr(report, group) + one.count)
        if one.reason and group in ("waiting", "skipped", "failed", "uncertain"):
            reasons[one.state, one.reason] = reasons.get((one.state, one.reason), 0) + one.count
    for did in campaigns.engaged(tx, run.id):
        for report in (variants[did.variant], total):
            for field in ("opened", "clicked", "bounced", "complained"):
                setattr(report, field, getattr(report, field) + getattr(did, field))
    ordered = sorted(reasons.items(), key=lambda pair: -pair[1])
    return CampaignReport(
        total=total,
        variants=list(variants.values()),
        reasons=[SkippedFor(state=state, reason=reason, count=count) for (state, reason), count in ordered],
        links=[LinkReport(url=one.url, people=one.people) for one in campaigns.links(tx, run.id)],
        doubtful_opens=campaigns.doubtful_opens(tx, run.id),
        unsubscribed=campaigns.left_by(tx, run.id),
        winner=run.winner,
        horizon_at=iso(run.horizon_at),
    )


def _told(found: flow.Preflight, at: int) -> PreflightTold:
    return PreflightTold(
        people=found.people,
        reach=found.reach,
        sender=found.sender,
        starts_at=iso(found.starts_at) or "",
        call_back_until=iso(found.call_back_until) if found.call_back_until > at else None,
        remarks=found.remarks,
        may_go=found.may_go,
        sample_id=found.sample_id,
    )
