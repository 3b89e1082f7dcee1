"""What a rule may ask about a person: attributes, tags, lists and companies."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta, Struct

from tidings.rules.narrowing import Place, place
from tidings.rules.tree import Asks, Depends, Scope, depends_on, root_of
from tidings.rules.values import Comparison
from tidings.runtime.chance import PRIME, mixer

Salt = Annotated[
    str,
    Meta(min_length=1, max_length=100, title="Drawn as", description="A word; each draws others.", examples=["spring"]),
]


class Attribute(Comparison, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{attribute: plan, eq: pro}`; dots go into objects."""

    asks: ClassVar[Asks] = Asks(
        "person",
        "An attribute of theirs",
        "What is known of the person: a text, a number, a date, a list.",
        {"attribute": "plan", "eq": "pro"},
    )

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

    def boundary(self, scope: Scope) -> str | None:
        return self.changes(scope, "c.attributes", self.attribute.split("."))

    def depends(self) -> Depends:
        zone = ("timezone",) if self.zone == "contact" else ()
        return depends_on(root_of(self.attribute), *map(root_of, self.others()), *zone)

    def sentence(self) -> str:
        return f"{self.attribute} {self.words()}"

    def seen(self, scope: Scope) -> str:
        return self.shown(scope, "c.attributes", self.attribute.split("."))

    def place(self) -> Place | None:
        """Where among the kept values everybody is of whom it is true."""
        return place(self.attribute, self)


class Tagged(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{tag: vip}`."""

    asks: ClassVar[Asks] = Asks("audience", "A tag of theirs", "They have a tag.", {"tag": "vip"})

    tag: Annotated[str, Meta(min_length=1, title="Tag", description="They have it.", examples=["vip"])]

    def sql(self, scope: Scope) -> str:
        return f"exists (select 1 from tag t where t.contact_id = c.id and t.name = {scope.bind(self.tag)})"

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return depends_on(f"tag:{self.tag}")

    def sentence(self) -> str:
        return f"has the tag {self.tag}"


class Listed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{list: members}`: they are on this list."""

    asks: ClassVar[Asks] = Asks("audience", "A list that they are on", "They are on a list.", {"list": "members"})

    list: Annotated[str, Meta(min_length=1, title="List", description="They are on it.", examples=["members"])]

    def sql(self, scope: Scope) -> str:
        on = "from list_member m join list l on l.id = m.list_id"
        return f"exists (select 1 {on} where m.contact_id = c.id and l.name = {scope.bind(self.list)})"

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return depends_on(f"list:{self.list}")

    def sentence(self) -> str:
        return f"is on the list {self.list}"


_MEMBERS = "from company_member m join company k on k.id = m.company_id where m.contact_id = c.id"


class InCompany(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{company: acme}`: they belong to it."""

    asks: ClassVar[Asks] = Asks(
        "company", "A company that they belong to", "They belong to a company, by its key.", {"company": "acme"}
    )

    company: Annotated[
        str, Meta(min_length=1, title="Company", description="They belong to it, by its key.", examples=["acme"])
    ]

    def sql(self, scope: Scope) -> str:
        return f"exists (select 1 {_MEMBERS} and k.key = {scope.bind(self.company)})"

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return depends_on("company:")

    def sentence(self) -> str:
        return f"belongs to the company {self.company}"


class CompanyAttribute(Comparison, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{company_attribute: industry, eq: retail}`: one of their companies is so."""

    asks: ClassVar[Asks] = Asks(
        "company",
        "An attribute of their company",
        "What is known of one of their companies.",
        {"company_attribute": "industry", "eq": "retail"},
    )

    company_attribute: Annotated[
        str,
        Meta(
            min_length=1,
            title="Attribute of the company",
            description="What is known of a company of theirs; dots go into objects.",
            examples=["industry"],
        ),
    ] = msgspec.field(default="")

    def sql(self, scope: Scope) -> str:
        """Yes of one is yes; who has no company has no such value."""
        test = self.compare(scope, "k.attributes", self.company_attribute.split("."))
        best = f"max(case {test} when true then 2 when false then 0 else 1 end)"
        told = f"when 2 then (1 = 1) when 1 then null when 0 then (1 = 0) else {self.of_nothing}"
        return f"(select case coalesce({best}, 3) {told} end {_MEMBERS})"

    def boundary(self, scope: Scope) -> str | None:
        text = self.changes(scope, "k.attributes", self.company_attribute.split("."))
        return None if text is None else f"(select min({text}) {_MEMBERS})"

    def depends(self) -> Depends:
        zone = ("timezone",) if self.zone == "contact" else ()
        return depends_on("company:", *map(root_of, self.others()), *zone)

    def sentence(self) -> str:
        return f"the company's {self.company_attribute} {self.words()}"

    def seen(self, scope: Scope) -> str:
        shown = self.shown(scope, "k.attributes", self.company_attribute.split("."))
        return f"(select min({shown}) {_MEMBERS})"


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename={"from_": "from"}):
    """A part of everybody, from one share of them to another."""

    salt: Salt
    from_: Annotated[float, Meta(ge=0, le=1, title="From", description="Where the part begins.", examples=[0])] = 0.0
    to: Annotated[float, Meta(ge=0, le=1, title="To", description="Where the part ends.", examples=[0.1])]


class Shared(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`{share: 0.1, salt: spring}`: a tenth of everybody, always the same; another salt is another tenth."""

    asks: ClassVar[Asks] = Asks(
        "chance",
        "A part of everybody",
        "Always the same part, drawn by chance: for tests and holdouts.",
        {"share": 0.1, "salt": "spring"},
    )

    share: Annotated[
        Part | Annotated[float, Meta(ge=0, le=1)],
        Meta(title="Share", description="Which part of everybody, between 0 and 1.", examples=[0.1]),
    ]
    salt: Annotated[Salt | None, Meta(title="Drawn as", description="A word; each draws others.")] = None

    def __post_init__(self) -> None:
        if isinstance(self.share, Part) == (self.salt is not None):
            raise ValueError("Expected a `salt`, once")
        if self.part.from_ > self.part.to:
            raise ValueError("Expected `from` to be at most `to`")

    @property
    def part(self) -> Part:
        return self.share if isinstance(self.share, Part) else Part(salt=str(self.salt), to=self.share)

    def sql(self, scope: Scope) -> str:
        (a, b), part = mixer(self.part.salt), self.part
        bucket = f"((c.share * {a} + {b}) % {PRIME})"
        return f"({bucket} >= {int(part.from_ * PRIME)} and {bucket} < {int(part.to * PRIME)})"

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return Depends()

    def sentence(self) -> str:
        part = self.part
        told = (
            f"{part.to * 100:g} %" if not part.from_ else f"the part from {part.from_ * 100:g} % to {part.to * 100:g} %"
        )
        return f"is among {told} of everybody, drawn as {part.salt}"


CONDITIONS: dict[str, type[Struct]] = {
    "attribute": Attribute,
    "tag": Tagged,
    "list": Listed,
    "company": InCompany,
    "company_attribute": CompanyAttribute,
    "share": Shared,
}
