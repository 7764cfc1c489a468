"""Alerts: what is new goes out once, signed, to addresses that may be called; what was not taken goes out later."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ingest import jobs
from ingest.cli import main
from ingest.errors import AddressRefused, QueryMissing, UsageError
from ingest.jobs.alerting import DELIVERY, SIGNATURE, Courier, sign
from ingest.jobs.saved_queries import SENT
from ingest.settings import Settings
from ingest.state import open_records

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class Hook:
    """A webhook on loopback that answers as it is told, and keeps what it took."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.taken: list[tuple[dict[str, str], bytes]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = hook.statuses.pop(0) if hook.statuses else 204
                hook.taken.append((dict(self.headers), body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def ids(self) -> list[str]:
        """Give the ids of all articles that were taken."""
        return [article["given_id"] for _, body in self.taken for article in json.loads(body)["articles"]]


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Give a webhook."""
    opened = Hook()
    yield opened
    opened.server.shutdown()
    opened.server.server_close()


@pytest.fixture
def place(tmp_path: Path, hook: Hook) -> Settings:
    """Give a system that may call this webhook, with one old article."""
    settings = Settings.load(
        flags={
            "index.url": f"tantivy:{tmp_path / 'index'}",
            "lake.url": str(tmp_path / "lake"),
            "network.allowed_networks": "127.0.0.1/32",
            "network.allowed_ports": str(hook.port),
        }
    )
    add(settings, tmp_path, "old")
    return settings


def add(settings: Settings, folder: Path, *names: str, subject: str = "harbour") -> None:
    """Ingest an article for each name."""
    lines = [
        {"id": name, "text": f"Report {name}\n\nThe {subject} of {name * 3} was quiet, said {name}."} for name in names
    ]
    source = folder / "input.jsonl"
    source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    jobs.ingest([str(source)], settings)


def watch(settings: Settings, hook: Hook) -> tuple[str, str]:
    """Save a query with an alert; give its id and its secret."""
    saved = jobs.save_query("Harbour", [("q", "harbour"), ("size", "3")], settings, by="test")
    told = jobs.set_alert(saved["id"], jobs.AlertTarget(webhook=hook.url), settings)
    return saved["id"], told["secret"]


def run(settings: Settings) -> dict[str, Any]:
    """Run the alerts without waiting between attempts."""
    (line,) = jobs.run_alerts(settings, Courier(settings=settings, sleep=lambda _: None))
    return line


def test_what_is_new_goes_out_once_and_signed(place: Settings, hook: Hook, tmp_path: Path) -> None:
    """Not what stood before, not what does not match, not a second time, not when it is ingested again."""
    query_id, secret = watch(place, hook)
    add(place, tmp_path, "one", "two")
    add(place, tmp_path, "other", subject="orchard")
    assert run(place)["sent"] == 2
    assert sorted(hook.ids()) == ["one", "two"]
    headers, body = hook.taken[0]
    moment, _, mac = headers[SIGNATURE].removeprefix("t=").partition(",v1=")
    assert mac == hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert json.loads(body)["query"] == {"id": query_id, "name": "Harbour"}
    add(place, tmp_path, "one", "two")
    jobs.recluster(place)
    add(place, tmp_path, "three")
    assert run(place)["sent"] == 1
    assert run(place)["sent"] == 0
    assert sorted(hook.ids()) == ["one", "three", "two"]


def test_a_hook_that_is_busy_is_asked_again(place: Settings, hook: Hook, tmp_path: Path) -> None:
    """Under the same delivery id, so that it can tell; then it is done."""
    watch(place, hook)
    add(place, tmp_path, "one")
    hook.statuses = [503, 429]
    assert run(place) | {"id": ""} == {"id": "", "name": "Harbour", "found": 1, "sent": 1, "error": None}
    assert len({headers[DELIVERY] for headers, _ in hook.taken}) == 1
    assert len(hook.taken) == 3


@pytest.mark.parametrize("statuses", [[500] * 4, [404], [302]])
def test_what_was_not_taken_goes_out_with_the_next_run(
    place: Settings, hook: Hook, tmp_path: Path, statuses: list[int]
) -> None:
    """A refusal is told, and forgets nothing; a redirect is not followed."""
    watch(place, hook)
    add(place, tmp_path, "one")
    hook.statuses = list(statuses)
    line = run(place)
    assert (line["sent"], f"answered {statuses[0]}" in line["error"]) == (0, True)
    assert len(hook.taken) == len(statuses)
    hook.taken.clear()
    assert run(place)["sent"] == 1
    assert hook.ids() == ["one"]


def test_a_run_that_was_killed_or_goes_on_holds_its_claims(place: Settings, hook: Hook, tmp_path: Path) -> None:
    """What another run is sending is left to it; what it has held too long is sent, and nothing is passed over."""
    query_id, _ = watch(place, hook)
    add(place, tmp_path, "one")
    ids = [hit["id"] for hit in jobs.search([("q", "harbour")], place)["hits"] if hit["given_id"] == "one"]
    claim = {"state": "sending", "run": "another"}
    with open_records(place.index) as records:
        records.put(SENT, {f"{query_id}/{ids[0]}": {**claim, "at": "2999-01-01T00:00:00Z"}})
        assert run(place)["sent"] == 0
        records.put(SENT, {f"{query_id}/{ids[0]}": {**claim, "at": "2020-01-01T00:00:00Z"}})
    assert run(place)["sent"] == 1
    assert hook.ids() == ["one"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "http://2130706433/",
    ],
)
def test_no_alert_calls_inside(tmp_path: Path, url: str) -> None:
    """Neither when it is set nor, for a name, when it is called."""
    settings = Settings.load(flags={"index.url": f"tantivy:{tmp_path / 'index'}", "lake.url": str(tmp_path / "lake")})
    saved = jobs.save_query("x", [("q", "harbour")], settings, by="test")
    with pytest.raises(AddressRefused):
        jobs.set_alert(saved["id"], jobs.AlertTarget(webhook=url), settings)


def test_a_name_that_leads_inside_is_not_called(place: Settings, hook: Hook, tmp_path: Path) -> None:
    """The address is checked at each call, whatever the name led to before."""

    async def resolve(host: str, port: int) -> list[str]:
        return ["10.0.0.1"]

    saved = jobs.save_query("x", [("q", "harbour")], place, by="test")
    jobs.set_alert(saved["id"], jobs.AlertTarget(webhook=f"http://hooks.example:{hook.port}/"), place)
    add(place, tmp_path, "one")
    (line,) = jobs.run_alerts(place, Courier(settings=place, resolve=resolve, sleep=lambda _: None))
    assert (line["sent"], "10.0.0.1" in line["error"]) == (0, True)


def test_a_file_gets_a_line_an_article(place: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the command line to the file and back; the list never shows a secret."""
    flags = ["--index", place.index.url, "--lake", place.lake.url]
    assert main(["queries", "save", "Quiet", "quiet", "--with", "sort=newest", *flags, "--json"]) == 0
    query_id = json.loads(capsys.readouterr().out)["id"]
    file = tmp_path / "alerts.jsonl"
    assert main(["alerts", "set", query_id, "--file", str(file), *flags]) == 0
    add(place, tmp_path, "one", "two")
    assert main(["alerts", "run", *flags]) == 0
    assert main(["alerts", "run", *flags]) == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert sorted(line["given_id"] for line in lines) == ["one", "two"]
    assert {line["query"] for line in lines} == {"Quiet"}
    file.unlink()
    file.mkdir()
    add(place, tmp_path, "three")
    assert main(["alerts", "run", *flags]) == 3
    assert main(["queries", "remove", query_id, *flags]) == 0
    capsys.readouterr()
    assert main(["queries", "list", *flags, "--json"]) == 0
    assert capsys.readouterr().out == ""


def test_what_cannot_be_saved_is_refused(place: Settings) -> None:
    """A search that cannot be read, a name that is none, an id that nobody has."""
    for name, parameters in (("x", [("sort", "best")]), (" ", []), ("x", [("q", "a")] * 60)):
        with pytest.raises(UsageError):
            jobs.save_query(name, parameters, place, by="test")
    for act in (jobs.show_query, jobs.remove_query, jobs.clear_alert):
        with pytest.raises(QueryMissing):
            act("nobody", place)


def test_a_signature_is_of_its_time() -> None:
    """The same message at another time is another signature."""
    assert sign(b"x", "s", 1) != sign(b"x", "s", 2)
