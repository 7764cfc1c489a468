"""Saved queries over HTTP: read by all, written by keys that may, told of by an administrator alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from ingest import jobs
from ingest.api.application import create_app
from ingest.settings import Settings
from tests.api.system import PROBLEM, configure

NEW = {"name": "Cutters <b>", "query": "?q=cutters&filter.language=en&cursor=x&size=3"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give an empty system."""
    return configure(tmp_path_factory.mktemp("queries"))


@pytest.fixture(scope="module")
def client(place: Settings) -> Iterator[TestClient]:
    """Give a client of it."""
    with TestClient(create_app(place), raise_server_exceptions=False) as opened:
        yield opened


def test_saved_shown_and_removed(client: TestClient, place: Settings) -> None:
    """By scope; what belongs to a page is left out, and the alert's secret is told once."""
    keys = {scope: jobs.create_key(scope, [scope], place)["key"] for scope in jobs.SCOPES}
    headers = {scope: {"X-API-Key": key} for scope, key in keys.items()}
    assert client.post("/v1/queries", json=NEW).status_code == 401
    assert client.post("/v1/queries", json=NEW, headers=headers["read"]).status_code == 403
    assert client.post("/v1/queries", json={**NEW, "query": "sort=best"}, headers=headers["write"]).status_code == 400
    assert client.post("/v1/queries", json={"name": " "}, headers=headers["write"]).status_code == 422
    saved = client.post("/v1/queries", json=NEW, headers=headers["write"])
    assert (saved.status_code, saved.json()["query"]) == (201, "q=cutters&filter.language=en")
    place_of = f"/v1/queries/{saved.json()['id']}"
    assert client.get(place_of).json()["by"] == "write"
    assert [query["name"] for query in client.get("/v1/queries").json()["queries"]] == ["Cutters <b>"]

    alert, inside = {"webhook": "https://desk.example/hook"}, {"webhook": "http://10.0.0.1/"}
    assert client.put(f"{place_of}/alert", json=alert, headers=headers["write"]).status_code == 403
    assert client.put(f"{place_of}/alert", json=inside, headers=headers["admin"]).status_code == 422
    secret = client.put(f"{place_of}/alert", json=alert, headers=headers["admin"]).json()["secret"]
    assert len(secret) == 64
    assert secret not in client.get(place_of).text
    assert client.get(place_of).json()["alert"]["webhook"] == alert["webhook"]
    assert client.delete(f"{place_of}/alert", headers=headers["admin"]).status_code == 204

    assert client.delete(place_of, headers=headers["read"]).status_code == 403
    assert client.delete(place_of, headers=headers["write"]).status_code == 204
    assert client.get(place_of).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"[1]",
        b"{",
        b"",
        b'{"query": "q=x"}',
        b'{"name": 5}',
        b'{"name": "x", "colour": 1}',
        b'{"name": "x", "\\ud83d": 1}',
    ],
)
def test_what_is_no_query_is_not_saved(client: TestClient, place: Settings, body: bytes) -> None:
    """A problem that points at what is wrong, and nothing in the list."""
    key = jobs.create_key("writer", ["write"], place)["key"]
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    answer = client.post("/v1/queries", content=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert answer.json()["errors"]
    assert client.get("/v1/queries").json() == {"queries": []}
