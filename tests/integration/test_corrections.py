"""Correcting an article by hand through the command line, on both indices: kept, applied, told, undone, proposed.

The commands run in this process, which makes a test of many of them a matter of seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from ingest import jobs
from ingest.clean import cleaner, rulepack
from ingest.clean.cleaner import clean_text
from ingest.clean.corrections import Correction, describe_place
from ingest.clean.rulepack import load_rules, parse_rules
from ingest.clean.settings import CleanSettings
from ingest.cleaning import KIND
from ingest.errors import UsageError
from ingest.jobs import correcting
from ingest.jobs.ingestion import IngestReport, Opened, run_pipeline
from ingest.jobs.rulesets import merge_rules
from ingest.model import Payload, SpanClass
from tests.integration.system import System

PROSE = [
    "The mill at Lower Quenby turned again on Sunday, eleven years after the flood that had carried off its wheel.",
    "Its new wheel is of larch, and the carpenter who built it said that he had never slept less in one winter.",
    "Flour will be sold from May. The baker of the village has ordered the first ten sacks for her own oven.",
    "The county paid for the weir, and the village paid for the wheel with four years of cake sales and a raffle.",
]
PROMPT = "Sign up for our newsletter"
RIGHTS = "© 2021 Quenby Messenger. All rights reserved."
NOTE = "This part of the page is brought to you by Ossian Larch Timber."
TEXT = "\n\n".join(["Mill turns again", *PROSE[:2], PROMPT, PROSE[2], NOTE, PROSE[3], RIGHTS])
OTHER = " ".join(f"The {name} of Aldermoor was painted white again this spring." for name in ("gate", "pier", "mast"))
URL = "https://messenger.example/2021/mill"

# Ends like a process that was killed right after the correction was kept.
KILLED = """
import os, sys
from ingest.cli import main
from ingest.jobs.correcting import OpenedArticle
OpenedArticle.rewrite = lambda self: os._exit(9)
main(sys.argv[1:])
"""


@pytest.fixture
def article(system: System) -> System:
    """Give a system with the article `mill` and a neighbour."""
    write(system, TEXT)
    report = system.run("ingest", str(system.folder / "in"))
    assert report["indexed"] == 2
    return system


def write(system: System, text: str, other: str = OTHER) -> None:
    """Write the article's file, and its neighbour's, as their outlet has them today."""
    folder = system.folder / "in"
    folder.mkdir(exist_ok=True)
    mill = {"id": "mill", "url": URL, "text": text}
    lines = [mill, {"id": "pier", "url": "https://messenger.example/pier", "text": other}]
    (folder / "articles.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def ingest(system: System) -> tuple[int, int, int]:
    """Ingest the folder again; give what was indexed, updated and unchanged."""
    report = system.run("ingest", str(system.folder / "in"))
    return report["indexed"], report["updated"], report["unchanged"]


def number_of(system: System, text: str, kind: str = "spans") -> str:
    """Give the number of the span that holds a text."""
    shown = system.run("show", "mill", "--spans")
    return next(str(span["number"]) for span in shown[kind] if text in span["text"])


def body_of(system: System) -> str:
    """Give the article's body."""
    return str(system.run("show", "mill")["body"])


def test_restores_and_cuts_at_once_and_for_good(article: System) -> None:
    """The index has it when the command ends; a second run changes nothing, and the books say who decided and why."""
    versions = article.versions()
    done = article.run("restore", "mill", number_of(article, PROMPT), "--reason", "it is quoted", "--by", "Ada")
    assert (done["number"], done["rule"], done["outcome"]) == (1, "newsletter.prompt", "updated")
    start = TEXT.index(NOTE)
    done = article.run("cut", "mill", str(start), str(start + len(NOTE)), "advert", "--by", "Bo")
    assert (done["number"], done["outcome"], done["text"]) == (2, "updated", NOTE)
    assert body_of(article) == TEXT.replace(f"{NOTE}\n\n", "").replace(f"\n\n{RIGHTS}", "")
    raised = {key: version - versions[key] for key, version in article.versions().items()}
    assert sorted(raised.values()) == [0, 2]
    snapshot = article.snapshot()
    assert ingest(article) == (0, 0, 2)
    assert [line["outcome"] for line in article.run_lines("corrections", "apply")] == ["unchanged"]
    assert article.snapshot() == snapshot
    first, second = article.run_lines("corrections", "list", "mill")
    assert (first["by"], first["reason"], first["state"], first["given_id"]) == (
        "Ada",
        "it is quoted",
        "applied",
        "mill",
    )
    assert (second["action"], second["class"], second["by"]) == ("cut", "advert", "Bo")
    assert article.run("search", "newsletter")["total"] == 1
    assert article.run("search", "timber")["total"] == 0


def test_is_taken_back(article: System) -> None:
    """Undone, the article is what the rules make of it; undone again, nothing happens; its number is not used again."""
    before = article.snapshot()
    article.run("restore", "mill", number_of(article, PROMPT))
    assert article.run("corrections", "undo", "mill", "1")["outcome"] == "updated"
    assert article.snapshot() == before
    assert article.run("corrections", "undo", "mill", "1")["outcome"] == "unchanged"
    assert article.run_lines("corrections", "list") == []
    assert article.run("restore", "mill", number_of(article, PROMPT))["number"] == 2
    assert "no correction 9" in article.run("corrections", "undo", "mill", "9", exit_code=2)


def test_the_same_again_is_not_kept_twice(article: System) -> None:
    """A command that is repeated has done its work already; one that would do nothing is told so."""
    place = f"{TEXT.index(PROMPT)}-{TEXT.index(PROMPT) + len(PROMPT)}"
    first = article.run("restore", "mill", place)
    versions = article.versions()
    again = article.run("restore", "mill", place)
    assert (again["number"], again["at"], again["outcome"]) == (1, first["at"], "unchanged")
    assert article.versions() == versions
    headline = f"0-{len('Mill turns again')}"
    assert "nothing is cut there" in article.run("restore", "mill", headline, exit_code=2)
    start = TEXT.index(RIGHTS)
    article.run("cut", "mill", f"{start}-{start + len(RIGHTS)}", "copyright")
    assert len(article.run_lines("corrections", "list")) == 2


def test_survives_a_new_capture(article: System) -> None:
    """The outlet's new wording keeps what was decided; where its stretch is gone that is told."""
    start = TEXT.index(NOTE)
    article.run("restore", "mill", number_of(article, PROMPT))
    article.run("cut", "mill", str(start), str(start + len(NOTE)), "advert")
    newer = TEXT.replace("on Sunday", "on Sunday morning").replace("Mill turns", "Old mill turns")
    write(article, newer)
    assert ingest(article) == (0, 1, 1)
    assert body_of(article) == newer.replace(f"{NOTE}\n\n", "").replace(f"\n\n{RIGHTS}", "")
    reworded = newer.replace("Ossian Larch Timber", "Ossian Larch & Oak")
    write(article, reworded)
    report = article.run("ingest", str(article.folder / "in"))
    assert (report["updated"], report["flags"]) == (1, {"correction_lost": 1})
    assert "Larch & Oak" in body_of(article)
    states = [(line["number"], line["state"]) for line in article.run_lines("corrections", "list")]
    assert states == [(1, "applied"), (2, "lost")]
    write(article, newer)
    assert ingest(article) == (0, 1, 1)
    assert {line["state"] for line in article.run_lines("corrections", "list")} == {"applied"}


NEWER_RULE = """
[[rule]]
id = "notice.weir"
class = "notice"
scope = "line"
patterns = ["the county paid for .*"]
reason = "A rule that the next release of the rules brings."
strips = "The county paid for the weir."
keeps = "The county paid."
"""


def test_survives_another_rule_pack(article: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules come and go with releases: a replay under new ones takes their effect and leaves what a person decided."""
    start = TEXT.index(NOTE)
    article.run("restore", "mill", number_of(article, PROMPT))
    article.run("cut", "mill", str(start), str(start + len(NOTE)), "advert")
    kept = [(name, text) for name, text in rulepack._read_pack() if name != "newsletter.toml"]
    swapped = (*kept, ("newer.toml", NEWER_RULE))
    caches = (rulepack.rules_version, cleaner._matcher)
    with monkeypatch.context() as patch:
        patch.setattr(rulepack, "_read_pack", lambda: swapped)
        for cache in caches:
            cache.cache_clear()
        assert ingest(article) == (0, 2, 0)
        mended = TEXT.replace(f"{NOTE}\n\n", "").replace(f"\n\n{PROSE[3]}", "").replace(f"\n\n{RIGHTS}", "")
        assert body_of(article) == mended
        assert [line["outcome"] for line in article.run_lines("corrections", "apply")] == ["unchanged"]
        assert {line["state"] for line in article.run_lines("corrections", "list")} == {"applied"}
    for cache in caches:
        cache.cache_clear()
    assert ingest(article) == (0, 2, 0)
    assert body_of(article) == TEXT.replace(f"{NOTE}\n\n", "").replace(f"\n\n{RIGHTS}", "")


def test_killed_before_the_article_is_written_heals(article: System) -> None:
    """The correction was kept and the article was not written: the same command, `apply` or any run makes it good."""
    place = f"{TEXT.index(PROMPT)}-{TEXT.index(PROMPT) + len(PROMPT)}"
    before = article.snapshot()
    command = [sys.executable, "-c", KILLED, "restore", "mill", place, *article.flags]
    for heal in (("restore", "mill", place), ("corrections", "apply"), ("ingest", str(article.folder / "in"))):
        assert subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode == 9
        assert article.snapshot() == before
        assert len(article.run_lines("corrections", "list")) == 1
        article.run(*heal)
        assert PROMPT in body_of(article)
        number = article.run_lines("corrections", "list")[0]["number"]
        article.run("corrections", "undo", "mill", str(number))
        assert article.snapshot() == before


def test_signature_and_cluster_follow(system: System) -> None:
    """A copy that stops being one by a cut leaves the cluster, and comes back when the cut is undone."""
    folder = system.folder / "in"
    folder.mkdir()
    copied = "\n\n".join(PROSE)
    own = "\n\n".join(
        f"The {name} of the harbour was let to a family from the hills, who will {verb} it until the autumn at least."
        for name, verb in (("boathouse", "mend"), ("smithy", "heat"), ("kiln", "fire"), ("granary", "fill"))
    )
    lines = [
        {
            "id": "first",
            "text": f"Mill turns again\n\n{copied}",
            "url": "https://a.example/1",
            "published_at": "2021-03-01",
        },
        {"id": "copy", "text": f"{own}\n\n{copied}", "url": "https://b.example/2", "published_at": "2021-03-02"},
    ]
    (folder / "two.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    system.run("ingest", str(folder))
    shown = system.run("show", "copy")
    assert (shown["cluster_kind"], shown["canonical"]) == ("near", False)
    start = len(own) + 2
    system.run("cut", "copy", str(start), str(start + len(copied)), "related")
    shown = system.run("show", "copy")
    assert (shown["cluster_kind"], shown["canonical"], shown["body"]) == ("unique", True, own)
    system.run("corrections", "undo", "copy", "1")
    shown = system.run("show", "copy")
    assert (shown["cluster_kind"], shown["canonical"]) == ("near", False)
    assert system.run("ingest", str(folder))["unchanged"] == 2


def test_suggested_spans_are_accepted_by_number(system: System) -> None:
    """Of an article that was kept whole each suggestion can be made true."""
    folder = system.folder / "in"
    folder.mkdir()
    text = "\n\n".join(["Mill turns again", PROMPT, "It turned.", RIGHTS, "Share this story on Facebook"])
    (folder / "mill.jsonl").write_text(json.dumps({"id": "mill", "url": URL, "text": text}))
    system.run("ingest", str(folder))
    for said in (PROMPT, RIGHTS, "Share this story on Facebook"):
        assert system.run("show", "mill")["flags"] == ["over_removal"]
        done = system.run("cut", "mill", number_of(system, said, "suggested_spans"))
        assert done["text"] == said
    shown = system.run("show", "mill", "--spans")
    assert (shown["body"], shown["flags"], shown["suggested_spans"]) == ("Mill turns again\n\nIt turned.", [], [])
    assert shown["rights_holder"] == ["Quenby Messenger"]


def test_comments_of_an_article_follow(system: System) -> None:
    """What is cut as a comment is one of the index's, and is gone from it when it is put back."""
    folder = system.folder / "in"
    folder.mkdir()
    said = "I ground my first sack there in the year of the long frost, and nobody thanked me for it."
    text = "\n\n".join(
        ["Mill turns again", *PROSE, said, "The weir is open to walkers from Easter on, the county said."]
    )
    (folder / "mill.jsonl").write_text(json.dumps({"id": "mill", "url": URL, "text": text}))
    system.run("ingest", str(folder))
    start = text.index(said)
    system.run("cut", "mill", str(start), str(start + len(said)), "comment")
    shown = system.run("show", "mill", "--comments")
    assert ([comment["text"] for comment in shown["comments"]], said in shown["body"]) == ([said], False)
    system.run("corrections", "undo", "mill", "1")
    assert system.run("show", "mill", "--comments")["comments"] == []


def test_html_is_corrected_over_its_extracted_text(system: System) -> None:
    """Offsets count code points of what extraction gave."""
    folder = system.folder / "in"
    folder.mkdir()
    paragraphs = "".join(f"<p>{line}</p>" for line in (*PROSE[:3], NOTE, PROSE[3]))
    (folder / "mill.html").write_text(
        f"<html><body><article><h1>Mill turns again</h1>{paragraphs}</article></body></html>"
    )
    system.run("ingest", str(folder))
    hit = system.run("search", "larch")["hits"][0]["id"]
    body = system.run("show", hit)["body"]
    start = body.index(NOTE)
    done = system.run("cut", hit, str(start), str(start + len(NOTE)), "advert")
    assert (done["text"], done["outcome"]) == (NOTE, "updated")
    assert NOTE not in system.run("show", hit)["body"]
    assert system.run("ingest", str(folder))["unchanged"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("restore", "nobody", "1"), "no such article"),
        (("restore", "mill", "99"), "no such span"),
        (("restore", "mill", "3-1"), "not within"),
        (("restore", "mill", "one"), "neither a span's number nor START-END"),
        (("cut", "mill", "0", "99999", "advert"), "not within"),
        (("cut", "mill", "0", "4", "rubbish"), "no class of span"),
        (("cut", "mill", "0", "4", "whitespace"), "no class of span"),
        (("cut", "mill", "1", "6", "advert"), "halve a word"),
        (("cut", "mill", "16", "18", "advert"), "only blanks"),
        (("cut", "mill", "0", str(len(TEXT)), "advert"), "leave nothing"),
        (("cut", "mill", "0"), "no such span"),
        (("cut", "mill", "1", "2", "3", "4"), "write ID START END CLASS"),
        (("corrections", "undo", "mill", "1"), "no correction 1"),
        (("corrections", "list", "nobody"), "no such article"),
    ],
)
def test_what_cannot_be_meant_ends_with_2(tmp_path_factory: pytest.TempPathFactory, arguments: Any, said: str) -> None:
    """A bad id, span, class or place is named, and nothing is kept."""
    folder = tmp_path_factory.getbasetemp() / "bad"
    system = System(url=f"tantivy:{folder / 'index'}", prefix="", folder=folder)
    if not folder.exists():
        folder.mkdir()
        write(system, TEXT)
        system.run("ingest", str(folder / "in"))
    assert said in system.run(*arguments, exit_code=2)
    assert system.run_lines("corrections", "list") == []


def test_without_its_bytes_nothing_is_kept(article: System) -> None:
    """An article whose lake is another cannot be cleaned again: that is said before anything is decided."""
    elsewhere = System(url=article.url, prefix=article.prefix, folder=article.folder / "elsewhere")
    assert "not in this lake" in elsewhere.run("restore", "mill", "1", exit_code=2)
    assert article.run_lines("corrections", "list") == []


def test_two_at_once_both_hold(article: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes last has seen what the other decided."""
    start = TEXT.index(NOTE)
    anchor = describe_place(TEXT, start, start + len(NOTE))
    note = Correction(number=0, action="cut", anchor=anchor, span_class=SpanClass.ADVERT)
    pipeline = run_pipeline
    done: list[str] = []

    def overtaken(payloads: Iterable[Payload], opened: Opened, *, command: str | None) -> IngestReport:
        report = pipeline(payloads, opened, command=command)
        if not done:
            done.extend(key for key, _ in opened.records.scan(KIND))
            opened.records.update(KIND, done, lambda _, held: correcting.with_correction(held, note))
        return report

    monkeypatch.setattr(correcting, "run_pipeline", overtaken)
    article.run("restore", "mill", f"{TEXT.index(PROMPT)}-{TEXT.index(PROMPT) + len(PROMPT)}")
    assert (PROMPT in body_of(article), NOTE in body_of(article)) == (True, False)
    assert [line["number"] for line in article.run_lines("corrections", "list")] == [1, 2]


def test_proposals_are_rules_that_the_tests_accept(article: System, tmp_path: Path) -> None:
    """A cut proposes a new rule, a restore a guard of the rule that took the stretch; `rules test` takes both."""
    start = TEXT.index(NOTE)
    article.run("cut", "mill", str(start), str(start + len(NOTE)), "advert", "--reason", "a sponsor's line")
    article.run("restore", "mill", number_of(article, PROMPT))
    proposals = article.run_lines("corrections", "propose")
    assert [(each["accepted"], each["problems"]) for each in proposals] == [(True, []), (True, [])]
    file = tmp_path / "draft.toml"
    file.write_text("\n".join(each["toml"] for each in proposals))
    checks = {check["id"]: check for check in article.run_lines("rules", "test", str(file))}
    assert len([name for name in checks if name.startswith("advert.hand_")]) == 1
    rules = parse_rules(((file.name, file.read_text()),))
    assert NOTE not in clean_text(TEXT, CleanSettings(), rules=merge_rules(load_rules(), rules)).body
    assert PROMPT in clean_text(TEXT, CleanSettings(), rules=merge_rules(load_rules(), rules)).body


def test_proposals_of_one_name_are_one_rule(article: System, tmp_path: Path) -> None:
    """Two people cut the same line of two articles: a file in which a rule stands twice cannot be read."""
    write(article, TEXT, f"{OTHER}\n\n{NOTE}")
    ingest(article)
    for name, original in (("mill", TEXT), ("pier", f"{OTHER}\n\n{NOTE}")):
        start = original.index(NOTE)
        article.run("cut", name, str(start), str(start + len(NOTE)), "advert")
    proposals = article.run_lines("corrections", "propose")
    assert [each["accepted"] for each in proposals] == [True, False]
    file = tmp_path / "draft.toml"
    file.write_text("\n".join(each["toml"] for each in proposals))
    checks = article.run_lines("rules", "test", str(file))
    assert len([check for check in checks if check["id"].startswith("advert.hand_")]) == 1


def test_a_class_that_is_none_is_refused_in_the_package(article: System) -> None:
    """A program that calls the job gets the error that the command line prints."""
    with pytest.raises(UsageError, match="no class of span"):
        jobs.cut("mill", ["0", "4", "control"], jobs.Hand(by="Ada"), article.settings)
