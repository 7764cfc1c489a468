"""A web server on loopback that does what servers do wrong: drip, never end, lie, loop; a script each path."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate

from ingest.network import NetworkSettings

LOOPBACK = ("127.0.0.0/8",)


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def host(self) -> str:
        """Give the Host header without the port."""
        return self.headers.get("host", "").rpartition(":")[0]


Script = Callable[[Asked], Iterable[bytes | float]]
"""What goes out: bytes are sent, a number is a pause in seconds."""


def reply(status: int = 200, body: bytes = b"", **headers: str) -> Script:
    """Answer well: with a length and the given headers (underscores are hyphens)."""
    return lambda _: [_head(status, {"Content-Length": str(len(body)), **_named(headers)}) + body]


def redirect(location: str, status: int = 302) -> Script:
    """Point elsewhere."""
    return reply(status, Location=location)


def raw(*parts: bytes | float) -> Script:
    """Send exactly this."""
    return lambda _: parts


def endless(chunk: bytes = b"x" * 65_536) -> Script:
    """Never stop sending."""

    def script(_: Asked) -> Iterator[bytes | float]:
        yield _head(200, {"Content-Type": "text/html"})
        while True:
            yield chunk

    return script


def drip(pause_seconds: float, headers_too: bool = False) -> Script:
    """Send a byte at a time, for ever."""

    def script(_: Asked) -> Iterator[bytes | float]:
        yield b"HTTP/1.1 200 OK\r\n" if headers_too else _head(200, {"Content-Type": "text/html"})
        while True:
            yield pause_seconds
            yield b"X-A: b\r\n" if headers_too else b"x"

    return script


def gzip_bomb(megabytes: int) -> Script:
    """Answer with a little gzip that becomes a lot."""
    packed = gzip.compress(b"\0" * 1_000_000, 9) * megabytes
    return reply(200, packed, Content_Encoding="gzip", Content_Type="text/html")


def in_turn(*scripts: Script) -> Script:
    """Answer with one script after another; the last one stays."""
    waiting = list(scripts)

    def script(asked: Asked) -> Iterable[bytes | float]:
        return (waiting.pop(0) if len(waiting) > 1 else waiting[0])(asked)

    return script


def conditional(body: bytes, etag: str, **headers: str) -> Script:
    """Answer 304 to whoever has this version."""

    def script(asked: Asked) -> Iterable[bytes | float]:
        if asked.headers.get("if-none-match") == etag:
            return reply(304, b"", ETag=etag)(asked)
        return reply(200, body, ETag=etag, **headers)(asked)

    return script


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Date: {formatdate(usegmt=True)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@dataclass
class OddServer:
    """The server at work; `scripts` go by path, or by `host/path` for one of its names."""

    port: int = 0
    scripts: dict[str, Script] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Give an address of this server's."""
        return f"http://{host}:{self.port}{path}"

    def settings(self, **changes: object) -> NetworkSettings:
        """Give settings that allow loopback and this port."""
        values: dict[str, object] = {"allowed_networks": LOOPBACK, "allowed_ports": (self.port,), **changes}
        return NetworkSettings(**values)  # type: ignore[arg-type]  # the caller's names are checked by the record

    def paths(self) -> list[str]:
        """Name what was asked for, in order."""
        return [asked.path for asked in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._answer(reader, writer):
                pass
        writer.transport.abort() if writer.transport.get_write_buffer_size() else writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        asked = await _read_request(reader)
        self.asked.append(asked)
        script = self.scripts.get(asked.host + asked.path) or self.scripts.get(asked.path) or reply(404)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        goes_on = True
        try:
            for number, part in enumerate(script(asked)):
                if isinstance(part, bytes):
                    goes_on = goes_on and (number > 0 or b"Content-Length" in part) and b"Connection: close" not in part
                    writer.write(part)
                    await writer.drain()
                else:
                    await asyncio.sleep(part)
        finally:
            self.at_once -= 1
        return goes_on


async def _read_request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))


@contextlib.contextmanager
def running() -> Iterator[OddServer]:
    """Run a server in a thread of its own."""
    server, ready, stop = OddServer(), threading.Event(), threading.Event()

    async def run() -> None:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        server.port = listening.sockets[0].getsockname()[1]
        ready.set()
        while not stop.is_set():
            await asyncio.sleep(0.02)
        listening.close()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield server
    finally:
        stop.set()
        thread.join(10)


class Names:
    """A resolver for tests: names to addresses, each time the next of a name's lists; the last one stays."""

    def __init__(self) -> None:
        self.known: dict[str, list[Sequence[str]]] = {}
        self.asked: list[str] = []

    def add(self, host: str, *turns: Sequence[str]) -> None:
        """Let a name resolve to these, turn by turn."""
        self.known[host] = list(turns)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Resolve."""
        self.asked.append(host)
        turns = self.known.get(host)
        if not turns:
            raise OSError(f"no such name: {host}")
        return turns.pop(0) if len(turns) > 1 else turns[0]
