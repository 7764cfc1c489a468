"""People: a full name after an office, or a known first name with a surname that the text uses as a person's."""

from __future__ import annotations

import re

from ingest.enrich.gazetteer import Gazetteer
from ingest.enrich.spot import NEXT_CAPITAL, OPENERS, Found, Spot

_PARTICLE = r"(?:de|da|van|von|der|den|bin|al|el|la|le|di|du)(?= [A-ZÀ-Þ])"
_WORD = rf"(?:[A-ZÀ-ÖØ-Þ][\w'’]*[\wà-ÿ](?:-[A-Z]\w+)?|[A-Z]\.|{_PARTICLE})"
FULL_NAME = re.compile(rf"({_WORD})((?: {_WORD}){{1,3}})")
SPEECH = re.compile(
    r",? (?:said|says|told|added|wrote|tweeted|argued|warned|insisted|who|\d\d?,)|, (?:an?|the|his|her|\d\d)\b"
)
"""What follows a person's name: speech, an age, an office."""

USED_WITHIN = 5_000
"""Characters after a name in which its surname is looked for."""


def take_person(spot: Spot, known: Gazetteer, found: Found) -> int:
    """Take the person who is named here; give the length of the name, 0 for none."""
    titled, first = spot.neighbour in known.titles, spot.word in known.first_names
    if not (titled or (first and (not spot.neighbour or spot.neighbour in OPENERS))):
        return 0
    match = FULL_NAME.match(spot.text, spot.start)
    if match is None or is_no_name(match[0], known) or NEXT_CAPITAL.match(spot.text, match.end()) or in_headline(spot):
        return 0
    name = match[0].removesuffix("'s").removesuffix("’s")
    if titled or is_used(name, spot.text, match.end()):
        found.persons.setdefault(name)
        return len(match[0])
    return 0


def is_no_name(words: str, known: Gazetteer) -> bool:
    """Tell words one of which no person's name has, or that belong to somebody (`Mole's Budget`)."""
    *others, last = words.replace("’", "'").split()
    if any(word.endswith("'s") or word in known.titles for word in others):
        return True
    return any(word in known.not_names for word in (*others, last.removesuffix("'s")))


def in_headline(spot: Spot) -> bool:
    """Tell a line in which most words are capitalised: capitals say nothing there."""
    start = spot.text.rfind("\n", 0, spot.start) + 1
    end = spot.text.find("\n", spot.start)
    line = spot.text[start : min(end if end >= 0 else start + 300, start + 300)]
    words = line.split()
    return len(words) > 4 and line[-1:] != "." and sum(word[0].isupper() for word in words) > 0.6 * len(words)


def is_used(name: str, text: str, end: int) -> bool:
    """Tell a name that is a person's: it speaks, has an age or an office, or its surname stands alone later."""
    if SPEECH.match(text, end):
        return True
    surname = name.rpartition(" ")[2]
    again = text.find(surname, end, end + USED_WITHIN)
    return again > 0 and bool(ALONE.match(text, again + len(surname))) and not text[again - 1].isalnum()


ALONE = re.compile(r"(?:['’]s)? [a-z]")
"""A surname goes on with a small letter: it is no longer name."""
