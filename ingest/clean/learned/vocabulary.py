"""The words by which chrome is known wherever it stands: those of the rules, orders to the reader, labels, links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import re2

from ingest.clean.rulepack import Rule
from ingest.model import SpanClass

_FEWEST_WORDS = 3
_COVERED_SHARE = 0.5
# Their patterns say how a line is built (a name, a label and a colon), not what it is about.
_SHAPES = (SpanClass.BYLINE, SpanClass.CAPTION, SpanClass.CREDIT, SpanClass.METADATA, SpanClass.TAGS)

# What a page tells its reader to do, by what comes of it. What an order is about differs by outlet.
_ORDERS = {
    SpanClass.SHARE: """
        share|tweet|like us|follow|join (?:us|the conversation)|partager|partagez|teilen|compart[ae]|condividi|suivez
        |folgen sie|s[ií]guenos|seguici|siga
    """,
    SpanClass.NEWSLETTER: """
        sign ?up|subscribe|get (?:the|our|your) [^.]*(?:newsletter|inbox|app|alerts?)|abonnieren|abonnez|inscrivez
        |suscr[ií]b[ea]|iscriviti|assine|inscreva|newsletter
    """,
    SpanClass.PAYWALL: """
        log ?in|sign in|register|already a (?:subscriber|member)|create an account|anmelden|connectez
    """,
    SpanClass.ADVERT: """
        donate|support (?:us|our|independent|local)|add your name|buy|order (?:now|your)|shop|download|spenden
        |faites un don|jetzt
    """,
    SpanClass.NOTICE: """
        e-?mail (?:us|the|your)|contact|call us|send us|write to|report an?|do you have|got a|have you|please
    """,
    SpanClass.RELATED: """
        click|tap|scroll|swipe|read (?:more|next|also|the full|our)|see (?:also|more|all)|view|watch|listen
        |find out more|learn more|more (?:on|from|about)|for more|don't miss|check out|lesen sie|mehr zum|lire|lee
        |leggi|leia|lees ook|voir aussi|ver m[aá]s|hier klicken|cliquez|haga clic
    """,
}
_PICTURE = (
    "(?:featured |header |main |file |stock )?(?:photo|photograph|image|picture|foto|bild|imagen|immagine|imagem)s?"
)
_LABELS = {
    SpanClass.CAPTION: rf"{_PICTURE}(?:\W*|\W+(?:by|from|via|credit|source|courtesy|copyright)(?:\P{{L}}.*)?)",
    SpanClass.RELATED: r"(?:video|audio|podcast|gallery|slide ?show|graphic|vid[eé]o|galerie|galer[ií]a)s?\W*",
}


def _join(words: str) -> str:
    return "".join(line.strip() for line in words.splitlines())


_ORDER = [
    (span_class, re2.compile(rf"(?i)^\W*(?:{_join(words)})(?:\P{{L}}|$)")) for span_class, words in _ORDERS.items()
]
_LABEL = [(span_class, re2.compile(rf"(?i)^\W*(?:{words})$")) for span_class, words in _LABELS.items()]
_ADDRESS = re2.compile(r"[\w.+-]+@[\w-]+\.\w[\w.]*\w")
_LINK = re2.compile(r"(?i)(?:https?://\S+|www\.\S+|(?:^|\s)@\w{2,}|[»›→▸►]\s*$|^\s*[×→▸►])")


class Vocabulary:
    """The words of rules, looked for anywhere within a line and in any zone; the rules' guards still hold."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._patterns = [
            (rule, _compile(rule, pattern), [_compile(rule, barrier) for barrier in rule.unless])
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


def find_order(text: str) -> tuple[SpanClass, str] | None:
    """Give what a line that begins with an order to the reader is, and the order."""
    found = ((span_class, pattern.search(text)) for span_class, pattern in _ORDER)
    return next(((span_class, match.group().strip()) for span_class, match in found if match), None)


def find_label(text: str) -> SpanClass | None:
    """Tell of what a line is the label, where it is no more than that."""
    return next((span_class for span_class, pattern in _LABEL if pattern.search(text)), None)


def find_address(text: str) -> str | None:
    """Give the first mail address of a line."""
    match = _ADDRESS.search(text)
    return str(match.group()) if match else None


def find_link(text: str) -> str | None:
    """Give the first web address, handle or arrow of a line."""
    match = _LINK.search(text)
    return str(match.group()).strip() if match else None


def _compile(rule: Rule, pattern: str) -> Any:
    return re2.compile(pattern if rule.case else f"(?i){pattern}")


def _is_much(text: str, match: Any) -> bool:
    start, end = match.span()
    found = match.group().strip()
    cuts_word = any(text[max(0, at - 1) : at].isalnum() and text[at : at + 1].isalnum() for at in (start, end))
    much = len(found.split()) >= _FEWEST_WORDS or len(found) >= _COVERED_SHARE * len(text)
    return bool(found) and not cuts_word and much
