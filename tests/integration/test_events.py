"""Events from the command line, on both indices."""

from __future__ import annotations

import json

from benchmarks.events import read_articles
from tests.integration.system import System


def test_articles_of_several_publishers_form_an_event(system: System) -> None:
    """Listed with its headline and publishers, shown from any of its articles, hidden from nobody."""
    chosen = [record for record in read_articles() if record["event"] in ("foghorn", "telescope", "single-chess-club")]
    path = system.folder / "told.jsonl"
    keys = ("id", "title", "publisher", "published_at", "text")
    path.write_text("\n".join(json.dumps({key: record[key] for key in keys}) for record in chosen), encoding="utf-8")
    system.run("ingest", str(path))
    listed = system.run_lines("events")
    assert [line["size"] for line in listed] == [3, 2]
    assert listed[0]["publishers"] == ["Northgate Courier", "The Meridian Ledger", "Stenhaven Gazette"]
    shown = system.run("events", "show", "foghorn-2")
    assert [article["given_id"] for article in shown["articles"]] == ["foghorn-1", "foghorn-2", "foghorn-3"]
    assert system.run("events", "show", "single-chess-club-1")["event"] is None
    assert system.run("search", "")["total_stories"] == len(chosen)
