"""The API over an embedded index: what each call gives, and how it says no."""

from __future__ import annotations

import json
import shutil
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ingest import jobs
from ingest.api.application import create_app
from ingest.index.reading import IndexReader
from ingest.jobs import paging
from ingest.run_records import RUNS
from ingest.search import SearchRequest
from ingest.settings import Settings
from ingest.state import open_records
from tests.api.system import BODY, PROBLEM, URL, configure, write_lines


def test_search_answers_as_the_command_line(client: TestClient, settings: Settings) -> None:
    """One answer, two doors."""
    asked = [("q", "cutters"), ("facets", "language"), ("filter.language", "en")]
    assert client.get("/v1/articles", params=tuple(asked)).json() == jobs.search(asked, settings)


def test_pages_are_walked_with_a_cursor(client: TestClient) -> None:
    """`next` with the same parameters, until there is none; no article comes twice."""
    asked = {"q": "cutters", "duplicates": "show", "size": "1", "fields": "url"}
    first = client.get("/v1/articles", params=asked).json()
    second = client.get("/v1/articles", params={**asked, "cursor": first["next"]}).json()
    assert second["next"] is None
    assert {hit["url"] for answer in (first, second) for hit in answer["hits"]} == {URL, "https://echo.example/cutter"}
    other = client.get("/v1/articles", params={**asked, "q": "pilots", "cursor": first["next"]})
    assert (other.status_code, other.json()["errors"][0]["parameter"]) == (400, "cursor")


def test_an_export_walks_over_every_hit(settings: Settings) -> None:
    """In larger pages, without counts, from where a cursor stands."""
    with closing(jobs.Reader(settings)) as reader:
        pages = list(reader.walk([("q", "cutters"), ("duplicates", "show")], page_size=1))
        rest = list(reader.walk([("q", "cutters"), ("duplicates", "show"), ("cursor", pages[0]["next"])]))
    assert [len(page["hits"]) for page in pages] == [1, 1]
    assert pages[1]["hits"] == rest[0]["hits"]


def test_a_cursor_whose_walk_is_over_is_gone(settings: Settings, tmp_path: Path) -> None:
    """410: begin again; as the articles stood then is known to nobody any more."""
    copy = shutil.copytree(Path(settings.index.url.removeprefix("tantivy:")), tmp_path / "index")
    briefly = Settings.load(
        flags={"index.url": f"tantivy:{copy}", "search.cursor_seconds": 1, "lake.url": str(tmp_path)}
    )
    asked = {"q": "cutters", "duplicates": "show", "size": "1", "filter.language": "en"}
    with TestClient(create_app(briefly)) as client:
        jobs.ingest([write_lines(tmp_path / "more.jsonl", [{"text": BODY.format(n)} for n in (4, 5, 6)])], briefly)
        for _ in range(2):
            asked["cursor"] = client.get("/v1/articles", params=asked).json()["next"]
        jobs.ingest([write_lines(tmp_path / "most.jsonl", [{"text": BODY.format(7)}])], briefly)
        time.sleep(1.1)
        answer = client.get("/v1/articles", params=asked)
    assert (answer.status_code, answer.headers["content-type"]) == (410, PROBLEM)


def test_suggestions_complete_or_correct(client: TestClient) -> None:
    """While somebody types; and where nothing is found a search says what was probably meant."""
    told = client.get("/v1/suggest", params={"q": "pilots ask f"}).json()
    assert "pilots ask for" in [completion["text"] for completion in told["completions"]]
    assert client.get("/v1/suggest", params={"q": "harbuor"}).json()["did_you_mean"] == "harbour"
    assert client.get("/v1/articles", params={"q": "harbuor"}).json()["did_you_mean"] == "harbour"
    assert client.get("/v1/suggest", params={"q": "x" * 600}).status_code in (400, 422)


def test_similar_articles_leave_copies_out(client: TestClient, article: str) -> None:
    """Its copy is no similar article, but itself."""
    assert client.get(f"/v1/articles/{article}/similar").json() == {"id": article, "similar": []}
    assert client.get("/v1/articles/nowhere/similar").status_code == 404


def test_no_hit_is_an_answer(client: TestClient) -> None:
    """Nothing found is 200 with an empty list."""
    answer = client.get("/v1/articles", params={"q": "submarine"})
    assert (answer.status_code, answer.json()["hits"]) == (200, [])


def test_an_article_by_either_id(client: TestClient) -> None:
    """People know their own ids."""
    assert client.get("/v1/articles/echo-1").json()["url"] == "https://echo.example/cutter"


def test_versions_with_their_diffs(client: TestClient, article: str) -> None:
    """What it said before, and the words that changed."""
    versions = client.get(f"/v1/articles/{article}/versions").json()["versions"]
    assert [version["correction"] for version in versions] == [[], ["numbers"]]
    changes = [change["text"].strip() for change in versions[1]["diff"]["body"] if change["sign"] != "="]
    assert changes == ["2", "3"]


def test_as_of_gives_what_stood_then(client: TestClient, article: str) -> None:
    """Of one article, and of a search."""
    then = {"as_of": "2024-01-11"}
    assert "2 cutters" in client.get(f"/v1/articles/{article}", params=then).json()["body"]
    assert client.get("/v1/articles", params={"q": '"3 cutters"', **then}).json()["total"] == 0
    assert client.get("/v1/articles", params={"q": '"2 cutters"', **then}).json()["total"] == 1


def test_cleaning_covers_the_original(client: TestClient, article: str) -> None:
    """Body and spans are the original, and each span says what it took."""
    shown = client.get(f"/v1/articles/{article}/cleaning").json()
    assert shown["original"] == BODY.format(3)
    taken = {span["class"]: span["text"] for span in shown["spans"]}
    assert taken["copyright"] == "Copyright Meridian Ledger 2024"


def test_cluster_lists_the_copies(client: TestClient, article: str) -> None:
    """The canonical one first."""
    members = client.get(f"/v1/articles/{article}/cluster").json()["members"]
    assert {member["url"] for member in members} == {URL, "https://echo.example/cutter"}
    assert [member["canonical"] for member in members] == [True, False]


def test_comments_of_an_article_without_any(client: TestClient, article: str) -> None:
    """An empty thread is a list."""
    assert client.get(f"/v1/articles/{article}/comments").json()["comments"] == []


def test_clean_keeps_nothing(client: TestClient) -> None:
    """The same line as the command's; the index is as it was."""
    before = client.get("/readyz").json()
    line = client.post("/v1/clean", json={"id": "mine", "text": BODY.format(9)}).json()
    assert (line["id"], line["rights"][0]["holder"]) == ("mine", "Meridian Ledger")
    assert client.get("/readyz").json() == before


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/v1/articles/nowhere", 404, "nowhere"),
        ("/v1/articles/echo-1?as_of=1999", 404, "1999"),
        ("/v1/articles?size=1000", 400, "size"),
        ("/v1/articles?colour=red", 400, "colour"),
        ("/v1/articles?as_of=yesterday", 400, "as_of"),
        ("/v2", 404, "Not Found"),
    ],
)
def test_errors_are_problem_documents(client: TestClient, path: str, status: int, says: str) -> None:
    """A program reads the status, a person the detail."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert says in answer.json()["detail"]


def test_a_mistake_in_a_query_is_pointed_at(client: TestClient) -> None:
    """Whoever builds a search box can underline it."""
    answer = client.get("/v1/articles", params={"q": "ferry _id:1"}).json()
    assert answer["errors"] == [{"parameter": "q", "character": 7, "detail": answer["detail"]}]


HOSTILE = ["(" * 20_000, "a " * 25_000, "*" + "a" * 500, "*:* *a", "_id:1", "a\x00b", "-" * 600, '"a" ' * 200]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_queries_are_refused_at_once(client: TestClient, query: str) -> None:
    """Before anything is asked of the index."""
    began = time.process_time()
    assert 400 <= client.get("/v1/articles", params={"q": query}).status_code < 500
    assert time.process_time() - began < 1


# What is no document, by what it is sent as.
NO_DOCUMENTS = [
    (b"[1]", None, 422),
    (b'"words"', None, 422),
    (b"null", None, 422),
    (b"{", None, 422),
    (b"{}", None, 422),
    (b" ", None, 422),
    (b'{"text": null}', None, 422),
    (b'{"text": ["words"]}', None, 422),
    (b'{"text": "words", "url": 5}', None, 422),
    (b'{"text": "words", "authors": [1]}', None, 422),
    (json.dumps({"text": "words", "url": "x" * 3000}).encode(), None, 413),
    (b'{"text": "words"}', "text/plain", 415),
]


@pytest.mark.parametrize(("body", "media_type", "status"), NO_DOCUMENTS, ids=range(len(NO_DOCUMENTS)))
def test_what_is_no_document_is_not_cleaned(
    client: TestClient, body: bytes, media_type: str | None, status: int
) -> None:
    """What the description of the API does not allow is a problem, not a line with a failure in it."""
    answer = client.post("/v1/clean", content=body, headers={"content-type": media_type} if media_type else {})
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)


def test_a_body_of_no_told_kind_is_json(client: TestClient) -> None:
    """Curl calls every body a form unless it is told what it sends."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/v1/clean", content=b'{"text": "Half a sign."}', headers=form)
    assert (answer.status_code, answer.json()["body"]) == (200, "Half a sign.")


def test_a_document_that_policy_drops_is_told_in_its_line(client: TestClient) -> None:
    """As the command tells it: nothing is wrong with the request."""
    answer = client.post("/v1/clean", json={"text": " "})
    assert (answer.status_code, answer.json()["failed"]["error"]) == (200, "empty")


def test_half_a_character_is_given_back_as_it_came(client: TestClient) -> None:
    """JSON can say what UTF-8 cannot hold."""
    answer = client.post("/v1/clean", content=b'{"id": "desk-\\ud83d", "text": "Half a \\ud83d sign."}')
    assert (answer.status_code, answer.json()["id"]) == (200, "desk-\ud83d")


def test_a_body_that_is_too_long_is_refused(settings: Settings) -> None:
    """Before it is read whole."""
    small = Settings.load(flags={"index.url": settings.index.url, "api.max_body_bytes": 10})
    with TestClient(create_app(small)) as client:
        assert client.post("/v1/clean", json={"text": "x" * 100}).status_code == 413


def test_without_an_index_the_api_says_when_to_come_again(tmp_path: Path) -> None:
    """Alive, not ready; never a trace."""
    with TestClient(create_app(configure(tmp_path)), raise_server_exceptions=False) as client:
        assert client.get("/livez").status_code == 200
        for path in ("/readyz", "/v1/articles?q=x"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (503, PROBLEM)
            assert int(answer.headers["retry-after"]) > 0
            assert "Traceback" not in answer.text


def test_an_event_of_one_publisher_is_none(client: TestClient, article: str) -> None:
    """Copies and versions of one text are told by the cluster and the versions."""
    shown = client.get(f"/v1/articles/{article}/event").json()
    assert shown["id"] == article
    assert {member["id"] for member in shown["articles"]} >= ({article} if shown["event"] else set())


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_an_index_that_does_not_answer_in_time_is_told(tmp_path: Path) -> None:
    """504 soon, with when to come again; the server's health is still told at once."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        slow = Settings.load(
            flags={
                "index.url": address,
                "lake.url": str(tmp_path),
                "api.timeout_seconds": 0.3,
                "api.index_pushed": False,
            }
        )
        with TestClient(create_app(slow), raise_server_exceptions=False) as client:
            began = time.monotonic()
            answer = client.get("/v1/articles?q=x")
            assert time.monotonic() - began < 60
            assert client.get("/livez").status_code == 200
    assert (answer.status_code, answer.headers["content-type"]) == (504, PROBLEM)
    assert "no answer in time" in answer.json()["detail"]
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["cache-control"] == "no-store"


def test_the_languages_present_are_asked_for_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """They change seldom, and each search would wait for them."""
    asked: list[object] = []
    find = paging.find_stems

    async def count(index: IndexReader, request: SearchRequest) -> tuple[str, ...]:
        asked.append(request)
        return await find(index, request)

    monkeypatch.setattr(paging, "find_stems", count)
    with TestClient(create_app(settings)) as client:
        answers = [client.get("/v1/articles?q=cutters").json()["total"] for _ in range(3)]
    assert (answers, len(asked)) == ([answers[0]] * 3, 1)
    assert answers[0] > 0


def test_operations_tell_how_sources_are(settings: Settings, tmp_path: Path) -> None:
    """Each source of the catalogue; a catalogue that cannot be read is told, and takes nothing else away."""
    catalogue = tmp_path / "sources.toml"
    told = {"index.url": settings.index.url, "lake.url": settings.lake.url, "sources.file": str(catalogue)}
    catalogue.write_text('[[source]]\nname = "harbour"\nkind = "feed"\nurl = "https://harbour.example/feed"\n')
    with TestClient(create_app(Settings.load(flags=told))) as client:
        assert "<bdi>harbour</bdi>" in client.get("/operations").text
    catalogue.write_text("[[source]\n")
    with TestClient(create_app(Settings.load(flags=told))) as client:
        page = client.get("/operations")
    assert (page.status_code, "sources.toml" in page.text, "balanced" in page.text) == (200, True, True)


def test_operations_tell_of_runs_that_were_cut_into_tasks(tmp_path: Path) -> None:
    """Such a run's books balance too, also those of before its stages were counted."""
    settings, drop = configure(tmp_path), tmp_path / "drop"
    drop.mkdir()
    (drop / "story.txt").write_text(BODY.format(2))
    flags = {"index.url": settings.index.url, "lake.url": settings.lake.url}
    batch = jobs.claim_batches(str(drop), "run-1", flags)
    cleaned = [jobs.clean_batch(reference, flags) for reference in batch]
    clustered = [jobs.deduplicate_batch(reference, cleaned, flags) for reference in cleaned]
    indexed = [jobs.index_batch(jobs.enrich_batch(reference, flags), flags) for reference in clustered]
    jobs.publish(str(drop), "run-1", batch, indexed, flags)
    with TestClient(create_app(settings)) as client:
        assert "balanced" in client.get("/operations").text
        with open_records(settings.index) as records:
            record = records.get(RUNS, ["run-1"])["run-1"]
            del record["books"]["stages"]
            records.put(RUNS, {"run-1": record})
        assert "balanced" in client.get("/operations").text
