"""A real DNS server for tests, which says what it is told to."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from dnslib import MX, QTYPE, RCODE, RR, TXT, A
from dnslib.dns import PTR
from dnslib.server import BaseResolver, DNSLogger, DNSServer

Zone = dict[tuple[str, str], list[str]]


class _Zone(BaseResolver):  # type: ignore[misc]
    def __init__(self, zone: Zone) -> None:
        self.zone = zone

    def resolve(self, request: Any, handler: Any) -> Any:
        reply, name = request.reply(), str(request.q.qname).rstrip(".").lower()
        kind = QTYPE[request.q.qtype]
        if self.zone.get((name, "FAIL")):
            reply.header.rcode = RCODE.SERVFAIL
            return reply
        for value in self.zone.get((name, kind), []):
            reply.add_answer(RR(request.q.qname, request.q.qtype, rdata=_data(kind, value)))
        if not any(known == name for known, _ in self.zone):
            reply.header.rcode = RCODE.NXDOMAIN
        return reply


def _data(kind: str, value: str) -> Any:
    if kind == "TXT":
        raw = value.encode()
        return TXT([raw[at : at + 200] for at in range(0, len(raw), 200)])
    if kind == "MX":
        preference, host = value.split()
        return MX(host, int(preference))
    return A(value) if kind == "A" else PTR(value)


@contextlib.contextmanager
def dns(zone: Zone) -> Iterator[str]:
    """`address:port` of a server of this zone."""
    server = DNSServer(_Zone(zone), address="127.0.0.1", port=0, logger=DNSLogger("-request,-reply,-truncated"))
    server.start_thread()
    try:
        yield f"127.0.0.1:{server.server.server_address[1]}"
    finally:
        server.stop()
        server.server.server_close()
