"""Pushing documents in: safe once answered, indexed soon after, once for each idempotency key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ingest import jobs
from ingest.api.application import create_app
from ingest.lake import open_lake
from ingest.settings import Settings
from tests.api.system import BODY, PROBLEM, configure, wait_for

DOCUMENT = {"id": "desk-1", "text": BODY.format(4), "publisher": "Meridian Ledger"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give an empty system whose API leaves the indexing to others."""
    return configure(tmp_path_factory.mktemp("push"), index_pushed=False)


@pytest.fixture(scope="module")
def keys(place: Settings) -> dict[str, dict[str, str]]:
    """Give a key of each scope, as headers."""
    made = {scope: jobs.create_key(scope, [scope], place)["key"] for scope in jobs.SCOPES}
    return {scope: {"Authorization": f"Bearer {key}"} for scope, key in made.items()}


@pytest.fixture(scope="module")
def client(place: Settings, keys: dict[str, dict[str, str]]) -> Iterator[TestClient]:
    """Give a client of it."""
    with TestClient(create_app(place), raise_server_exceptions=False) as opened:
        yield opened


def captures(settings: Settings) -> int:
    """Count what the lake holds."""
    with open_lake(settings.lake) as lake:
        return sum(1 for _ in lake.since())


def test_only_a_key_that_may_write_writes(client: TestClient, keys: dict[str, dict[str, str]], place: Settings) -> None:
    """Nobody and a read key are refused, and leave nothing behind."""
    answers = [
        client.post("/v1/documents", json=DOCUMENT),
        client.post("/v1/documents", json=DOCUMENT, headers=keys["read"]),
    ]
    assert [answer.status_code for answer in answers] == [401, 403]
    assert {answer.headers["content-type"] for answer in answers} == {PROBLEM}
    assert captures(place) == 0


def test_what_is_answered_is_in_the_lake_and_then_in_the_index(
    client: TestClient, keys: dict[str, dict[str, str]], place: Settings
) -> None:
    """The bytes first, as they came; then an article; a second push of the same bytes is the same capture."""
    answer = client.post("/v1/documents", json=DOCUMENT, headers=keys["write"])
    (line,) = answer.json()["documents"]
    assert (answer.status_code, line["status"], line["given_id"]) == (202, "accepted", "desk-1")
    with open_lake(place.lake) as lake:
        assert json.loads(lake.payload(line["capture"]).content) == DOCUMENT
    report = jobs.index_pushed(place)
    assert report is not None
    assert report.outcomes["indexed"] == 1
    assert jobs.index_pushed(place) is None
    assert client.get("/v1/articles/desk-1").json()["publisher"] == "Meridian Ledger"
    again = client.post("/v1/documents", json=DOCUMENT, headers=keys["admin"]).json()["documents"][0]
    assert again["capture"] == line["capture"]


def test_lines_are_documents_of_their_own(client: TestClient, keys: dict[str, dict[str, str]]) -> None:
    """A broken line is told beside its neighbours; nothing but broken lines is a problem."""
    lines = b"\n".join([json.dumps({"text": f"Line of a feed. {BODY.format(7)}"}).encode(), b"{", b'{"text": " "}'])
    headers = {**keys["write"], "Content-Type": "application/x-ndjson"}
    told = client.post("/v1/documents", content=lines, headers=headers).json()
    assert [line["status"] for line in told["documents"]] == ["accepted", "failed", "dropped"]
    assert (told["accepted"], told["dropped"], told["failed"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ((b"[1]", "application/json"), 422),
        ((b"{", "application/json"), 422),
        ((b"", "application/json"), 422),
        ((b'{"text": 5}', "application/json"), 422),
        ((b"\n \n", "application/x-ndjson"), 422),
        ((b"[1]\n[2]", "application/x-ndjson"), 422),
        ((b'{"text": "words"}', "text/html"), 415),
    ],
)
def test_what_is_no_document_is_not_taken(
    client: TestClient, keys: dict[str, dict[str, str]], place: Settings, sent: tuple[bytes, str], status: int
) -> None:
    """A problem, and nothing in the lake."""
    held, (body, media_type) = captures(place), sent
    answer = client.post("/v1/documents", content=body, headers={**keys["write"], "content-type": media_type})
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert captures(place) == held


def test_half_a_character_in_an_id_is_told_back(client: TestClient, keys: dict[str, dict[str, str]]) -> None:
    """JSON can say what UTF-8 cannot hold; what is kept is known by its own id."""
    body = b'{"id": "desk-\\ud83d", "text": "The ferry sails again."}'
    answer = client.post("/v1/documents", content=body, headers=keys["write"])
    assert (answer.status_code, answer.json()["documents"][0]["given_id"]) == (202, "desk-\ud83d")


def test_an_idempotency_key_gives_the_same_answer_again(
    client: TestClient, keys: dict[str, dict[str, str]], place: Settings
) -> None:
    """Another body under the same key is a mistake; another caller's key of that name is another key."""
    headers = {**keys["write"], "Idempotency-Key": "batch-7"}
    first = client.post("/v1/documents", json={"text": BODY.format(8)}, headers=headers)
    held = captures(place)
    second = client.post("/v1/documents", json={"text": BODY.format(8)}, headers=headers)
    assert (second.status_code, second.json(), captures(place)) == (202, first.json(), held)
    other = client.post("/v1/documents", json={"text": "Other."}, headers=headers)
    assert (other.status_code, captures(place)) == (422, held)
    others = {**keys["admin"], "Idempotency-Key": "batch-7"}
    assert client.post("/v1/documents", json={"text": BODY.format(6)}, headers=others).status_code == 202


def test_the_server_indexes_what_an_earlier_one_left(place: Settings) -> None:
    """What was answered is indexed, whoever is alive then; the metrics say how much waits."""
    patient = Settings.load(flags={"index.url": place.index.url, "lake.url": place.lake.url})
    pushed = jobs.push(jobs.Push(body=json.dumps({"id": "late", "text": BODY.format(11)}).encode(), by="x"), place)
    assert pushed["accepted"] == 1
    with TestClient(create_app(patient)) as client:
        assert wait_for(lambda: client.get("/v1/articles/late").status_code == 200)
        assert wait_for(lambda: "broadsheet_pushed_documents_waiting 0.0" in client.get("/metrics").text)


def test_without_a_lake_nothing_is_promised(tmp_path: Path) -> None:
    """A lake that cannot be made is a problem, not an acceptance."""
    (tmp_path / "lake").write_text("a file is in the way")
    settings = configure(tmp_path, index_pushed=False)
    key = jobs.create_key("k", ["write"], settings)["key"]
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        answer = client.post("/v1/documents", json=DOCUMENT, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.headers["content-type"]) == (503, PROBLEM)
