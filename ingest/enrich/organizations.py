"""Organisations: known ones, and those whose last word or office tells what they are."""

from __future__ import annotations

import re

from ingest.enrich.gazetteer import Gazetteer
from ingest.enrich.spot import BEFORE, OPENERS, Found, Spot

OF_NAME = re.compile(r" of ([A-ZÀ-Þ]\w+(?: [A-ZÀ-Þ]\w+){0,2})")
OF_OFFICE = re.compile(r" of ([A-ZÀ-Þ]\w+(?:(?: and)? [A-ZÀ-Þ]\w+){0,2})")
"""A ministry has several subjects; two universities are two."""
OFFICES = frozenset(("Ministry", "Department"))
NO_BEGINNING = frozenset({"The", "A", "An", "Our", "State", "National", "His", "Her"})


def take_organization(spot: Spot, known: Gazetteer, found: Found) -> int:
    """Take a known organisation, or one that its last word or its office tells; give its length, 0 for none."""
    for name in known.organizations.get(spot.word, ()):
        if spot.matches(name):
            found.organizations.setdefault(name)
            return len(name)
    of_name = OF_OFFICE if spot.word in OFFICES else OF_NAME
    if spot.word in known.of and (more := of_name.match(spot.text, spot.start + len(spot.word))):
        if not spot.neighbour or spot.neighbour in OPENERS | {"The"}:
            name = f"{spot.word}{more[0]}"
            found.organizations.setdefault(name)
            return len(name)
    elif spot.word in known.suffixes and (name := look_back(spot)):
        found.organizations.setdefault(name)
    return 0


def look_back(spot: Spot) -> str:
    """Give the organisation that ends here: its last word and up to three capitalised words before."""
    words: list[str] = []
    before = spot.text[max(0, spot.start - 2 * BEFORE) : spot.start].rpartition("\n")[2]
    for word in reversed(before.rstrip(" ").removesuffix(",").split(" ")[-3:]):
        if not word[:1].isupper() or word in OPENERS or not word.replace("'", "").replace("-", "").isalnum():
            break
        words.append(word)
    while words and words[-1] in NO_BEGINNING:
        words.pop()
    return " ".join([*reversed(words), spot.word]) if words else ""
