"""What DNS must say of a sender's domain: every thing that receivers look at is told, with the record to paste."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.support.dns import Zone, dns
from tests.support.running import Running
from tidings.channels import Sending, loader
from tidings.channels.mail import domains, resolver
from tidings.cli import main

NOW = 1_767_600_000_000
EMAIL = loader.load().found["email"]
WHOLE: Zone = {
    ("example.org", "TXT"): ["google-site-verification=x", "v=spf1 include:_spf.example.net mx ~all"],
    ("_spf.example.net", "TXT"): ["v=spf1 ip4:192.0.2.0/24 -all"],
    ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=quarantine; rua=mailto:d@example.org"],
    ("t._domainkey.example.org", "TXT"): ["v=DKIM1; k=rsa; p=" + "A" * 300],
    ("example.org", "MX"): ["10 mx.example.org"],
    ("example.org", "A"): ["192.0.2.1"],
    ("bounces.example.org", "MX"): ["10 mx.example.org"],
    ("bounces.example.org", "TXT"): ["v=spf1 a:mx.example.org ~all"],
    ("mx.example.org", "A"): ["192.0.2.7"],
    ("7.2.0.192.in-addr.arpa", "PTR"): ["mx.example.org"],
}
SENDING = {
    "domain": "example.org",
    "host": "mx.example.org",
    "dkim_domain": "example.org",
    "dkim_selector": "t",
    "dkim_key": "A" * 300,
}


async def verdicts(changed: dict[tuple[str, str], list[str]] | None = None, **more: Any) -> dict[str, domains.Finding]:
    zone = {key: values for key, values in (WHOLE | (changed or {})).items() if values}
    with dns(zone) as server:
        found = await domains.examine(Sending(**(SENDING | more)), resolver.lookups(server))
    return {one.name: one for one in found}


async def test_a_domain_that_is_whole_is_ready() -> None:
    found = await verdicts(return_domain="bounces.example.org")

    assert {name: one.verdict for name, one in found.items()} == dict.fromkeys(
        ("SPF", "DKIM", "DMARC", "MX", "Return path", "PTR"), "ok"
    )
    assert domains.is_ready(list(found.values()))


@pytest.mark.parametrize(
    ("changed", "name", "verdict", "record"),
    [
        ({("example.org", "TXT"): ["nothing of that"]}, "SPF", "missing", "v=spf1 a:mx.example.org ~all"),
        ({("example.org", "TXT"): ["v=spf1 -all", "v=spf1 mx -all"]}, "SPF", "wrong", None),
        (
            {("example.org", "TXT"): ["v=spf1 ip4:198.51.100.1 -all"]},
            "SPF",
            "wrong",
            "v=spf1 ip4:198.51.100.1 a:mx.example.org -all",
        ),
        ({("example.org", "TXT"): ["v=spf1 ip4:192.0.2.7 ?all"]}, "SPF", "warn", None),
        ({("example.org", "TXT"): ["v=spf1 " + "a:x.example.org " * 11 + "-all"]}, "SPF", "wrong", None),
        ({("t._domainkey.example.org", "TXT"): []}, "DKIM", "missing", "v=DKIM1; k=rsa; p=" + "A" * 300),
        ({("t._domainkey.example.org", "TXT"): ["v=DKIM1; p=BBBB"]}, "DKIM", "wrong", "v=DKIM1; k=rsa; p=" + "A" * 300),
        ({("_dmarc.example.org", "TXT"): []}, "DMARC", "missing", "v=DMARC1; p=none; rua=mailto:dmarc@example.org"),
        ({("_dmarc.example.org", "TXT"): ["v=DMARC1; rua=mailto:x@y.org"]}, "DMARC", "wrong", None),
        ({("example.org", "MX"): [], ("example.org", "A"): []}, "MX", "missing", None),
        ({("example.org", "MX"): ["0 ."]}, "MX", "missing", None),
        ({("7.2.0.192.in-addr.arpa", "PTR"): []}, "PTR", "missing", "mx.example.org"),
        (
            {("mx.example.org", "A"): ["192.0.2.7"], ("7.2.0.192.in-addr.arpa", "PTR"): ["v7.rent.example"]},
            "PTR",
            "wrong",
            None,
        ),
        ({("_dmarc.example.org", "FAIL"): ["x"]}, "DMARC", "unknown", None),
    ],
)
async def test_what_is_missing_or_wrong_is_told(
    changed: dict[tuple[str, str], list[str]], name: str, verdict: str, record: str | None
) -> None:
    found = (await verdicts(changed))[name]

    assert (found.verdict, found.record.value if found.record else None) == (verdict, record)
    assert found.told


async def test_a_provider_is_included_and_the_policy_of_the_parent_counts() -> None:
    zone: dict[tuple[str, str], list[str]] = {
        ("shop.example.org", "TXT"): ["v=spf1 mx ~all"],
        ("shop.example.org", "MX"): ["1 mx"],
    }

    found = await verdicts(zone, domain="shop.example.org", host="smtp.mailgun.org")

    assert found["SPF"].record is not None
    assert found["SPF"].record.value == "v=spf1 mx include:mailgun.org ~all"
    assert found["DMARC"].verdict == "ok"
    assert "PTR" not in found


async def test_a_return_path_of_somebody_else_does_not_count() -> None:
    assert (await verdicts(return_domain="bounces.example.net"))["Return path"].verdict == "wrong"


def test_a_key_is_made_for_whoever_has_none_and_signs_from_then_on() -> None:
    config = EMAIL.Config(host="h", sender="a@example.org", dkim_domain="example.org", dkim_selector="t")

    made = EMAIL.completed(config, None)

    sending = EMAIL.sending(made)
    assert sending is not None
    assert len(sending.dkim_key) > 300
    assert EMAIL.completed(made, made) == made


def test_the_command_says_what_to_paste(tmp_path: Path) -> None:
    where = ["--data", str(tmp_path / "data")]
    with dns({("example.org", "MX"): ["10 mx.example.org"]}) as server:
        ask = CliRunner(env={"TIDINGS_DNS": server})
        done = ask.invoke(main, ["check", "domain", "example.org", *where])
        told = ask.invoke(main, ["check", "domain", "example.org", "--json", *where])

    assert done.exit_code == 1
    assert "paste: _dmarc.example.org  TXT  v=DMARC1; p=none" in done.output
    assert json.loads(told.stdout)[0]["is_ready"] is False
    assert "is no domain" in CliRunner().invoke(main, ["check", "domain", "not a domain", *where]).output


def test_the_command_says_what_bounces_mean(tmp_path: Path) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(
        b"From: MAILER-DAEMON@x.org\nSubject: failure notice\n\n<ada@example.com>:\nno mailbox here by that name\n"
    )

    done = CliRunner().invoke(main, ["bounces", "classify", str(file)])

    assert [json.loads(line) for line in done.output.splitlines()] == [
        {
            "file": str(file),
            "type": "bounce",
            "recipient": "ada@example.com",
            "class": "hard",
            "reason": "no_mailbox",
            "status": "",
        }
    ]


@pytest.mark.parametrize(
    ("allowed", "elsewhere", "ok", "told"),
    [
        ("127.0.0.1", "", True, "without https"),
        ("", "", False, "TIDINGS_ALLOW_HOSTS"),
        ("127.0.0.1", "http://127.0.0.1:9", False, "cannot be reached"),
    ],
)
def test_our_own_address_is_fetched_as_readers_do(
    tmp_path: Path, allowed: str, elsewhere: str, ok: bool, told: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    address = elsewhere or f"http://127.0.0.1:{port}"
    running = Running(tmp_path / "data", "--port", str(port), allow_hosts=allowed, public_url=address)
    running.sign_in()

    status, found = running.ask("POST", "/api/v1/checks/address")

    assert running.stop() == 0
    assert (status, found["ok"], found["address"]) == (200, ok, address)
    assert told in found["told"]
