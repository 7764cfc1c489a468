"""The gate of cleaning fails on an injected fault, and names the figure, the document and the rule."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmarks import corpora, gate
from benchmarks.cleaning import scoring
from benchmarks.cleaning.accounts import draw_account
from benchmarks.cleaning.figures import add_up, summarise
from ingest.clean.rulepack import Rule, load_rules
from ingest.model import Cleaning, Span, SpanClass

PROSE = (
    "The orchard above Lower Wick was cut down in a night in April, and nobody in the village has said who ordered it.",
    "Ferran Oduya, who had leased it for nineteen years, found the stumps in the morning and counted three hundred.",
    "“Some of those trees were older than the church roof,” the parish clerk said at a meeting on Thursday evening.",
    "The county keeps a list of old orchards, but this one was never on it, since its owner did not answer letters.",
    "A hearing has been set for the second week of June, and the clerk expects that more people will come than chairs.",
)
DOCUMENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "orchard": (
        ("headline", "An orchard of three hundred trees disappears overnight"),
        *(("body", each) for each in PROSE),
        ("copyright", "Copyright The Wick Observer Limited 2021. All rights reserved."),
    ),
    "hearing": (
        ("headline", "Village waits for a hearing about its felled trees"),
        *(("body", each) for each in reversed(PROSE)),
        ("share", "Share on Facebook"),
        ("newsletter", "Sign up for our daily newsletter"),
    ),
    "clerk": (
        ("headline", "The clerk who counted the stumps before breakfast"),
        *(("body", each) for each in (*PROSE[2:], *PROSE[:2])),
        ("copyright", "© 2022 Lower Wick Media Group. All rights reserved."),
    ),
}
FLOORS = {
    "cleaning.real.line_f1": {"at_least": 1.0},
    "cleaning.real.body_lost": {"at_most": 0.0},
    "cleaning.real.copyright_lines_left": {"at_most": 0},
    "cleaning.real.removed_by_label.copyright": {"at_least": 1.0},
    "cleaning.real.class_accuracy": {"at_least": 1.0},
}
GLUTTON = Rule(
    id="share.glutton",
    span_class=SpanClass.SHARE,
    scope="line",
    patterns=(".*stumps.*",),
    reason="Eats body.",
    strips="stumps",
    keeps="trees",
)

Judge = Callable[[tuple[Rule, ...]], tuple[int, str]]


def to_record(name: str) -> dict[str, Any]:
    """Make a labelled document."""
    lines = [{"text": text, "label": label} for label, text in DOCUMENTS[name]]
    text = "\n".join(str(line["text"]) for line in lines)
    return {"id": name, "url": f"https://{name}.example/1", "source": "invented", "text": text, "lines": lines}


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Judge]:
    """Give the function that runs the gate on invented documents under a set of rules: exit code and what it says."""
    written = "".join(json.dumps(to_record(name)) + "\n" for name in DOCUMENTS)
    for name in ("cleaning/seeds.jsonl", "cleaning/real.jsonl", "cleaning/derived.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(written, encoding="utf-8")
    for name in (scoring.UNLABELLED, scoring.SCRAPED):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(gzip.compress(written.encode()))
    monkeypatch.setattr(corpora, "DATA", tmp_path)
    monkeypatch.setattr(scoring, "DATA", tmp_path)
    monkeypatch.setattr(gate, "DATA", tmp_path)
    monkeypatch.setattr(gate, "FLOORS", tmp_path / "floors.json")
    monkeypatch.setattr(gate, "TOLD", tmp_path / "results.json")
    pinned = {"corpora": {"cleaning/real.jsonl": corpora.digest("cleaning/real.jsonl")}, "figures": FLOORS}
    gate.FLOORS.write_text(json.dumps(pinned), encoding="utf-8")
    forget()

    def run(rules: tuple[Rule, ...]) -> tuple[int, str]:
        monkeypatch.setattr(scoring, "clean_record", partial(scoring.clean_record, rules=rules))
        monkeypatch.setattr(scoring, "measure_folds", dict)
        return gate.main(), capsys.readouterr().out

    yield run
    forget()


def forget() -> None:
    """Empty the caches, so that no test sees another's documents."""
    for cached in (scoring.read_set, scoring.clean_set, scoring.account_for):
        cached.cache_clear()


def test_gate_holds_where_nothing_is_wrong(judge: Judge) -> None:
    """The faults below must be what makes it fail."""
    code, said = judge(load_rules())
    assert (code, "FAILED" in said) == (0, False), said


def test_gate_names_the_rule_that_eats_body_and_where(judge: Judge) -> None:
    """Whoever broke it must read which rule, in which document, and what was lost."""
    code, said = judge((*load_rules(), GLUTTON))
    assert code == 1
    failed = said[said.index("FAILED cleaning.real.body_lost") :]
    assert "rule share.glutton took" in failed
    assert "orchard (orchard.example)" in failed
    assert "body taken by share.glutton as share" in failed
    assert "found the stumps in the morning" in failed


def test_gate_names_the_class_that_is_switched_off_and_what_it_leaves(judge: Judge) -> None:
    """A class without rules must not go unnoticed because the others do well."""
    code, said = judge(tuple(rule for rule in load_rules() if rule.span_class is not SpanClass.COPYRIGHT))
    assert code == 1
    assert "FAILED cleaning.real.copyright_lines_left: 2.0000" in said
    failed = said[said.index("FAILED cleaning.real.removed_by_label.copyright") :]
    assert "clerk (clerk.example)" in failed
    assert "copyright left" in failed
    assert "rules of class copyright: copyright." in failed
    assert "FAILED cleaning.real.body_lost" not in said


def test_gate_refuses_another_corpus(judge: Judge, tmp_path: Path) -> None:
    """A figure means something else on other documents."""
    pinned = json.loads(gate.FLOORS.read_text(encoding="utf-8"))
    gate.FLOORS.write_text(json.dumps({**pinned, "corpora": {"cleaning/real.jsonl": "0" * 16}}), encoding="utf-8")
    code, said = judge(load_rules())
    assert code == 1
    assert "FAILED corpus cleaning/real.jsonl" in said


def test_account_counts_what_was_lost_left_and_taken_as_another_class() -> None:
    """The figures are shares of these counts, so each is checked by hand once."""
    record = {
        "id": "a",
        "text": "Body line\nShare this\nMore",
        "lines": [
            {"text": "Body line", "label": "body"},
            {"text": "Share this", "label": "share"},
            {"text": "More", "label": "mixed", "spans": [{"start": 0, "end": 2, "label": "related"}]},
        ],
    }
    spans = (
        Span(start=0, end=4, span_class=SpanClass.ADVERT, rule="x"),
        Span(start=10, end=20, span_class=SpanClass.TAGS, rule="y"),
        Span(start=21, end=23, span_class=SpanClass.RELATED, rule="z"),
    )
    figures = summarise(add_up([draw_account(record, Cleaning(body=" line\n\nre", spans=spans))]))
    assert figures["body_lost"] == pytest.approx(4 / 10)
    assert figures["removed_by_label"] == {"related": 1.0, "share": 1.0}
    assert figures["class_accuracy"] == pytest.approx(2 / 11)
    assert figures["precision_by_class"] == {"advert": 0.0, "related": 1.0, "tags": 0.0}
    assert figures["line_f1"] == pytest.approx(2 / 3)
    assert figures["documents_losing_over_5_percent"] == 1.0
    assert (figures["mixed_chrome_left"], figures["mixed_body_lost"], figures["glued"]) == (0.0, 0.0, 0)
