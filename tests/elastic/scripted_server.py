"""A loopback server that gives, in turn, the replies that a healthy Elasticsearch won't give.

After those it takes everything. It keeps no documents: what concerns Elasticsearch's own behaviour is tested against
the real one.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PRODUCT = {"X-Elastic-Product": "Elasticsearch"}


@dataclass(frozen=True)
class Request:
    """What came in; `ids` are those of a bulk request's actions."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def ids(self) -> list[str]:
        """Name the documents of a bulk request."""
        lines = [json.loads(line) for line in self.body.splitlines()] if self.path.startswith("/_bulk") else []
        return [line["index"]["_id"] for line in lines if "index" in line]


@dataclass(frozen=True)
class Reply:
    """What goes out; `cut` closes the connection after so many bytes of the body."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=lambda: PRODUCT)
    cut: int | None = None


Answer = Callable[[Request], Reply]


def error(status: int, kind: str, reason: str = "", **headers: str) -> Answer:
    """Answer with an error of Elasticsearch for the whole request."""
    body = json.dumps({"error": {"type": kind, "reason": reason, "root_cause": []}, "status": status}).encode()
    return lambda _: Reply(status, body, headers={**PRODUCT, **{k.replace("_", "-"): v for k, v in headers.items()}})


def page(status: int) -> Answer:
    """Answer with an HTML page, as a proxy does."""
    return lambda _: Reply(status, b"<html><h1>Something is wrong</h1></html>", "text/html", headers={})


def items(errors: Mapping[str, tuple[int, str]]) -> Answer:
    """Answer a bulk request item by item: the named ones with status and error type, the others as written."""
    return lambda request: Reply(200, json.dumps(bulk_answer(request.ids, errors)).encode())


def bulk_answer(ids: Sequence[str], errors: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    """Make the body of a bulk answer."""
    answers = []
    for identity in ids:
        status, kind = errors.get(identity, (201, ""))
        answer: dict[str, Any] = {"_id": identity, "status": status}
        answers.append({"index": answer | ({"error": {"type": kind, "reason": kind}} if kind else {})})
    return {"errors": bool(errors), "items": answers}


def reshaped(change: Callable[[list[Any]], list[Any]]) -> Answer:
    """Answer a bulk request with its items changed: too few, too many, in another order."""

    def answer(request: Request) -> Reply:
        whole = bulk_answer(request.ids, {})
        return Reply(200, json.dumps({**whole, "items": change(whole["items"])}).encode())

    return answer


def truncated(request: Request) -> Reply:
    """Answer with the first half of the JSON."""
    body = json.dumps(bulk_answer(request.ids, {})).encode()
    return Reply(200, body[: len(body) // 2])


def hang_up(request: Request) -> Reply:
    """Close the connection in the middle of the answer."""
    return Reply(200, json.dumps(bulk_answer(request.ids, {})).encode(), cut=10)


def accept(request: Request) -> Reply:
    """Take everything."""
    if request.path == "/":
        return Reply(200, b'{"version": {"number": "9.4.3"}}')
    return Reply(200, json.dumps(bulk_answer(request.ids, {})).encode())


def forward(url: str, then: Answer | None = None) -> Answer:
    """Hand the request to a real server; answer as it does, or as `then` does though the request took effect."""

    def answer(request: Request) -> Reply:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
        headers = {key: value for key, value in request.headers.items() if key.lower() != "accept-encoding"}
        connection.request(request.method, request.path, request.body, headers)
        real = connection.getresponse()
        body, kind = real.read(), real.headers.get("content-type", "application/json")
        connection.close()
        return then(request) if then else Reply(real.status, body, kind)

    return answer


class ScriptedServer:
    """The server: its script, what came in, its address."""

    def __init__(self, script: Sequence[Answer], otherwise: Answer = accept) -> None:
        self.script = deque(script)
        self.otherwise = otherwise
        self.requests: list[Request] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.make_handler())

    @property
    def url(self) -> str:
        """The address."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def batches(self) -> list[list[str]]:
        """The ids of each bulk request that came in."""
        return [request.ids for request in self.requests if request.path.startswith("/_bulk")]

    def reply(self, request: Request) -> Reply:
        """Note a request and answer it by the script."""
        self.requests.append(request)
        return (self.script.popleft() if self.script else self.otherwise)(request)

    def make_handler(self) -> type[BaseHTTPRequestHandler]:
        """Make the handler that http.server wants: a class."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                request = Request(self.command, self.path, dict(self.headers), self.rfile.read(length))
                reply = outer.reply(request)
                self.send_response(reply.status)
                self.send_header("content-type", reply.content_type)
                self.send_header("content-length", str(len(reply.body)))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body[: reply.cut])

            do_GET = do_POST = do_PUT = do_HEAD = handle_one  # noqa: N815 - the names that http.server calls

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Print nothing."""

        return Handler


@contextmanager
def serving(*script: Answer, otherwise: Answer = accept) -> Iterator[ScriptedServer]:
    """Serve a script for the time of a `with` block."""
    scripted = ScriptedServer(script, otherwise)
    thread = threading.Thread(target=scripted.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield scripted
    finally:
        scripted.server.shutdown()
        scripted.server.server_close()
        thread.join()
