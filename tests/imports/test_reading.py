"""Files as people have them: encodings, delimiters, workbooks, zips; and what their columns mean."""

from __future__ import annotations

import io
import zipfile

import pytest

from tidings.imports import presets
from tidings.imports.mapping import Consent, Options, Refused, person, types_of
from tidings.imports.reading import tables
from tidings.runtime.errors import Invalid

CSV = "email;Vorname\r\nada@example.com;Ädä\r\n\r\nbob@example.com;\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encoding_and_delimiter_are_found(encoding: str) -> None:
    (table,) = tables("people.csv", CSV.encode(encoding))

    assert table.columns == ["email", "Vorname"]
    assert table.rows == [
        {"email": "ada@example.com", "Vorname": "Ädä"},
        {"email": "bob@example.com", "Vorname": ""},
    ]


def test_json_lines_keep_objects_as_json() -> None:
    (table,) = tables(
        "people.ndjson", b'{"email": "a@example.com", "n": 2, "x": null}\n\n{"email": "b@example.com", "o": {"a": 1}}\n'
    )

    assert table.columns == ["email", "n", "x", "o"]
    assert table.rows == [{"email": "a@example.com", "n": "2", "x": ""}, {"email": "b@example.com", "o": '{"a":1}'}]


SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>email</t></is></c><c r="B1" t="inlineStr"><is><t>orders</t></is></c></row>
<row r="2"><c r="A2" t="inlineStr"><is><t>ada@example.com</t></is></c><c r="B2"><v>12</v></c></row>
</sheetData></worksheet>"""
BOOK = """<?xml version="1.0" encoding="UTF-8"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"""
RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""


TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
</Types>"""
ROOT = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"""


def zipped(**files: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return data.getvalue()


def test_a_workbook_is_read_from_its_first_sheet() -> None:
    files = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": SHEET,
    }

    (table,) = tables("people.xlsx", zipped(**files))

    assert table.rows == [{"email": "ada@example.com", "orders": "12"}]


def test_of_a_zip_those_who_left_come_first() -> None:
    head = "Email Address,OPTIN_TIME,LEID,EUID\n"
    files = {
        "subscribed_1.csv": head + "a@example.com,2024-01-02 03:04:05,1,x\n",
        "unsubscribed_1.csv": head + "b@example.com,,2,y\n",
        "cleaned_1.csv": head + "c@example.com,,3,z\n",
    }

    found = tables("audience.zip", zipped(**files))

    assert [table.name for table in found] == ["cleaned_1.csv", "unsubscribed_1.csv", "subscribed_1.csv"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n", "has no row"),
        ("x.zip", b"PK\x03\x04broken", "is not a zip"),
        ("x.xlsx", b"PK\x03\x04broken", "is not a workbook"),
        ("x.ndjson", b'{"a": 1}\n{"a": \n', "is not a JSON object"),
        ("wide.csv", (",".join(f"c{i}" for i in range(400))).encode(), "has 400 columns"),
        ("x.csv", b"\xff\xfea", "begins as utf-16 and is not"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        tables(name, data)


HEADS = {
    "mailchimp": "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,"
    "GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS",
    "listmonk": "uuid,email,name,attributes,status,created_at,updated_at",
    "mautic": "id,title,firstname,lastname,company,position,email,mobile,phone,points,city,country,preferred_locale,timezone,"
    "tags,doNotEmail",
    "klaviyo": "Email,Klaviyo ID,First Name,Last Name,Organization,Title,Phone Number,City,State / Region,Country,Zip Code,Source,"
    "IP Address,Email Marketing Consent,Email Marketing Consent Timestamp,Email Suppressions",
    "hubspot": "Record ID - Contact,First Name,Last Name,Email,Phone Number,Contact owner,Associated Company,Lifecycle Stage,"
    "Unsubscribed from all email",
}


@pytest.mark.parametrize("name", HEADS)
def test_every_preset_is_recognised_by_its_own_columns(name: str) -> None:
    columns = HEADS[name].split(",")
    preset = presets.found(columns)

    assert preset is not None and preset.name == name
    means = presets.mapping(columns, "contacts", preset)
    assert list(means.values()).count("identifier:email") == 1
    assert all(presets.is_target(target) for target in means.values())


def read(row: dict[str, str], **options: object) -> object:
    preset = presets.found(list(row))
    means = presets.mapping(list(row), "contacts", preset)
    return person(row, means, Options(**options), types_of([row], list(row)), "contacts")  # type: ignore[arg-type]


def test_consent_is_never_raised_above_what_a_row_proves() -> None:
    mailchimp = {"Email Address": "a@example.com", "LEID": "1", "EUID": "x"}
    klaviyo = {"Email": "a@example.com", "Klaviyo ID": "k"}
    said = {
        "opted in, with a time": read(mailchimp | {"OPTIN_TIME": "2024-01-02 03:04:05", "OPTIN_IP": "192.0.2.1"}),
        "in the file, without a time": read(mailchimp | {"OPTIN_TIME": ""}),
        "subscribed, without a time": read(klaviyo | {"Email Marketing Consent": "SUBSCRIBED"}),
        "subscribed, and somebody says how": read(klaviyo | {"Email Marketing Consent": "SUBSCRIBED"}, statement="at the till"),
        "never subscribed": read(klaviyo | {"Email Marketing Consent": "NEVER_SUBSCRIBED"}, statement="at the till"),
        "left": read(klaviyo | {"Email Marketing Consent": "UNSUBSCRIBED"}),
        "left, in mailchimp": read(mailchimp | {"OPTIN_TIME": "2024-01-02 03:04:05", "UNSUB_TIME": "2024-02-02 00:00:00"}),
    }  # fmt: skip

    states = {name: one.consent.state if one.consent else None for name, one in said.items()}  # type: ignore[attr-defined]
    assert states == {
        "opted in, with a time": "subscribed",
        "in the file, without a time": None,
        "subscribed, without a time": None,
        "subscribed, and somebody says how": "subscribed",
        "never subscribed": None,
        "left": "unsubscribed",
        "left, in mailchimp": "unsubscribed",
    }
    proof = said["opted in, with a time"].consent  # type: ignore[attr-defined]
    assert proof == Consent(state="subscribed", at=1_704_164_645_000, ip="192.0.2.1", wording="opted in")


def test_what_never_worked_and_who_complained_is_suppressed() -> None:
    klaviyo = {"Email": "a@example.com", "Klaviyo ID": "k"}

    cleaned = {"Email Address": "a@example.com", "LEID": "", "EUID": "", "OPTIN_TIME": "", "CLEAN_TIME": "2024-01-01"}
    blocked = {"uuid": "u", "email": "a@example.com", "attributes": "{}", "status": "blocklisted"}
    complained = klaviyo | {"Email Suppressions": "SPAM_COMPLAINT"}

    found = [read(row).suppress for row in (cleaned, complained, blocked)]  # type: ignore[attr-defined]
    assert found == [("all", "hard_bounce"), ("marketing", "complaint"), ("marketing", "imported")]


def test_values_keep_their_type_and_phones_their_zeros() -> None:
    row = {
        "email": "A@Example.com ",
        "orders": "12",
        "vip": "true",
        "phone": "0049123",
        "zip": "01234",
        "attributes": '{"a": {"b": 1}}',
    }

    found = read(row)

    assert found.keys == [("email", "a@example.com")]  # type: ignore[attr-defined]
    assert found.attributes == {  # type: ignore[attr-defined]
        "a": {"b": 1},
        "orders": 12,
        "vip": True,
        "phone": "0049123",
        "zip": "01234",
        "email": "a@example.com",
    }


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"email": "nobody", "name": "x"}, "'nobody' is not an email address"),
        ({"email": "", "name": "x"}, "It names nobody"),
        ({"email": "a@example.com", "attributes": "[1]"}, "attributes is not a JSON object"),
        ({"email": "a@example.com", "optin_time": "soon"}, "'soon' is not a time"),
    ],
)
def test_a_row_that_is_wrong_says_why(row: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        read(row)
