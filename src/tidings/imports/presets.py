"""What the columns of other programs' exports mean, by their exact names; everything else is guessed from the name.

Targets: `identifier:kind`, `attribute:path`, `attributes` (a JSON object), `tags`, `list`, `company`, `status`, `opted_out` (yes
or no), `consented_at`, `confirmed_at`, `consent_ip`, `unsubscribed_at`, `cleaned_at`, `reason`, `event`, `at`, `message_id`,
`property:name`, `properties` (a JSON object), `ignore`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

TARGETS = (
    "attributes",
    "tags",
    "list",
    "company",
    "status",
    "opted_out",
    "consented_at",
    "confirmed_at",
    "consent_ip",
    "unsubscribed_at",
    "cleaned_at",
    "reason",
    "event",
    "at",
    "message_id",
    "properties",
    "ignore",
)
PREFIXES = ("identifier:", "attribute:", "property:")


class Preset(Struct, frozen=True, kw_only=True):
    """A program that people come from: by which columns it is known, and what they mean."""

    name: str
    title: str
    known_by: frozenset[str]
    columns: dict[str, str]


PRESETS = (
    Preset(
        name="mailchimp",
        title="Mailchimp",
        known_by=frozenset({"Email Address", "OPTIN_TIME", "LEID", "EUID"}),
        columns={
            "Email Address": "identifier:email",
            "First Name": "attribute:first_name",
            "Last Name": "attribute:last_name",
            "OPTIN_TIME": "consented_at",
            "OPTIN_IP": "consent_ip",
            "CONFIRM_TIME": "confirmed_at",
            "CONFIRM_IP": "consent_ip",
            "TIMEZONE": "attribute:timezone",
            "CC": "attribute:country",
            "REGION": "attribute:region",
            "TAGS": "tags",
            "UNSUB_TIME": "unsubscribed_at",
            "UNSUB_REASON": "reason",
            "CLEAN_TIME": "cleaned_at",
        }
        | dict.fromkeys(
            [
                "MEMBER_RATING",
                "LATITUDE",
                "LONGITUDE",
                "GMTOFF",
                "DSTOFF",
                "LAST_CHANGED",
                "LEID",
                "EUID",
                "NOTES",
                "UNSUB_CAMPAIGN_TITLE",
                "UNSUB_CAMPAIGN_ID",
                "UNSUB_REASON_OTHER",
                "CLEAN_CAMPAIGN_TITLE",
                "CLEAN_CAMPAIGN_ID",
            ],
            "ignore",
        ),
    ),
    Preset(
        name="klaviyo",
        title="Klaviyo",
        known_by=frozenset({"Email", "Klaviyo ID"}),
        columns={
            "Email": "identifier:email",
            "Klaviyo ID": "identifier:klaviyo_id",
            "First Name": "attribute:first_name",
            "Last Name": "attribute:last_name",
            "Organization": "company",
            "Title": "attribute:title",
            "Phone Number": "attribute:phone",
            "City": "attribute:city",
            "State / Region": "attribute:region",
            "Country": "attribute:country",
            "Zip Code": "attribute:postal_code",
            "Source": "ignore",
            "IP Address": "consent_ip",
            "Email Marketing Consent": "status",
            "Email Marketing Consent Timestamp": "consented_at",
            "Email Suppressions": "reason",
        },
    ),
    Preset(
        name="hubspot",
        title="HubSpot",
        known_by=frozenset({"Email", "Lifecycle Stage"}),
        columns={
            "Record ID": "identifier:hubspot_id",
            "Record ID - Contact": "identifier:hubspot_id",
            "Email": "identifier:email",
            "First Name": "attribute:first_name",
            "Last Name": "attribute:last_name",
            "Phone Number": "attribute:phone",
            "Associated Company": "company",
            "Associated Company IDs": "ignore",
            "Contact owner": "attribute:owner",
            "Lead Status": "attribute:lead_status",
            "Lifecycle Stage": "attribute:lifecycle_stage",
            "Marketing contact status": "ignore",
            "Last Activity Date": "ignore",
            "Unsubscribed from all email": "opted_out",
        },
    ),
    Preset(
        name="mautic",
        title="Mautic",
        known_by=frozenset({"email", "firstname", "lastname"}),
        columns={
            "id": "identifier:mautic_id",
            "email": "identifier:email",
            "firstname": "attribute:first_name",
            "lastname": "attribute:last_name",
            "company": "company",
            "companyname": "company",
            "mobile": "attribute:phone",
            "preferred_locale": "attribute:locale",
            "timezone": "attribute:timezone",
            "zipcode": "attribute:postal_code",
            "tags": "tags",
            "doNotEmail": "opted_out",
            "last_active": "ignore",
        },
    ),
    Preset(
        name="listmonk",
        title="listmonk",
        known_by=frozenset({"uuid", "email", "attributes", "status"}),
        columns={
            "uuid": "identifier:listmonk_uuid",
            "email": "identifier:email",
            "name": "attribute:name",
            "attributes": "attributes",
            "status": "status",
            "created_at": "ignore",
            "updated_at": "ignore",
        },
    ),
)
_GUESSES = {
    "email": "identifier:email",
    "e_mail": "identifier:email",
    "email_address": "identifier:email",
    "mail": "identifier:email",
    "user_id": "identifier:user_id",
    "customer_id": "identifier:user_id",
    "id": "identifier:user_id",
    "first_name": "attribute:first_name",
    "firstname": "attribute:first_name",
    "given_name": "attribute:first_name",
    "vorname": "attribute:first_name",
    "last_name": "attribute:last_name",
    "lastname": "attribute:last_name",
    "surname": "attribute:last_name",
    "nachname": "attribute:last_name",
    "mobile": "attribute:phone",
    "phone_number": "attribute:phone",
    "telephone": "attribute:phone",
    "attributes": "attributes",
    "tags": "tags",
    "tag": "tags",
    "list": "list",
    "lists": "list",
    "company": "company",
    "organization": "company",
    "time_zone": "attribute:timezone",
    "status": "status",
    "unsubscribed": "opted_out",
    "consent_time": "consented_at",
    "optin_time": "consented_at",
    "opt_in_time": "consented_at",
    "optin_ip": "consent_ip",
    "reason": "reason",
}
_EVENTS = {
    "event": "event",
    "event_name": "event",
    "timestamp": "at",
    "time": "at",
    "date": "at",
    "created_at": "at",
    "message_id": "message_id",
    "messageid": "message_id",
    "properties": "properties",
}


def found(columns: Sequence[str]) -> Preset | None:
    """The program that wrote these columns, where one is recognised."""
    there = set(columns)
    return next((preset for preset in PRESETS if preset.known_by <= there), None)


def named(name: str) -> Preset | None:
    """A preset by its name."""
    return next((preset for preset in PRESETS if preset.name == name), None)


def mapping(columns: Sequence[str], kind: str, preset: Preset | None) -> dict[str, str]:
    """Column -> what it means: as the preset says, else as its name does, else an attribute (of events a property) of its own."""
    exact = preset.columns if preset else {}
    return {column: exact.get(column) or _guess(column, kind) for column in columns}


def _guess(column: str, kind: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")
    if kind == "events":
        return _EVENTS.get(plain) or (_GUESSES[plain] if plain in ("email", "user_id") else f"property:{column}")
    return _GUESSES.get(plain) or (f"attribute:{plain}" if plain else "ignore")


def is_target(text: str) -> bool:
    """Whether a column may mean this."""
    return text in TARGETS or any(text.startswith(prefix) and len(text) > len(prefix) for prefix in PREFIXES)
