"""Comments' authors leave the index when their time is over, and do not come back with the next run."""

from __future__ import annotations

import json

from tests.integration.system import System

PROSE = (
    "The pilots of Port Meridian have asked the harbour board for a second cutter, after the only one they have spent"
    " the winter on the slip. The board will answer in spring, said its clerk, who had counted the letters twice."
)
THREAD = """
<section id="comments">
<div class="comment"><span class="author">Nell Quayside</span><time datetime="2014-03-16T08:00:00Z">16 March</time>
<p>They have waited for that cutter since the old harbour master left us.</p></div>
<div class="comment"><span class="author">Tom Oake</span><time datetime="2014-03-17T08:00:00Z">17 March</time>
<p>Nobody asked the trawlermen, who tow for nothing and always have done.</p></div>
</section>"""
RETENTION = ("--set", "enrich.commenters.retention_days=30")


def names(system: System) -> list[str | None]:
    """Give the authors of all comments, as the index has them."""
    return [comment["author"] for article in system.snapshot().values() for comment in article["comments"]]


def test_authors_are_forgotten_and_stay_forgotten(system: System) -> None:
    """The retention time is applied to what stands in the index, and to what comes again."""
    page = f"<html><head><title>Pilots</title></head><body><article><h1>Pilots</h1>{f'<p>{PROSE}</p>' * 4}</article>"
    line = {"url": "https://meridian.example/a", "html": f"{page}{THREAD}</body></html>", "published_at": "2014-03-15"}
    path = system.folder / "a.jsonl"
    path.write_text(json.dumps(line), encoding="utf-8")
    system.run("ingest", str(path))
    assert names(system) == ["Nell Quayside", "Tom Oake"]
    assert "kept for ever" in system.run("forget", exit_code=2)
    assert system.run("forget", "--set", "enrich.commenters.retention_days=100000") == {"articles": 0, "comments": 0}
    assert system.run("forget", *RETENTION) == {"articles": 1, "comments": 2}
    assert names(system) == [None, None]
    assert system.run("forget", *RETENTION) == {"articles": 0, "comments": 0}
    again = system.run("ingest", str(path), *RETENTION)
    assert (again["unchanged"], again["updated"]) == (1, 0)


def test_a_name_becomes_a_pseudonym(system: System) -> None:
    """The same reader is the same all over the index, and nobody is named there."""
    thread = THREAD.replace("Tom Oake", "NELL  Quayside")
    page = f"<html><body><article><h1>Pilots</h1>{f'<p>{PROSE}</p>' * 4}</article>{thread}</body></html>"
    path = system.folder / "a.html"
    path.write_text(page, encoding="utf-8")
    system.run(
        "ingest", str(path), "--set", "enrich.commenters.authors=pseudonymise",
        "--set", "enrich.commenters.key=a secret of the newsroom",
    )  # fmt: skip
    first, second = names(system)
    assert first == second
    assert first is not None
    assert first.startswith("reader-")
    assert "Nell" not in json.dumps(system.snapshot())
