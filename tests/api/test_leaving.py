"""A caller who leaves before the answer: nothing is looked for any longer."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ingest.api.application import create_app
from ingest.settings import Settings
from tests.elastic.silent_server import silence

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/export", "/readyz", "/articles/x"])
def test_what_nobody_waits_for_is_not_asked_any_longer(tmp_path: Path, path: str) -> None:
    """Elasticsearch sees the caller hang up; nothing is answered, and the metrics tell it apart."""
    sent, metrics = asyncio.run(leave(tmp_path, path))
    assert sent == []
    assert 'status="aborted"' in metrics


async def leave(folder: Path, path: str) -> tuple[list[Any], str]:
    """Ask, and leave while the index is asked; give what was answered, and the metrics."""
    async with silence() as silent:
        flags = {"index.url": silent.url, "lake.url": str(folder), "api.index_pushed": False}
        app = create_app(Settings.load(flags=flags | {"search.cursor_secret": "known"}))
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            await silent.asked.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        async with app.router.lifespan_context(app), asyncio.timeout(5):
            await app(describe(path), receive, send)
            await silent.left.wait()
        return sent, app.state.metrics.render().decode()


def describe(path: str) -> dict[str, Any]:
    """Describe a request as a server does."""
    asked = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET"}
    where = {"scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": ""}
    return {**asked, **where, "headers": [], "client": ("127.0.0.1", 1), "server": ("testserver", 80), "state": {}}
