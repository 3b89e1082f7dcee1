"""Mail that comes back, as mail systems write it: made from what was sent, with the words of real servers."""

from __future__ import annotations

from email.message import EmailMessage, Message

HARD = "smtp; 550 5.1.1 <ada@example.com>: Recipient address rejected: User unknown in virtual mailbox table"


def report(
    original: Message, *, to: str, action: str = "failed", status: str = "5.1.1", words: str = HARD, recipient: str = ""
) -> bytes:
    """A delivery status notification (RFC 3464), as Postfix sends it."""
    fields = (
        "Reporting-MTA: dns; mx.example.net\n\n"
        f"Final-Recipient: rfc822; {recipient or original['To']}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {words}\n"
    )
    head = (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: {to}\nSubject: Undelivered Mail Returned to Sender\n"
    )
    return _carrying(head, "delivery-status", "This is the mail system at host mx.example.net.", fields, original)


def _carrying(head: str, kind: str, words: str, fields: str, original: Message) -> bytes:
    """A report of three parts: words for people, fields for machines, and what it is about."""
    parts = (
        f"Content-Type: text/plain\n\n{words}\n",
        f"Content-Type: message/{kind}\n\n{fields}",
        f"Content-Type: message/rfc822\n\n{original.as_string()}",
    )
    body = "".join(f"\n--edge\n{part}" for part in parts) + "\n--edge--\n"
    said = "delivery-status" if kind == "delivery-status" else "feedback-report"
    return (
        f"{head}MIME-Version: 1.0\nContent-Type: multipart/report; report-type={said}; boundary=edge\n{body}".encode()
    )


def complaint(original: Message, *, to: str, kind: str = "abuse") -> bytes:
    """A feedback report (RFC 5965), as Yahoo sends it."""
    fields = f"Feedback-Type: {kind}\nUser-Agent: Feedback/1.0\nVersion: 1\nOriginal-Rcpt-To: <{original['To']}>\n"
    head = f"From: complaints@arf.example.net\nTo: {to}\nSubject: FW: Earn money\n"
    return _carrying(head, "feedback-report", "This is an email abuse report.", fields, original)


def answer(original: Message, text: str, *, sender: str, to: str, **headers: str) -> bytes:
    """What a person writes, above what they quote."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, f"Re: {original['Subject']}"
    mail["In-Reply-To"] = mail["References"] = original["Message-ID"]
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"{text}\n\nOn Mon, 5 Jan 2026 at 10:00, News <news@example.org> wrote:\n> Hello Ada\n> Yours\n")
    return mail.as_bytes()
