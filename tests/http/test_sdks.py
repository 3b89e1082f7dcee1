"""Segment's official SDKs for Node and Python, unchanged but for the host: everything arrives once and in order."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import segment.analytics as segment

from tests.support.gate import How, gate
from tests.support.running import Running
from tests.support.segment import FOLDER, NodeSdk, install


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    install()
    running = Running(tmp_path_factory.mktemp("sdks") / "data")
    running.sign_in()
    yield running
    assert running.stop() == 0


@pytest.fixture
def key(server: Running) -> str:
    return server.key("track")


def person(server: Running, email: str) -> dict[str, Any]:
    """The one contact with this address."""
    _, found = server.ask("GET", f"/api/v1/contacts?q={email}")
    (contact,) = found["items"]
    return dict(contact)


def happened(server: Running, email: str) -> list[dict[str, Any]]:
    """What a person did, in the order in which it is told, oldest first."""
    rows, cursor, contact = list[dict[str, Any]](), "", person(server, email)
    while cursor is not None:
        _, found = server.ask("GET", f"/api/v1/contacts/{contact['id']}/timeline?limit=200&cursor={cursor}")
        rows += [row for row in found["items"] if row["type"] == "event"]
        cursor = found["next"]
    return rows[::-1]


def names(server: Running, email: str) -> list[str]:
    return [row["name"] for row in happened(server, email)]


def numbers(server: Running, email: str) -> list[int]:
    return [row["properties"]["n"] for row in happened(server, email)]


def test_the_lock_of_the_node_sdk_names_versions_and_hashes_and_no_place() -> None:
    text = (FOLDER / "package-lock.json").read_text()

    assert '"@segment/analytics-node"' in text
    assert '"integrity"' in text
    assert '"resolved"' not in text


def test_every_call_of_the_node_sdk_arrives_once_and_in_order(server: Running, key: str) -> None:
    with NodeSdk(server.url, key) as sdk:
        sdk.call("track", anonymousId="browser-1", event="Landed")
        sdk.call("identify", userId="nora", traits={"email": "Nora@Example.com", "firstName": "Nora"})
        sdk.call("track", userId="nora", event="Order Completed", properties={"total": 12.5, "items": [{"sku": "a"}]})
        sdk.call("page", userId="nora", category="docs", name="Start", properties={"path": "/start"})
        sdk.call("screen", userId="nora", name="Home")
        sdk.call("group", userId="nora", groupId="acme", traits={"plan": "pro"})
        sdk.call("alias", userId="nora", previousId="before-nora")
        sdk.call("track", userId="before-nora", event="Known Again")
        assert sdk.flush() == []

    assert names(server, "nora@example.com") == [
        "Order Completed",
        "Page Viewed",
        "Screen Viewed",
        "Group Joined",
        "Known Again",
    ]
    order, page, screen, group, _ = happened(server, "nora@example.com")
    assert order["properties"] == {"total": 12.5, "items": [{"sku": "a"}]}
    assert page["properties"] == {"name": "Start", "path": "/start", "category": "docs"}
    assert screen["properties"]["name"] == "Home"
    assert group["properties"]["group_id"] == "acme"
    assert order["context"]["library"]["name"] == "@segment/analytics-node"
    assert person(server, "nora@example.com")["attributes"]["first_name"] == "Nora"


def test_every_call_of_the_python_sdk_arrives_once_and_in_order_also_packed(server: Running, key: str) -> None:
    failures = list[Any]()
    with gate(server.url) as door:
        client = segment.Client(key, host=door.url, gzip=True, on_error=lambda error, _: failures.append(error))
        client.identify("pia", {"email": "Pia@Example.com", "firstName": "Pia"})
        client.track("pia", "Order Completed", {"total": 12.5})
        client.page("pia", "docs", "Start", {"path": "/start"})
        client.screen("pia", "app", "Home")
        client.group("pia", "acme", {"plan": "pro"})
        client.alias("pia-before", "pia")
        client.track("pia-before", "Known Again")
        client.shutdown()

    assert failures == []
    assert {request["headers"]["Content-Encoding"] for request in door.requests} == {"gzip"}
    assert names(server, "pia@example.com") == [
        "Order Completed",
        "Page Viewed",
        "Screen Viewed",
        "Group Joined",
        "Known Again",
    ]
    assert person(server, "pia@example.com")["attributes"]["first_name"] == "Pia"


def python(url: str, key: str, user: str, count: int, **settings: Any) -> list[Any]:
    """Somebody does something `count` times, told by the Python SDK; what could not be delivered."""
    failures = list[Any]()
    client = segment.Client(key, host=url, on_error=lambda error, _: failures.append(error), **settings)
    client.identify(user, {"email": f"{user}@example.com"})
    for number in range(count):
        client.track(user, "Did", {"n": number})
    client.shutdown()
    return failures


def node(url: str, key: str, user: str, count: int, **settings: Any) -> list[Any]:
    """The same, told by the Node SDK."""
    with NodeSdk(url, key, **settings) as sdk:
        sdk.call("identify", userId=user, traits={"email": f"{user}@example.com"})
        for number in range(count):
            sdk.call("track", userId=user, event="Did", properties={"n": number})
        return list(sdk.flush())


SDKS = pytest.mark.parametrize("sdk", [python, node], ids=["python", "node"])
Sdk = Callable[..., list[Any]]


@pytest.mark.parametrize(
    ("sdk", "size"), [(python, {"upload_size": 20}), (node, {"flushAt": 20})], ids=["python", "node"]
)
def test_batches_of_the_sdks_own_making_add_up(sdk: Sdk, size: dict[str, int], server: Running, key: str) -> None:
    user = f"batches-{sdk.__name__}"

    with gate(server.url) as door:
        assert sdk(door.url, key, user, 99, **size) == []

    assert [len(request["body"]["batch"]) for request in door.requests] == [20] * 5
    assert sorted(numbers(server, f"{user}@example.com")) == list(range(99))


@SDKS
@pytest.mark.parametrize("fault", ["503", "cut after"])
def test_what_an_sdk_sends_again_is_one_event(fault: How, sdk: Sdk, server: Running, key: str) -> None:
    """The server was busy; or, worse, it took the calls and its answer was lost."""
    user = f"{sdk.__name__}-{fault.replace(' ', '-')}"

    with gate(server.url, fault) as door:
        assert sdk(door.url, key, user, 5) == []

    assert [request["how"] for request in door.requests] == [fault, "pass"]
    assert len({str(request["body"]["batch"]) for request in door.requests}) == 1, "the same batch both times"
    assert numbers(server, f"{user}@example.com") == [0, 1, 2, 3, 4]


def slammed(port: int) -> set[str]:
    """Whose requests were cut off, on a port where nobody serves, until both SDKs have tried."""
    tried = set[str]()
    with socket.create_server(("127.0.0.1", port)) as door:
        door.settimeout(10)
        while len(tried) < 2:
            caller, _ = door.accept()
            with caller:
                tried |= {found.decode() for found in re.findall(rb"analytics-(?:node|python)", caller.recv(65_536))}
    return tried


def test_what_the_sdks_send_while_the_server_restarts_arrives_once_and_in_order(tmp_path: Path) -> None:
    server = Running(tmp_path / "data")
    server.sign_in()
    key, failures = server.key("track"), list[Any]()
    client = segment.Client(key, host=server.url, on_error=lambda error, _: failures.append(error))
    with NodeSdk(server.url, key) as sdk:
        for name in ("node", "python"):
            tell = sdk.call if name == "node" else lambda kind, **given: getattr(client, kind)(**_snake(given))
            tell("identify", userId=name, traits={"email": f"{name}@example.com"})
            tell("track", userId=name, event="Did", properties={"n": 0})
        assert sdk.flush() == []
        client.flush()

        assert server.stop() == 0
        sdk.call("track", userId="node", event="Did", properties={"n": 1})
        client.track("python", "Did", {"n": 1})
        sdk.begin_flush()
        assert slammed(server.port) == {"analytics-node", "analytics-python"}
        server.start(port=server.port)
        assert sdk.end_flush() == []
        client.flush()
        sdk.call("track", userId="node", event="Did", properties={"n": 2})
        client.track("python", "Did", {"n": 2})
        assert sdk.flush() == []
        client.shutdown()

    assert failures == []
    for name in ("node", "python"):
        assert numbers(server, f"{name}@example.com") == [0, 1, 2]
    assert server.stop() == 0


def _snake(given: dict[str, Any]) -> dict[str, Any]:
    words = {"userId": "user_id"}
    return {words.get(name, name): value for name, value in given.items()}
