"""The floor of a broadcast: one durable narrow row each, claimed in slices, rendered by bare Jinja, marked as committing, sent over
pipelined connections, recorded; with nothing decided, nothing signed, and no link of anybody's own."""

from __future__ import annotations

import asyncio
import base64
import collections
import concurrent.futures
import sqlite3
import time
from pathlib import Path
from typing import cast

import jinja2
import msgspec

CLAIM, LOW = 500, 250
SCHEMA = """
create table message (id integer primary key, key text unique, state integer, owner integer, at integer);
create index message_queued on message (id) where state = 0;
"""
HEAD = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: News\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
PART = b"--b\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
WHO = '{"contact": {"first_name": "Ada", "plan": "pro", "city": "London"}}'


class Letter:
    """Two parts, rendered for each recipient and encoded."""

    def __init__(self, html: str, text: str) -> None:
        self._html = jinja2.Environment(autoescape=True).from_string(html)
        self._text = jinja2.Environment().from_string(text)

    def body(self) -> bytes:
        values = msgspec.json.decode(WHO)
        parts = ((b"plain", self._text), (b"html", self._html))
        encoded = ((kind, base64.encodebytes(part.render(values).encode())) for kind, part in parts)
        return HEAD + b"".join(PART % kind + body.replace(b"\n", b"\r\n") for kind, body in encoded) + b"--b--\r\n"


class Ledger:
    """A writer thread with one flush in flight: the results and the marks of all connections in one transaction."""

    def __init__(self, folder: str, count: int) -> None:
        self._db = sqlite3.connect(Path(folder) / "floor.db", isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = wal", "synchronous = full", "cache_size = -65536"):
            self._db.execute(f"pragma {pragma}")
        self._db.executescript(SCHEMA)
        rows = "insert into message select value, 'k' || value, 0, 0, 0 from json_each(?)"
        self._db.execute(rows, (msgspec.json.encode(list(range(1, count + 1))).decode(),))
        self._thread = concurrent.futures.ThreadPoolExecutor(1)
        self.ready: collections.deque[int] = collections.deque()
        self.waiting: collections.deque[Connection] = collections.deque()
        self._marks, self._results = list[tuple[int, Connection]](), list[int]()
        self._is_flushing, self._is_claiming, self._is_dry = False, False, False
        self.sent, self.done, self._count = 0, asyncio.Event(), count

    def next(self, connection: Connection) -> int | None:
        """The next message, or None: the connection is called when there is one."""
        if len(self.ready) <= LOW and not self._is_claiming and not self._is_dry:
            self._is_claiming = True
            self._run(self._claim).add_done_callback(self._claimed)
        if self.ready:
            return self.ready.popleft()
        self.waiting.append(connection)
        return None

    def mark(self, message: int, connection: Connection) -> None:
        self._marks.append((message, connection))
        self._flush()

    def sent_one(self, message: int) -> None:
        self.sent += 1
        self._results.append(message)
        self._flush()

    def close(self) -> None:
        self._thread.shutdown()
        self._db.close()

    def _run(self, work: object, *given: object) -> asyncio.Future[list[int]]:
        return asyncio.get_running_loop().run_in_executor(self._thread, work, *given)  # type: ignore[arg-type]

    def _claim(self) -> list[int]:
        some = "select id from message where state = 0 order by id limit ?"
        text = f"update message set state = 1, owner = 1 where id in ({some}) returning id"
        return [row[0] for row in self._db.execute(text, (CLAIM,))]

    def _claimed(self, future: asyncio.Future[list[int]]) -> None:
        found = future.result()
        self._is_claiming, self._is_dry = False, len(found) < CLAIM
        self.ready.extend(found)
        while self.waiting and self.ready:
            self.waiting.popleft().begin()

    def _flush(self) -> None:
        if self._is_flushing:
            return
        self._is_flushing = True
        asyncio.get_running_loop().call_soon(self._write)

    def _write(self) -> None:
        marks, self._marks = self._marks, []
        results, self._results = self._results, []
        future = self._run(self._store, results, [message for message, _ in marks])
        future.add_done_callback(lambda _: self._written(marks))

    def _store(self, results: list[int], marks: list[int]) -> list[int]:
        self._db.execute("begin immediate")
        for state, ids in ((3, results), (2, marks)):
            text = f"update message set state = {state}, at = 1 where id in (select value from json_each(?)) and state = {state - 1}"
            self._db.execute(text, (msgspec.json.encode(ids).decode(),))
        self._db.execute("commit")
        return []

    def _written(self, marks: list[tuple[int, Connection]]) -> None:
        self._is_flushing = False
        for _, connection in marks:
            connection.go()
        if self._marks or self._results:
            self._flush()
        elif self.sent == self._count:
            self.done.set()


class Connection(asyncio.Protocol):
    """MAIL, RCPT and DATA in one write with the dot before them; the mark before each dot."""

    def __init__(self, ledger: Ledger, letter: Letter) -> None:
        self._ledger, self._letter, self._now, self._before = ledger, letter, 0, 0
        self._expected: collections.deque[str] = collections.deque(["hello"])

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._rest = cast(asyncio.Transport, transport), b""

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        for line in lines:
            if line[3:4] == b"-":
                continue
            kind = self._expected.popleft()
            if kind == "hello":
                self._transport.write(b"EHLO floor\r\n")
                self._expected.append("ehlo")
            elif kind == "ehlo":
                self.begin()
            elif kind == "data":
                self._transport.write(self._letter.body())
                self._ledger.mark(self._now, self)
            elif kind == "dot":
                self._ledger.sent_one(self._before)

    def begin(self, end: bytes = b"") -> None:
        """The next envelope, behind the dot of the message before."""
        message = self._ledger.next(self)
        if message is None:
            self._transport.write(end)
            return
        self._now = message
        self._transport.write(end + b"MAIL FROM:<a@example.org>\r\nRCPT TO:<u%d@example.org>\r\nDATA\r\n" % message)
        self._expected.extend(("mail", "rcpt", "data"))

    def go(self) -> None:
        """The mark is durable."""
        self._before = self._now
        self._expected.append("dot")
        self.begin(b".\r\n")


async def run(folder: str, port: int, count: int, connections: int, letter: Letter) -> tuple[float, float]:
    """(seconds, CPU seconds) for `count` messages."""
    ledger, loop = Ledger(folder, count), asyncio.get_running_loop()
    begun, cpu = time.perf_counter(), time.process_time()
    for _ in range(connections):
        await loop.create_connection(lambda: Connection(ledger, letter), "127.0.0.1", port)
    await ledger.done.wait()
    taken = time.perf_counter() - begun, time.process_time() - cpu
    ledger.close()
    return taken
