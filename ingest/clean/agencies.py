"""Which agency a credit, a byline or the dateline of an article names."""

from __future__ import annotations

import re

_AGENCIES = {
    "The Associated Press": re.compile(r"\bAssociated Press\b|\bAP\b"),
    "Reuters": re.compile(r"(?i)\breuters\b"),
    "AFP": re.compile(r"\bAFP\b|Agence France-Presse"),
    "PA": re.compile(r"\bPA\b|Press Association"),
    "dpa": re.compile(r"\bdpa\b|\bDPA\b"),
    "EPA": re.compile(r"\bEPA\b"),
    "Bloomberg": re.compile(r"\bBloomberg\b"),
    "UPI": re.compile(r"\bUPI\b"),
    "EFE": re.compile(r"\bEFE\b"),
    "ANSA": re.compile(r"\bANSA\b"),
    "Xinhua": re.compile(r"(?i)\bxinhua\b"),
    "TASS": re.compile(r"\bTASS\b"),
    "Kyodo": re.compile(r"(?i)\bkyodo\b"),
    "ANI": re.compile(r"\bANI\b"),
    "PTI": re.compile(r"\bPTI\b"),
    "IANS": re.compile(r"\bIANS\b"),
    "AAP": re.compile(r"\bAAP\b"),
}
# `LOMERIA, May 3 (Wirebird) - ` and `(Wirebird) `: the place, perhaps a day, and the agency in brackets.
_DATELINE = re.compile(
    r"^(?:[^\n()]{1,60}\(([^()\n]{2,40})\)\s{0,3}[-\u2013\u2014:]|\(([^()\n]{2,40})\)\s)", re.MULTILINE
)
_HEAD_CHARACTERS = 1000
_HEAD_LINES = 6


def name_agency(text: str) -> str | None:
    """Name the first agency that a credit, a byline or a holder of rights mentions."""
    return next((name for name, pattern in _AGENCIES.items() if pattern.search(text)), None)


def read_dateline_agency(body: str) -> str | None:
    """Name the agency that stands in brackets after the place, in one of a body's first lines."""
    head = "\n".join(body[:_HEAD_CHARACTERS].splitlines()[:_HEAD_LINES])
    return next((name for match in _DATELINE.finditer(head) if (name := name_agency(match[1] or match[2]))), None)
