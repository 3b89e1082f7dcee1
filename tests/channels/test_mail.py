"""What mail that comes back means: an address is given up only when its own words say that it does not exist."""

from __future__ import annotations

import email

import pytest
from hypothesis import given, settings, strategies as st

from tests.support import returned
from tidings.channels.mail import Found, classify, read

OURS = "otifq2lcmfxgc3lf"
ORIGINAL = email.message_from_string(
    f"From: News <news@example.org>\nTo: ada@example.com\nSubject: Hello\nMessage-ID: <{OURS}@example.org>\n\nHello Ada\n"
)
SAID = [
    ("550 5.1.1 <ada@x.org>: Recipient address rejected: User unknown in local recipient table", "hard", "no_mailbox"),
    ("550-5.1.1 The email account that you tried to reach does not exist.", "hard", "no_mailbox"),
    ("550 5.1.1 sorry, no mailbox here by that name", "hard", "no_mailbox"),
    ("554 delivery error: dd This user doesn't have a yahoo.com account (ada@yahoo.com) [0]", "hard", "no_mailbox"),
    ("550 No such user here", "hard", "no_mailbox"),
    (
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ada@x.org not found by SMTP address lookup",
        "hard",
        "no_mailbox",
    ),
    (
        "Host or domain name not found. Name service error for name=nowhere.example type=MX: Host not found",
        "hard",
        "no_domain",
    ),
    ("550 5.1.1", "hard", "no_mailbox"),
    ("450 4.1.1 <ada@x.org>: Recipient address rejected: User unknown", "soft", "temporary"),
    ("552 5.2.2 The email account that you tried to reach is over quota", "soft", "mailbox_full"),
    ("550 5.2.1 The email account that you tried to reach is disabled", "soft", "disabled"),
    ("451 4.7.1 Greylisting in action, please come back later", "soft", "later"),
    ("421 4.7.0 Try again later, closing connection", "soft", "later"),
    ("connect to mx.example.net[192.0.2.1]:25: Connection timed out", "soft", "network"),
    ("4.4.7 Message expired: delivery time expired", "soft", "expired"),
    ("550 5.7.1 Service unavailable; client [192.0.2.1] blocked using zen.spamhaus.org", "block", "reputation"),
    ("550 5.7.26 This mail has been blocked because the sender is unauthenticated", "block", "authentication"),
    (
        "550 5.7.515 Access denied, sending domain does not meet the required authentication level",
        "block",
        "authentication",
    ),
    ("550-5.7.1 Our system has detected that this message is likely unsolicited mail", "block", "content"),
    ("554 5.7.1 The message was rejected because it contains prohibited virus or spam content", "block", "content"),
    ("552 5.3.4 Message size exceeds fixed limit", "block", "too_large"),
    ("550 5.7.28 unusual rate of unsolicited mail originating from your IP", "block", "rate"),
    ("550 5.7.1 Access denied: User unknown sender 192.0.2.1 is listed in the block list", "block", "reputation"),
    ("554 5.0.0 Service unavailable", "none", "unknown"),
    ("550 Requested action not taken", "none", "unknown"),
    ("", "none", "unknown"),
]


@pytest.mark.parametrize(("text", "kind", "reason"), SAID)
def test_words_codes_and_reply_count_together(text: str, kind: str, reason: str) -> None:
    found = classify(text)

    assert (found.kind, found.reason) == (kind, reason)


def keys(local: str) -> str:
    return "e-1" if local == OURS else ""


def only(raw: bytes) -> Found:
    (found,) = read(raw, keys)
    return found


def test_a_report_of_a_dead_address_names_the_message_by_the_return_path() -> None:
    other = email.message_from_string("From: x@example.org\nTo: ada@example.com\nMessage-ID: <else@example.org>\n\nx")

    found = only(returned.report(other, to=f"B+{OURS.upper()}@bounces.example.org".replace(OURS.upper(), OURS)))

    assert (found.type, found.kind, found.reason, found.key) == ("bounce", "hard", "no_mailbox", "e-1")
    assert (found.recipient, found.status) == ("ada@example.com", "5.1.1")


def test_a_report_without_return_path_is_told_by_the_message_that_it_carries() -> None:
    found = only(returned.report(ORIGINAL, to="news@example.org"))

    assert found.key == "e-1"


def test_what_is_not_ours_has_no_key() -> None:
    other = email.message_from_string("From: x@example.org\nTo: ada@example.com\nMessage-ID: <else@example.org>\n\nx")

    assert only(returned.report(other, to="news@example.org")).key == ""


@pytest.mark.parametrize(
    ("action", "status", "words", "expected"),
    [
        ("failed", "5.2.2", "smtp; 552 5.2.2 Mailbox full", ("bounce", "soft")),
        ("failed", "5.7.1", "smtp; 550 5.7.1 blocked using zen.spamhaus.org", ("bounce", "block")),
        ("failed", "4.4.7", "smtp; 451 4.4.1 timed out", ("bounce", "soft")),
        ("failed", "5.0.0", "", ("bounce", "none")),
        ("delayed", "4.4.1", "smtp; connection timed out", ("delayed", "none")),
        ("delivered", "2.0.0", "smtp; 250 ok", ("delivered", "none")),
        ("relayed", "2.0.0", "", ("delivered", "none")),
    ],
)
def test_actions_and_classes_of_reports(action: str, status: str, words: str, expected: tuple[str, str]) -> None:
    found = only(returned.report(ORIGINAL, to="news@example.org", action=action, status=status, words=words))

    assert (found.type, found.kind) == expected


def test_a_report_about_many_has_a_line_for_each_of_them() -> None:
    raw = returned.report(ORIGINAL, to="news@example.org").replace(
        b"Diagnostic-Code: ", b"Diagnostic-Code: smtp; 550 5.1.1 no such user\n\nFinal-Recipient: rfc822; bo@x.org\nAction: failed\n"
        b"Status: 5.2.2\nDiagnostic-Code: ", 1,
    )  # fmt: skip

    assert next((found.recipient, found.kind) for found in read(raw, keys)) == ("ada@example.com", "hard")
    assert [found.recipient for found in read(raw, keys)] == ["ada@example.com", "bo@x.org"]


def test_complaints_are_told_and_praise_is_not_one() -> None:
    assert only(returned.complaint(ORIGINAL, to="fbl@example.org")).type == "complaint"
    assert only(returned.complaint(ORIGINAL, to="fbl@example.org")).key == "e-1"
    assert only(returned.complaint(ORIGINAL, to="fbl@example.org", kind="not-spam")).type == "unknown"


def test_a_person_who_answers_is_heard_without_what_they_quote() -> None:
    found = only(returned.answer(ORIGINAL, "Yes, please!", sender="Ada <Ada@Example.com>", to="news@example.org"))

    assert (found.type, found.key, found.sender, found.text) == ("reply", "e-1", "ada@example.com", "Yes, please!")


def test_who_is_away_has_not_answered() -> None:
    for headers in ({"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes"}, {"Precedence": "auto_reply"}):
        raw = returned.answer(ORIGINAL, "I am away", sender="ada@example.com", to="news@example.org", **headers)
        assert only(raw).type == "auto_reply"
    away = email.message_from_string(
        f"From: ada@example.com\nTo: b+{OURS}@b.example.org\nSubject: Out of office: Hello\n\nBack on Monday; User unknown\n"
    )
    assert only(away.as_bytes()).type == "auto_reply"


def test_bounces_in_words_are_read_too() -> None:
    qmail = (
        f"From: MAILER-DAEMON@mx.example.net\nTo: b+{OURS}@b.example.org\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program.\n\n<ada@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\nSubject: Hello\n\nspam spam bo@x.org\n"
    )

    found = only(qmail.encode())

    assert (found.type, found.kind, found.recipient, found.key) == ("bounce", "hard", "ada@example.com", "e-1")


def test_who_forwards_a_bounce_or_writes_about_one_is_a_person() -> None:
    raw = returned.answer(
        ORIGINAL, "Your delivery failed, my address is unknown to you?", sender="a@x.org", to="n@example.org"
    )

    assert only(raw).type == "reply"
    assert only(b"From: bo@x.org\nSubject: delivery\n\nWhen does my parcel come?\n").type == "unknown"


def test_who_writes_to_the_address_of_the_header_withdraws() -> None:
    found = only(f"From: ada@example.com\nTo: u+{OURS}@b.example.org\nSubject: unsubscribe\n\n".encode())

    assert (found.type, found.key) == ("unsubscribe", "e-1")


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=600),
    st.sampled_from(["", "multipart/report; report-type=delivery-status; boundary=x", "message/rfc822"]),
)
def test_no_mail_however_broken_stops_the_reading(raw: bytes, kind: str) -> None:
    head = f"Content-Type: {kind}\nFrom: MAILER-DAEMON@x\nSubject: undeliverable\n\n--x\n".encode() if kind else b""

    assert read(head + raw, keys)
