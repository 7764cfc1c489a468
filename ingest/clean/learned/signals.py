"""The second signal: what else than repetition says that a line is chrome. Subheads and formulas of a body show none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import re2

from ingest.clean.learned.counts import Occurrence, PublisherCounts
from ingest.clean.lines import Line
from ingest.clean.rulepack import Rule
from ingest.model import SpanClass

MOSTLY = 0.8
_FEWEST_WORDS = 3
_COVERED_SHARE = 0.5
_FEWEST_FILLINGS = 2
# Their patterns say how a line is built (a name, a label and a colon), not what it is about.
_SHAPES = (SpanClass.BYLINE, SpanClass.CAPTION, SpanClass.CREDIT, SpanClass.METADATA, SpanClass.TAGS)

# What stands beside these is not of them, since its words say nothing of the kind.
_BESIDE = {SpanClass.COPYRIGHT: SpanClass.NOTICE, SpanClass.COMMENT: SpanClass.COMMENT_UI}

# What a page tells its reader to do, by what comes of it. Verbs alone: what they are said of differs by outlet.
_ORDERS: tuple[tuple[SpanClass, str], ...] = (
    (SpanClass.SHARE, r"share|tweet|like us|follow|join (?:us|the conversation)|partager|partagez|teilen|compart[ae]|condividi"
     r"|suivez|folgen sie|s[ií]guenos|seguici|siga"),
    (SpanClass.NEWSLETTER, r"sign ?up|subscribe|get (?:the|our|your) [^.]*(?:newsletter|inbox|app|alerts?)|abonnieren"
     r"|abonnez|inscrivez|suscr[ií]b[ea]|iscriviti|assine|inscreva|newsletter"),
    (SpanClass.PAYWALL, r"log ?in|sign in|register|already a (?:subscriber|member)|create an account|anmelden|connectez"),
    (SpanClass.ADVERT, r"donate|support (?:us|our|independent|local)|add your name|buy|order (?:now|your)|shop|download"
     r"|spenden|faites un don|jetzt "),
    (SpanClass.NOTICE, r"e-?mail (?:us|the|your)|contact|call us|send us|write to|report (?:a|an) |do you have|got a"
     r"|have you|please "),
    (SpanClass.RELATED, r"click|tap|scroll|swipe|read (?:more|next|also|the full|our)|see (?:also|more|all)|view|watch|listen"
     r"|find out more|learn more|more (?:on|from|about)|for more|don't miss|check out|lesen sie|mehr zum|lire|lee |leggi"
     r"|leia|lees ook|voir aussi|ver m[aá]s|hier klicken|cliquez|haga clic"),
)  # fmt: skip
_ORDER = [(span_class, re2.compile(rf"(?i)^\W*(?:{words})(?:\P{{L}}|$)")) for span_class, words in _ORDERS]
_PICTURE = r"(?:featured |header |main |file |stock )?(?:photo|photograph|image|picture|foto|bild|imagen|immagine|imagem)s?"
_LABELS: tuple[tuple[SpanClass, str], ...] = (
    (SpanClass.CAPTION, rf"{_PICTURE}(?:\W*|\W+(?:by|from|via|credit|source|courtesy|copyright)(?:\P{{L}}.*)?)"),
    (SpanClass.RELATED, r"(?:video|audio|podcast|gallery|slide ?show|photos|graphic|infographic|vid[eé]o|galerie|galer[ií]a)s?\W*"),
)
_LABEL = [(span_class, re2.compile(rf"(?i)^\W*(?:{words})$")) for span_class, words in _LABELS]
_ADDRESS = re2.compile(r"(?i)\b[\w.+-]+@[\w-]+\.\w")
_LINK = re2.compile(r"(?i)(?:https?://|www\.|(?:^|\s)@\w{2,}|[»›→▸►]\s*$|^\s*[×→▸►])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One that agrees: its name, why in words, and the class that it speaks for, None where it knows none."""

    name: str
    why: str
    span_class: SpanClass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A line that repeats: how it reads, its occurrences, and the publisher's counts that they are of."""

    line: Line
    occurrences: Sequence[Occurrence]
    counts: PublisherCounts

    def share(self, holds: Callable[[Occurrence], bool]) -> float:
        """Give the share of occurrences of which something holds."""
        return share_of(self.occurrences, holds)

    @property
    def side(self) -> str | None:
        """Head or tail, where it stands on one side of all prose, nearly always."""
        place, count = Counter(occurrence.place for occurrence in self.occurrences).most_common(1)[0]
        return place if place != "inside" and count >= MOSTLY * len(self.occurrences) else None

    @property
    def reads_as_prose(self) -> bool:
        """Whether it is a sentence or a paragraph, which a body may repeat."""
        return self.line.is_sentence or self.line.is_prose


def share_of(occurrences: Sequence[Occurrence], holds: Callable[[Occurrence], bool]) -> float:
    """Give the share of occurrences of which something holds."""
    return sum(map(holds, occurrences)) / len(occurrences)


class Vocabulary:
    """The words of the packaged rules, looked for anywhere within a line and in any zone; their guards still hold."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._patterns = [
            (rule, re2.compile(("" if rule.case else "(?i)") + pattern), [re2.compile(f"(?i){u}") for u in rule.unless])
            for rule in rules
            if rule.span_class not in _SHAPES
            for pattern in rule.patterns
        ]

    def find(self, text: str) -> tuple[Rule, str] | None:
        """Give the first rule whose words are much of a line, three or more of them or half of it, and those words."""
        for rule, pattern, unless in self._patterns:
            match = pattern.search(text) if len(text) <= rule.max_length else None
            if match and _is_much(text, match) and not any(barrier.search(text) for barrier in unless):
                return rule, match.group().strip()
        return None


def _is_much(text: str, match: re2._Match[str]) -> bool:
    start, end = match.span()
    cuts_word = (text[start - 1 : start].isalnum() and text[start : start + 1].isalnum()) or (
        text[end - 1 : end].isalnum() and text[end : end + 1].isalnum()
    )
    found = match.group().strip()
    much = len(found.split()) >= _FEWEST_WORDS or len(found) >= _COVERED_SHARE * len(text)
    return bool(found) and not cuts_word and much


def find_signals(evidence: Evidence, vocabulary: Vocabulary) -> list[Signal]:
    """Give the signals that agree, those of its words before those of its surroundings."""
    return [*_wording(evidence, vocabulary), *_surroundings(evidence)]


def _wording(evidence: Evidence, vocabulary: Vocabulary) -> Iterator[Signal]:
    """Look at its words; those of a sentence say nothing where it stands among the prose."""
    text = evidence.line.text
    if evidence.reads_as_prose and evidence.side is None:
        return
    if hit := vocabulary.find(text):
        rule, words = hit
        yield Signal(name="rule_words", why=f"has words of the rule {rule.id}: {words[:60]!r}", span_class=rule.span_class)
    for span_class, pattern in _ORDER:
        if match := pattern.search(text):
            why = f"tells the reader what to do: {match.group().strip()!r}"
            yield Signal(name="order", why=why, span_class=span_class)
            break
    for span_class, pattern in _LABEL:
        if pattern.search(text):
            yield Signal(name="label", why="is the label of a picture or a recording", span_class=span_class)
    if match := _ADDRESS.search(text):
        yield Signal(name="link", why=f"holds an address: {match.group().strip()!r}", span_class=SpanClass.NOTICE)
    elif match := _LINK.search(text):
        yield Signal(name="link", why=f"holds a link or a handle: {match.group().strip()!r}", span_class=SpanClass.RELATED)
    if _is_template(evidence):
        fillings = len({occurrence.digits for occurrence in evidence.occurrences})
        yield Signal(name="template", why=f"differs in its digits alone, {fillings} fillings, outside the prose")


def _is_template(evidence: Evidence) -> bool:
    fillings = {occurrence.digits for occurrence in evidence.occurrences}
    outside = evidence.share(lambda occurrence: occurrence.place != "inside") >= MOSTLY
    return len(fillings) >= _FEWEST_FILLINGS and outside and not evidence.reads_as_prose


def _surroundings(evidence: Evidence) -> Iterator[Signal]:
    side, prose = evidence.side, evidence.reads_as_prose
    enclosed = evidence.share(lambda occurrence: occurrence.is_enclosed)
    if enclosed >= MOSTLY:
        why = f"stands between lines that rules take, in {enclosed:.0%}"
        yield Signal(name="enclosed", why=why, span_class=_class_around(evidence))
    before, after = (_constant(evidence, side) for side in ("before", "after"))
    if (before or after) and (not prose or (before is not None and after is not None)):
        beside = " and ".join(name for name, held in (("before", before), ("after", after)) if held)
        why = f"the line {beside} it is always the same"
        yield Signal(name="same_neighbour", why=why, span_class=_class_around(evidence))
    if side and not prose:
        yield Signal(name="edge", why=f"always at the {side} of the article, and no sentence")


def _constant(evidence: Evidence, side: str) -> str | None:
    """Give the one neighbour that it has on a side, empty for the document's edge; None where it changes."""
    key, count = Counter(getattr(occurrence, side) for occurrence in evidence.occurrences).most_common(1)[0]
    return str(key) if count >= MOSTLY * len(evidence.occurrences) else None


def _class_around(evidence: Evidence) -> SpanClass | None:
    keys = Counter(key for o in evidence.occurrences for key in (o.before, o.after) if key)
    fates = (evidence.counts.fate_of_neighbour(key) for key, _ in keys.most_common(4))
    found = next((SpanClass(fate.partition(" ")[0]) for fate in fates if fate), None)
    return _BESIDE.get(found, found) if found else None
