"""The commands about rules: lists with counts, examples, and trials of a change with figures told by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean.examples import try_examples
from ingest.clean.ledger import gaps
from ingest.clean.reasons import SURROUNDINGS
from ingest.clean.rulepack import load_rules
from ingest.cli import main
from ingest.errors import LawBroken, UsageError
from ingest.jobs import assert_rules_hold, check_rules, list_rules, show_rule, try_rules
from ingest.jobs.body_diff import diff_bodies
from ingest.jobs.labels import Scores, read_labels
from ingest.jobs.rules import Sample
from ingest.jobs.rulesets import merge_rules, read_changes
from ingest.model import Span, SpanClass
from ingest.settings import Settings

SETTINGS = Settings()
OPENING = (
    "The bridge over the Olm was closed to lorries on Friday, after divers had found a crack in its second pier that "
    "was not there in the spring."
)
CLOSING = (
    "Buses will go round by the mill for at least a month. The engineer who found the crack said that the bridge had "
    "told her so itself, by a sound."
)
MIDDLE = (
    "A mason who has looked after the pier for twenty years said that the river had been high since Easter, and that "
    "the ice of February had carried half a tree against the stone. Nobody is to blame, he said, but somebody will "
    "have to pay, and the town has had three bridges in two hundred years."
)
LINES = [
    ("Bridge over the Olm closed to lorries", "headline"),
    (OPENING, "body"),
    (MIDDLE, "body"),
    ("Share this story with your neighbours", "share"),
    ("Olmtal herald bulletin", "newsletter"),
    (CLOSING, "body"),
    ("© 2020 Olmtal Herald. All rights reserved.", "copyright"),
]
CHANGES = """
[[rule]]
id = "newsletter.olmtal_bulletin"
class = "newsletter"
scope = "line"
patterns = ['''olmtal \\w+ bulletin''', '''buses will .*''']
reason = "A test."
strips = "Olmtal herald bulletin"
keeps = "The Olmtal bulletin was read aloud on the bridge."

[[rule]]
id = "share.prompt"
class = "share"
scope = "line"
patterns = ['''share this paper']
reason = "A test."
strips = "Share this paper"
keeps = "They share this paper with the mill."
""".replace("paper']\n", "paper''']\n")


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Give a file with one labelled document."""
    text = "\n".join(line for line, _ in LINES)
    record = {"id": "olm", "text": text, "lines": [{"text": line, "label": label} for line, label in LINES]}
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(record) + "\n")
    return path


@pytest.fixture
def changes(tmp_path: Path) -> Path:
    """Give a file that adds a rule that takes too much and replaces one by a rule that takes nothing."""
    path = tmp_path / "changes.toml"
    path.write_text(CHANGES)
    return path


def run_trial(changes: Path, sample: Sample) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Try changes; give the lines of changed documents and the summary."""
    *documents, last = try_rules(str(changes), sample, SETTINGS)
    return documents, last["summary"]


def test_list_names_every_rule_once() -> None:
    """A rule that the list leaves out, be it data or code, is one that nobody looks after."""
    listed = [line["id"] for line in list_rules(Sample(), SETTINGS)]
    assert listed == [*(rule.id for rule in load_rules()), *sorted(SURROUNDINGS)]


def test_list_counts_firings_and_those_on_body(labels: Path) -> None:
    """A rule is judged by how often it fires and how often on body; without labels the second is not known."""
    counted = {line["id"]: line for line in list_rules(Sample(labels=str(labels)), SETTINGS)}
    assert counted["share.prompt"]["fired"] == 1
    assert counted["copyright.notice"]["fired"] == 1
    assert counted["copyright.notice"]["on_body"] == 0
    assert counted["byline.by"]["fired"] == 0
    assert counted["whitespace"]["scope"] == "surroundings"
    assert counted["thread.comment"] | {"fired": 0, "on_body": 0, "body_chars": 0} == counted["thread.comment"]


def test_show_tells_examples_and_places(labels: Path) -> None:
    """Who asks about a rule wants to see what it is for and what it did."""
    shown = show_rule("share.prompt", Sample(labels=str(labels)), SETTINGS)
    assert shown["strips_holds"]
    assert shown["keeps_holds"]
    assert [place["text"] for place in shown["places"]] == ["Share this story with your neighbours"]
    assert shown["fired"] == 1


def test_show_suggests_close_names() -> None:
    """A slip of the finger gets the name that was meant."""
    with pytest.raises(UsageError, match=r"close are .*share\.prompt"):
        show_rule("share.promt", Sample(), SETTINGS)


def test_show_explains_what_has_no_rule() -> None:
    """Spans also carry names of what the code takes by its surroundings; these are asked for alike."""
    shown = show_rule("thread.comment", Sample(), SETTINGS)
    assert shown["reason"] == "Within a thread of readers' comments."


def test_examples_hold_for_the_pack(capsys: pytest.CaptureFixture[str]) -> None:
    """`rules test` tries in another article than the unit tests, and ends with 0 only where every example holds."""
    assert main(["rules", "test"]) == 0
    assert f"{len(load_rules())} of {len(load_rules())} rules" in capsys.readouterr().out


def test_examples_that_do_not_hold_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule that does not take its example, and one that takes what it should keep, must not pass."""
    path = tmp_path / "bad.toml"
    path.write_text(CHANGES.replace('keeps = "They', 'keeps = "Share this paper" # ').replace("olmtal \\w+", "upper"))
    assert main(["rules", "test", str(path)]) == 4
    told = capsys.readouterr()
    assert "newsletter.olmtal_bulletin does not take its example" in told.out
    assert "share.prompt: what should stay is taken by share.prompt" in told.out
    assert "newsletter.olmtal_bulletin" in told.err


def test_results_that_hold_raise_nothing(changes: Path) -> None:
    """The law is about examples alone: a careless rule whose examples hold passes here and shows in a trial."""
    results = [each for each in check_rules(str(changes)) if each["id"] == "newsletter.olmtal_bulletin"]
    assert_rules_hold(results)
    with pytest.raises(LawBroken, match="1 rules"):
        assert_rules_hold([results[0] | {"keeps": False}])


def test_trial_shows_what_changes(labels: Path, changes: Path) -> None:
    """The difference names what goes, what comes back, and by which rule."""
    (document,), summary = run_trial(changes, Sample(labels=str(labels)))
    told = {(p["sign"], p["text"].strip(), p["rule"]) for hunk in document["hunks"] for p in hunk["pieces"]}
    assert ("+", LINES[3][0], "share.prompt") in told
    assert ("-", f"{LINES[4][0]}\n{CLOSING}", "newsletter.olmtal_bulletin") in told
    assert (summary["documents"], summary["changed"], summary["relabelled"]) == (1, 1, 0)


def test_trial_scores_before_and_after(labels: Path, changes: Path) -> None:
    """Precision and recall are counted by hand here: visible characters of the lines above."""
    _, summary = run_trial(changes, Sample(labels=str(labels)))
    before, after = summary["classes"]
    bulletin, body = (len("".join(text.split())) for text in (LINES[4][0], CLOSING))
    assert (before["share"]["recall"], after["share"]["recall"]) == (1.0, 0.0)
    assert (before["newsletter"]["recall"], before["newsletter"]["precision"]) == (0.0, None)
    assert after["newsletter"]["recall"] == 1.0
    assert after["newsletter"]["precision"] == pytest.approx(bulletin / (bulletin + body))
    assert after["newsletter"]["body_taken"] == body
    assert before["any"]["precision"] == 1.0


def test_trial_counts_firings_on_body(labels: Path, changes: Path) -> None:
    """A new rule that takes body is shown with how often and how much."""
    _, summary = run_trial(changes, Sample(labels=str(labels)))
    rules = {rule["id"]: rule for rule in summary["rules"]}
    new = rules["newsletter.olmtal_bulletin"]
    assert new["change"] == "added"
    assert new["before"]["fired"] == 0
    assert (new["after"]["on_body"], new["after"]["body_chars"]) == (1, len("".join(CLOSING.split())))
    assert rules["share.prompt"]["change"] == "replaced"


def test_trial_without_labels_has_no_scores(tmp_path: Path, changes: Path) -> None:
    """Without labels there is nothing to be right about."""
    (tmp_path / "a.txt").write_text("\n".join(line for line, _ in LINES))
    (tmp_path / "empty.txt").touch()
    documents, summary = run_trial(changes, Sample(paths=(str(tmp_path / "a.txt"), str(tmp_path / "empty.txt"))))
    assert len(documents) == 1
    assert summary["classes"] is None
    assert summary["without_article"] == 1


def test_trial_of_the_rules_as_they_are_changes_nothing(labels: Path, tmp_path: Path) -> None:
    """The packaged rules put over themselves are the null trial: a difference would be the trial's own fault."""
    folder = Path(__file__).parents[2] / "ingest" / "clean" / "rules"
    seeds = str(Path(__file__).parents[2] / "seeds")
    documents, summary = run_trial(folder, Sample(paths=(seeds,), labels=str(labels)))
    assert documents == []
    assert summary["relabelled"] == 0
    assert summary["classes"][0] == summary["classes"][1]


def test_trial_on_a_terminal(labels: Path, changes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For people the difference is marked by word and the figures stand side by side."""
    assert main(["rules", "try", str(changes), "--labels", str(labels)]) == 0
    printed = capsys.readouterr().out
    assert "{+Share this story with your neighbours+}(was share.prompt)" in printed
    assert f"[-{LINES[4][0]}\n{CLOSING}-](now newsletter.olmtal_bulletin)" in printed
    assert "1 documents: 1 with another body" in printed
    assert "1.0000 -> 0.0000" in printed


def test_trial_needs_documents(changes: Path) -> None:
    """A trial on nothing would report that nothing changes."""
    with pytest.raises(UsageError, match="name documents"):
        list(try_rules(str(changes), Sample(), SETTINGS))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[rule]\n", "changes.toml"),
        ("", r"no \[\[rule\]\]"),
        (CHANGES.replace('scope = "line"', 'scope = "page"'), "scope"),
        (CHANGES.replace("(share", "(").replace("'''share", "'''(share"), "share.prompt"),
    ],
)
def test_broken_changes_are_usage_errors(tmp_path: Path, text: str, message: str) -> None:
    """A slip in a rule file is told by file and rule, before anything is cleaned."""
    path = tmp_path / "changes.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=message):
        read_changes(str(path))


def test_missing_changes_are_a_usage_error(tmp_path: Path) -> None:
    """A file that is not there is a slip, no accident."""
    with pytest.raises(UsageError, match="No such file"):
        read_changes(str(tmp_path / "none.toml"))


def test_changes_keep_the_order_of_rules(changes: Path) -> None:
    """Order is precedence: a replaced rule stays in its place, a new one comes behind those of its class."""
    rules = load_rules()
    merged = merge_rules(rules, read_changes(str(changes)))
    places = {rule.id: place for place, rule in enumerate(merged)}
    last = max(place for place, rule in enumerate(rules) if rule.span_class is SpanClass.NEWSLETTER)
    assert merged[last + 1].id == "newsletter.olmtal_bulletin"
    assert merged[places["share.prompt"]].reason == "A test."
    assert [r.id for r in merged if r.id != "newsletter.olmtal_bulletin"] == [r.id for r in rules]


def test_rule_without_rivals_is_judged_alone() -> None:
    """An example that goes by another rule than its own does not speak for it."""
    rule = next(each for each in load_rules() if each.id == "share.prompt")
    (result,) = try_examples([rule])
    assert result.stripped_by == ("share.prompt",)
    assert result.kept_against == ()


@pytest.mark.parametrize(
    "broken",
    [
        {"text": "a\nb", "lines": [{"text": "a", "label": "body"}]},
        {"text": "a", "lines": [{"text": "a", "label": "prose"}]},
        {"text": "a"},
        {"text": "a", "lines": [{"text": "a", "label": "mixed", "spans": [{"start": 0, "end": 9, "label": "share"}]}]},
    ],
    ids=["other text", "unknown label", "no lines", "span too long"],
)
def test_broken_labels_are_usage_errors(tmp_path: Path, broken: dict[str, Any]) -> None:
    """Figures from labels that do not fit their text would be wrong without a sign of it."""
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(broken) + "\n")
    with pytest.raises(UsageError, match=r"labels\.jsonl:1"):
        read_labels(str(path), SETTINGS)


def test_mixed_lines_are_scored_by_their_spans(tmp_path: Path) -> None:
    """Of a line that is body with chrome glued to it, each part counts as what it is."""
    spans = [{"start": 0, "end": 5, "label": "additional_reporting"}]
    record = {"text": "abcde fgh", "lines": [{"text": "abcde fgh", "label": "mixed", "spans": spans}]}
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(record) + "\n")
    scores = Scores()
    (labels,) = read_labels(str(path), SETTINGS).values()
    scores.add(labels, [Span(start=0, end=7, span_class=SpanClass.CREDIT, rule="r")])
    assert scores.to_json()["credit"] == {"precision": 5 / 6, "recall": 1.0, "labelled": 5, "taken": 6, "body_taken": 1}


@st.composite
def ledgers(draw: st.DrawFn) -> list[Span]:
    """Give disjoint spans over forty characters."""
    edges = sorted(draw(st.sets(st.integers(0, 40), max_size=12)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [Span(start=a, end=b, span_class=SpanClass.SHARE, rule=draw(st.sampled_from("xy"))) for a, b in pairs]


@given(st.text("ab \n", min_size=40, max_size=40), ledgers(), ledgers())
def test_difference_tells_every_change(text: str, before: list[Span], after: list[Span]) -> None:
    """What the difference marks is exactly what one body has and the other has not."""
    hunks = diff_bodies(text, before, after)
    kept = [{at for start, end in gaps(spans, 0, 40) for at in range(start, end)} for spans in (before, after)]
    for sign, want in (("-", kept[0] - kept[1]), ("+", kept[1] - kept[0])):
        told = "".join(piece.text for hunk in hunks for piece in hunk if piece.sign == sign)
        assert told == "".join(text[at] for at in sorted(want))
    assert bool(hunks) == (kept[0] != kept[1])


def test_list_is_whole_in_a_pipe(labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list is searched with other tools: one rule a line, with its id whole whatever the width."""
    assert main(["rules", "list", "--labels", str(labels)]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "class", "scope", "zone", "fired", "on", "body", "body", "characters"]
    assert {rule.id for rule in load_rules()} <= {row.split()[0] for row in rows}
    assert next(row for row in rows if row.startswith("share.prompt ")).split() == [
        "share.prompt", "share", "line", "any", "1", "0", "0",
    ]  # fmt: skip


def test_trial_as_json_ends_with_its_summary(
    labels: Path, changes: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Programs read a line a document as they come, and know the last by its key."""
    assert main(["rules", "try", str(changes), "--labels", str(labels), "--json"]) == 0
    *documents, last = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [document["id"] for document in documents] == ["olm"]
    assert last["summary"]["classes"][1]["share"]["recall"] == 0.0


def test_show_on_a_terminal(labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For people a rule is shown with its examples and the places where it fired."""
    assert main(["rules", "show", "share.prompt", "--labels", str(labels)]) == 0
    printed = capsys.readouterr().out
    assert "strips (holds):" in printed
    assert "fired: 1" in printed
    assert "'Share this story with your neighbours'" in printed
