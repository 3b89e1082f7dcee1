"""SMTP: CPU to hand one finished message over, by our pipelined channel and by aiosmtplib's `sendmail`, to the same server."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiosmtplib
import uvloop

from tidings.bench import floors, sink
from tidings.channels import Address, Channel, Outbound, Rendered, Result, loader

BODY = (
    b"From: News <news@example.org>\r\nTo: ada@example.com\r\nSubject: News\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n"
    + b"<p>A paragraph of a newsletter, as long as they are.</p>\r\n"
    * 70
)
CALL = 50
"""Messages that one call of the channel gets."""


async def _all(*, results: Sequence[Result] = (), next: Sequence[int] = ()) -> frozenset[int]:
    """A mark that costs nothing: the ledger has its own bench."""
    return frozenset(next)


async def ours(port: int, count: int, connections: int) -> float:
    """CPU seconds for `count` messages by the channel."""
    plugin = loader.load().found["email"]
    settings: dict[str, Any] = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "a@example.org"}
    config = plugin.Config(**settings, connections=connections)
    channel: Channel[Any] = plugin(config, None)  # type: ignore[arg-type]
    messages = [
        Outbound(
            id=number,
            key=f"k{number}",
            to=Address(kind="email", value=f"u{number}@example.com", domain="example.com"),
            rendered=Rendered(body=BODY, facts={"sender": "a@example.org"}),
        )
        for number in range(count)
    ]

    async def work(mine: list[Outbound]) -> None:
        for first in range(0, len(mine), CALL):
            await channel.send(mine[first : first + CALL], _all)

    return await _cpu(
        lambda: asyncio.gather(*(work(messages[i::connections]) for i in range(connections))), channel.stop
    )


async def theirs(port: int, count: int, connections: int) -> float:
    """CPU seconds for `count` messages by `sendmail` on warm connections."""
    clients = [aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) for _ in range(connections)]
    for client in clients:
        await client.connect()

    async def work(client: aiosmtplib.SMTP, numbers: range) -> None:
        for number in numbers:
            await client.sendmail("a@example.org", [f"u{number}@example.com"], BODY)

    async def stop() -> None:
        for client in clients:
            await client.quit()

    return await _cpu(
        lambda: asyncio.gather(*(work(client, range(i, count, connections)) for i, client in enumerate(clients))), stop
    )


async def _cpu(work: Callable[[], Awaitable[Any]], stop: Callable[[], Awaitable[None]]) -> float:
    begun = time.process_time()
    await work()
    taken = time.process_time() - begun
    await stop()
    return taken


def main(arguments: list[str]) -> None:
    """`tidings bench smtp [--count N] [--connections N] [--json]`."""
    given = floors.options(arguments, count=6_000, connections=20)
    on = floors.ground(
        "", f"{given.count:,} messages of {len(BODY):,} bytes, {given.connections} connections", is_storing=False
    )
    pairs = list[tuple[float, float]]()
    with sink.running() as port:
        for _ in range(5):
            mine = uvloop.run(ours(port, given.count, given.connections))
            pairs.append((mine, uvloop.run(theirs(port, given.count // 5, given.connections)) * 5))
    figures = {
        "cpu_us_a_message": statistics.median(mine for mine, _ in pairs) / given.count * 1e6,
        "aiosmtplib_cpu_us": statistics.median(other for _, other in pairs) / given.count * 1e6,
    }
    ratio = statistics.median(mine / other for mine, other in pairs)
    floors.report("smtp", on, figures, {"smtp_cpu_to_aiosmtplib": ratio}, as_json=given.json)
