"""What a rule may ask about a person: attributes, tags, lists and companies."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from tidings.rules.narrowing import Place, place
from tidings.rules.tree import Depends, Scope, depends_on, root_of
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

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return depends_on(root_of(self.attribute))

    def sentence(self) -> str:
        return f"{self.attribute} {self.words()}"

    def place(self) -> Place | None:
        """Where among the kept values everybody is of whom it is true."""
        return place(self.attribute, self)


class Tagged(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{tag: vip}`."""

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
        return (
            f"exists (select 1 {_MEMBERS} and {self.compare(scope, 'k.attributes', self.company_attribute.split('.'))})"
        )

    def boundary(self, scope: Scope) -> str | None:
        return None

    def depends(self) -> Depends:
        return depends_on("company:")

    def sentence(self) -> str:
        return f"the company's {self.company_attribute} {self.words()}"


CONDITIONS = {
    "attribute": Attribute,
    "tag": Tagged,
    "list": Listed,
    "company": InCompany,
    "company_attribute": CompanyAttribute,
}
