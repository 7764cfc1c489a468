"""Rules looked at and tried: which there are, what they took, whether they do what they say, what a change would do."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from itertools import chain, islice
from typing import Any

from ingest.clean.cleaner import clean_page
from ingest.clean.examples import try_examples
from ingest.clean.reasons import SURROUNDINGS, list_reasons
from ingest.clean.rulepack import Rule, load_rules
from ingest.errors import LawBroken, UsageError
from ingest.jobs.body_diff import diff_bodies
from ingest.jobs.cleaning import reported_id, run_stages
from ingest.jobs.labels import Firings, Scores, count_firings, read_labels
from ingest.jobs.rulesets import merge_rules, read_changes
from ingest.learning import read_accepted
from ingest.model import Article, Cleaning, Dropped, Failed, Page
from ingest.pipeline import Rooms, extracting_stage, reading_stage
from ingest.settings import Settings
from ingest.stage import Stage, attempt

Line = dict[str, Any]
Rules = tuple[Rule, ...]
_MOST_PLACES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Documents to look at rules with: paths, and a file of labelled documents, which count among them."""

    paths: tuple[str, ...] = ()
    labels: str | None = None

    @property
    def sources(self) -> list[str]:
        """Every path once."""
        return list(dict.fromkeys([*self.paths, *([self.labels] if self.labels else [])]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A document cleaned by each rule set in turn; `labels` says what its characters are."""

    page: Page
    labels: bytes | None
    cleanings: tuple[Cleaning, ...]


def list_rules(sample: Sample, settings: Settings) -> list[Line]:
    """List every rule, with how often it fired where there is a sample; last those that are code."""
    firings: dict[str, Firings] = {}
    for tried in clean_sample(sample, settings, (load_rules(),)):
        if isinstance(tried, Tried):
            count_firings(firings, tried.cleanings[0].spans, tried.labels)
    counted = bool(sample.sources)
    rules = with_accepted(settings)
    lines = [to_line(rule) for rule in rules]
    known = {rule.id for rule in rules}
    lines += [to_code_line(name) for name in sorted((firings.keys() | SURROUNDINGS.keys()) - known)]
    return [line | (firings.get(line["id"], Firings()).to_json() if counted else {}) for line in lines]


def with_accepted(settings: Settings) -> Rules:
    """Give the packaged rules, and behind them those that were accepted for a publisher."""
    return (*load_rules(), *chain.from_iterable(read_accepted(settings.learn).rules.values()))


def show_rule(rule_id: str, sample: Sample, settings: Settings) -> Line:
    """Show one rule whole: its patterns, its examples and whether they hold, and where in a sample it fired.

    Raises UsageError for an id that no rule has.
    """
    rules = with_accepted(settings)
    rule = next((each for each in rules if each.id == rule_id), None)
    if rule is None and rule_id not in SURROUNDINGS:
        close = difflib.get_close_matches(rule_id, list_reasons(rules), n=3, cutoff=0.4)
        raise UsageError(f"no rule {rule_id}" + (f"; close are {', '.join(close)}" if close else ""))
    shown = to_code_line(rule_id) if rule is None else to_whole_line(rule, rules)
    return shown | (_look_for(rule_id, sample, settings) if sample.sources else {})


def _look_for(rule_id: str, sample: Sample, settings: Settings) -> Line:
    """Count where a rule fired, and give the first places."""
    firings: dict[str, Firings] = {}
    places: list[Line] = []
    for tried in clean_sample(sample, settings, (load_rules(),)):
        if isinstance(tried, Tried):
            spans = [span for span in tried.cleanings[0].spans if span.rule == rule_id]
            count_firings(firings, spans, tried.labels)
            name, text = reported_id(tried.page.trace), tried.page.text
            taken = ({"document": name, "start": s.start, "end": s.end, "text": text[s.start : s.end]} for s in spans)
            places += islice(taken, _MOST_PLACES - len(places))
    return firings.get(rule_id, Firings()).to_json() | {"places": places}


def check_rules(changes: str | None = None) -> list[Line]:
    """Try the two examples of every rule, also of those that a changed rule set brings."""
    return check_examples(merge_rules(load_rules(), read_changes(changes)) if changes else load_rules())


def check_examples(rules: Rules) -> list[Line]:
    """Try the two examples of every rule, with all of them at work."""
    return [
        {
            "id": result.rule.id,
            "class": result.rule.span_class.value,
            "strips": result.strips,
            "keeps": result.keeps,
            "stripped_by": list(result.stripped_by),
            "kept_against": list(result.kept_against),
        }
        for result in try_examples(rules)
    ]


def assert_rules_hold(results: Sequence[Line]) -> None:
    """Raise LawBroken where an example of a rule does not hold; takes what `check_rules` gives."""
    broken = [result["id"] for result in results if not (result["strips"] and result["keeps"])]
    if broken:
        raise LawBroken(f"{len(broken)} rules do not do what their examples say: {', '.join(broken)}")


def try_rules(changes: str, sample: Sample, settings: Settings) -> Iterator[Line]:
    """Clean a sample with and without a change of the rules.

    Yields a line for each document whose body changes, with the difference, and at the end one with `summary`: counts,
    each rule's firings before and after, and with labels precision and recall by class before and after.
    """
    if not sample.sources:
        raise UsageError("name documents to try the rules on, or --labels FILE")
    changed = read_changes(changes)
    packs = (load_rules(), merge_rules(load_rules(), changed))
    comparison = Comparison(labelled=sample.labels is not None)
    for tried in clean_sample(sample, settings, packs):
        if isinstance(tried, Tried):
            yield from comparison.add(tried)
        else:
            comparison.without_article += 1
    yield {"summary": comparison.to_json({rule.id for rule in changed})}


@dataclass(slots=True)
class Comparison:
    """What two rule sets did to the same documents."""

    labelled: bool
    documents: int = 0
    changed: int = 0
    relabelled: int = 0
    without_article: int = 0
    scores: tuple[Scores, Scores] = field(default_factory=lambda: (Scores(), Scores()))
    firings: tuple[dict[str, Firings], dict[str, Firings]] = field(default_factory=lambda: ({}, {}))

    def add(self, tried: Tried) -> Iterator[Line]:
        """Count a document; yield its line where its body changes."""
        before, after = tried.cleanings
        self.documents += 1
        for cleaning, scores, firings in zip(tried.cleanings, self.scores, self.firings, strict=True):
            count_firings(firings, cleaning.spans, tried.labels)
            if tried.labels is not None:
                scores.add(tried.labels, cleaning.spans)
        if before.body != after.body:
            self.changed += 1
            yield to_changed_line(tried)
        elif before.spans != after.spans:
            self.relabelled += 1

    def to_json(self, changed: set[str]) -> Line:
        """Give the summary; `changed` are the ids of the rules that the change brings."""
        before, after = self.firings
        names = sorted(before.keys() | after.keys() | changed)
        known = {rule.id for rule in load_rules()}
        return {
            "documents": self.documents,
            "changed": self.changed,
            "relabelled": self.relabelled,
            "without_article": self.without_article,
            "rules": [
                {
                    "id": name,
                    "change": ("replaced" if name in known else "added") if name in changed else None,
                    "before": before.get(name, Firings()).to_json(),
                    "after": after.get(name, Firings()).to_json(),
                }
                for name in names
            ],
            "classes": [scores.to_json() for scores in self.scores] if self.labelled else None,
        }


def to_changed_line(tried: Tried) -> Line:
    """Give the difference between a document's two bodies."""
    before, after = tried.cleanings
    text = tried.page.text
    hunks = diff_bodies(text, before.spans, after.spans)
    starts = [next(piece.start for piece in hunk if piece.sign != "=") for hunk in hunks]
    return {
        "id": reported_id(tried.page.trace),
        "origin": tried.page.trace.origin,
        "flags": sorted(set(after.flags) - set(before.flags)),
        "hunks": [
            {"line": text.count("\n", 0, start) + 1, "pieces": [piece.to_json() for piece in hunk]}
            for start, hunk in zip(starts, hunks, strict=True)
        ],
    }


def clean_sample(sample: Sample, settings: Settings, packs: Sequence[Rules]) -> Iterator[Tried | Dropped | Failed]:
    """Read a sample once and clean each document by every rule set."""
    labels = read_labels(sample.labels, settings) if sample.labels else {}
    if not sample.sources:
        return
    clean = partial(clean_page, settings=settings.clean, learned=read_accepted(settings.learn))
    for outcome in run_stages(sample.sources, settings, _text_stages):
        yield outcome if isinstance(outcome, Dropped | Failed) else _clean_by_each(outcome, labels, clean, packs)


def _text_stages(rooms: Rooms) -> list[Stage[Any, Any]]:
    return [reading_stage(rooms.settings, rooms.lake), extracting_stage(rooms)]


def _clean_by_each(
    page: Page, labels: dict[str, bytes], clean: Callable[..., Article], packs: Sequence[Rules]
) -> Tried | Dropped | Failed:
    cleanings = []
    for rules in packs:
        article = attempt("clean", partial(clean, rules=rules), page)
        if isinstance(article, Dropped | Failed):
            return article
        cleanings.append(article.cleaning)
    return Tried(page=page, labels=labels.get(page.trace.origin), cleanings=tuple(cleanings))


def to_line(rule: Rule) -> Line:
    """Give what a list says of a rule."""
    return {
        "id": rule.id,
        "class": rule.span_class.value,
        "scope": rule.scope,
        "zone": rule.zone,
        "reason": rule.reason,
    }


def to_code_line(name: str) -> Line:
    """Give what a list says of what the code takes by its surroundings."""
    reason = list_reasons(load_rules()).get(name)
    return {"id": name, "class": None, "scope": "surroundings", "zone": None, "reason": reason}


def to_whole_line(rule: Rule, rules: Rules) -> Line:
    """Give everything that a rule says (what it leaves out has its default), and whether its examples hold."""
    said = {f.name: getattr(rule, f.name) for f in fields(rule) if getattr(rule, f.name) != f.default}
    said.pop("span_class")
    result = next(each for each in check_examples(rules) if each["id"] == rule.id)
    held = {name: result[name] for name in ("stripped_by", "kept_against")}
    return to_line(rule) | said | {"strips_holds": result["strips"], "keeps_holds": result["keeps"]} | held
