"""The server of `benchmarks.feeds`: a feed each host name; told to change, a fifth have four new items."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from functools import lru_cache

CHANGED_EACH = 5
ITEMS, NEW_ITEMS = 20, 4
SENTENCE = "harbour boats tide crane quay rope anchor storm pilot ferry lamp fog wharf barge sail"
WORDS = tuple(SENTENCE.split())
CONTENT = " ".join(f"<p>{' '.join(WORDS[place:] + WORDS[:place])} @.</p>" for place in range(12))


class Server:
    """Feeds by host name, in one of two versions."""

    def __init__(self) -> None:
        self.changed = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                writer.write(self.answer(head))
                await writer.drain()
        writer.close()

    def answer(self, head: str) -> bytes:
        """Give the answer to a request."""
        if head.startswith("GET /robots.txt"):
            return reply("200 OK", b"User-agent: *\nDisallow: /private\n", "text/plain")
        if head.startswith("GET /.well-known/"):
            return reply("404 Not Found", b"", "text/plain")
        host = next(line for line in head.split("\r\n") if line.lower().startswith("host:")).split(":")[1].strip()
        number = int(host.partition(".")[0][1:])
        version = int(self.changed and number % CHANGED_EACH == 0)
        etag = f'"{number}-{version}"' if number % 2 else ""
        if etag and f"if-none-match: {etag}" in head.lower():
            return reply("304 Not Modified", b"", "text/plain", etag)
        return reply("200 OK", feed(host, number, version), "application/rss+xml", etag)


def reply(status: str, body: bytes, kind: str, etag: str = "") -> bytes:
    """Write an answer."""
    tag = f"ETag: {etag}\r\n" if etag else ""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{tag}\r\n"
    return head.encode() + body


@lru_cache(maxsize=64)
def feed(host: str, number: int, version: int) -> bytes:
    """Write a feed of twenty whole articles; the second version has four new ones on top."""
    first = version * NEW_ITEMS
    items = "".join(item(host, number, place) for place in range(first + ITEMS - 1, first - 1, -1))
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Feed {number}</title><link>http://{host}/</link><description>News</description>{items}</channel></rss>"
    ).encode()


def item(host: str, number: int, place: int) -> str:
    """Write an item."""
    content = CONTENT.replace("@", f"{number} {place}")
    url = f"https://{host}/{place}"
    return (
        f"<item><title>Report {place} of {number}</title><link>{url}</link><guid>{url}</guid>"
        f"<pubDate>Fri, 27 Nov 2026 05:{place:02d}:00 GMT</pubDate><description>In short.</description>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded></item>"
    )


async def main() -> None:
    """Serve; say the port, and change when a line comes."""
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, backlog=1024)
    print(listening.sockets[0].getsockname()[1], flush=True)

    def listen() -> None:
        for _ in sys.stdin:
            server.changed = True
            print("changed", flush=True)

    threading.Thread(target=listen, daemon=True).start()
    async with listening:
        await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
