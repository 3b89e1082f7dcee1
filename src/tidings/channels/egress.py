"""The way out for plugins: HTTP and TCP to public addresses only, bounded in time and size, redirects never followed."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tidings.channels.world import HttpNoAnswer, HttpNotSent, HttpResponse

MAX_ANSWER = 1_000_000
_SHARED = ipaddress.ip_network("100.64.0.0/10")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet, whatever its spelling."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64 or ip.sixtofour is not None or ip.teredo is not None:
            return False
    elif ip in _SHARED:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


async def resolve(host: str, port: int, allowed: frozenset[str]) -> str:
    """One address of a host that may be reached; hosts in `allowed` may be private. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(info[4][0]) for info in found]
    for address in addresses:
        if host not in allowed and address not in allowed and not is_public(address):
            raise OSError(f"{host} is at {address}, which is not on the internet; allow it with TIDINGS_ALLOW_HOSTS")
    return addresses[0]


class GuardedHttp:
    """HTTP for plugins. The name is resolved once, checked, and that very address is connected to."""

    def __init__(self, allowed: frozenset[str] = frozenset()) -> None:
        self._allowed = allowed
        self._client: Any = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        timeout: float = 30.0,
    ) -> HttpResponse:
        import httpx  # 0.1 s: only when something goes out

        self._client = self._client or httpx.AsyncClient(follow_redirects=False, trust_env=False)
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise HttpNotSent(f"{url} is not a web address")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            address = await asyncio.wait_for(resolve(parts.hostname, port, self._allowed), timeout)
        except (OSError, TimeoutError) as error:
            raise HttpNotSent(str(error)) from error
        host = f"[{address}]" if ":" in address else address
        target = urlunsplit((parts.scheme, f"{host}:{port}", parts.path or "/", parts.query, ""))
        sent = {**(headers or {}), "host": parts.netloc.rpartition("@")[2]}
        extensions = {"sni_hostname": parts.hostname}
        request = self._client.build_request(
            method, target, headers=sent, content=body, timeout=timeout, extensions=extensions
        )
        try:
            return await asyncio.wait_for(self._exchange(request), timeout)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise HttpNotSent(f"{parts.hostname}: {error}") from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise HttpNoAnswer(f"{parts.hostname}: {type(error).__name__}") from error

    async def _exchange(self, request: Any) -> HttpResponse:
        response = await self._client.send(request, stream=True)
        try:
            body = b""
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MAX_ANSWER:
                    break
        finally:
            await response.aclose()
        return HttpResponse(status=response.status_code, headers=dict(response.headers), body=body[:MAX_ANSWER])

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()


class GuardedConnect:
    """TCP for plugins that speak another protocol, to hosts that an operator configured."""

    async def __call__(self, host: str, port: int, *, timeout: float) -> socket.socket:
        loop = asyncio.get_running_loop()
        infos = await asyncio.wait_for(loop.getaddrinfo(host, port, type=socket.SOCK_STREAM), timeout)
        connection = socket.socket(infos[0][0], socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            await asyncio.wait_for(loop.sock_connect(connection, infos[0][4]), timeout)
        except BaseException:
            connection.close()
            raise
        return connection
