"""A small system behind the API, for every file of tests here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from ingest import jobs
from ingest.api.application import create_app
from ingest.settings import Settings
from tests.api.system import BODY, URL, configure, write_lines


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give a system that holds one article in two versions, and a copy of it elsewhere."""
    folder = tmp_path_factory.mktemp("api")
    captures = [
        {"url": URL, "text": BODY.format(2), "fetched_at": "2024-01-10T08:00:00Z"},
        {"url": URL, "text": BODY.format(3), "fetched_at": "2024-01-12T08:00:00Z"},
        {"url": "https://echo.example/cutter", "text": BODY.format(3), "id": "echo-1"},
    ]
    jobs.ingest([write_lines(folder / "captures.jsonl", captures)], configure(folder))
    return configure(folder)


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    """Give a client of that system's API."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def article(client: TestClient) -> str:
    """Give the id of the article with two versions."""
    hits = client.get("/v1/articles", params={"q": "cutters", "duplicates": "show"}).json()["hits"]
    return str(next(hit["id"] for hit in hits if hit["url"] == URL))
