"""Places: known ones whose surroundings name no person, club or street, each with its country."""

from __future__ import annotations

import re

from ingest.enrich.gazetteer import Gazetteer, PlaceName
from ingest.enrich.spot import NEXT_CAPITAL, OPENERS, Found, Spot

MORE_WORDS = re.compile(r"(?: [A-Z]\w+){0,2}")
IN_PAIR = re.compile(r", ((?:[A-Z][\w.]*)(?: [A-Z]\w*){0,3})")
_STRONG = "in near outside across throughout central downtown inside around northern southern eastern western"
STRONG = frozenset(_STRONG.split())
"""Words that only a place follows."""

WEAK = STRONG | frozenset(["from", "to", "of", "at", "between", "via", "north", "south", "east", "west"])
_BELIEVED = "believe believes believed trust trusts faith confidence interest interested confide signing"
BELIEVED = frozenset(_BELIEVED.split())
"""Words after which `in` is followed by a person."""

_OFFICES = "President Minister Mayor Governor Republic Kingdom City State Government Ambassador Bishop People"
OFFICES = frozenset(_OFFICES.split())
"""Capitalised words before `of` that are no name together with the place."""

DAYS = frozenset(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
_AFTER_US = (
    "President Congress Senate Treasury Secretary Supreme Federal State Department House Vice Attorney Navy Army"
)
AFTER_US = frozenset(_AFTER_US.split())
ADJECTIVAL = frozenset(("US", "UK", "U.S.", "U.K."))


def take_place(spot: Spot, known: Gazetteer, found: Found) -> int:
    """Take a place, whose surroundings name no person, club or street; give its length, 0 for none."""
    if spot.neighbour and spot.neighbour not in OPENERS:
        return 0
    if length := take_pair(spot, known, found):
        return length
    for place in known.places.get(spot.word, ()):
        if spot.matches(place.name):
            if stands_as_place(spot, place):
                found.places.setdefault(place.name, place.country)
            return len(place.name)
    return 0


def take_pair(spot: Spot, known: Gazetteer, found: Found) -> int:
    """Take a city with its region or country after it (`Reading, Pennsylvania`), which say together which one it is."""
    more = MORE_WORDS.match(spot.text, spot.start + len(spot.word))
    end = more.end() if more else spot.start + len(spot.word)
    name, region = spot.text[spot.start : end], IN_PAIR.match(spot.text, end)
    if region is None or (country := known.regions.get(region[1])) is None or country not in known.cities.get(name, ()):
        return 0
    found.places.setdefault(name, country)
    found.places.setdefault(region[1], country)
    return len(name) + len(region[0])


def stands_as_place(spot: Spot, place: PlaceName) -> bool:
    """Tell a place by what stands before and after its name."""
    end = spot.start + len(place.name)
    after = NEXT_CAPITAL.match(spot.text, end)
    if after and not (after[1] in DAYS or (place.name in ADJECTIVAL and after[1] in AFTER_US)):
        return False
    *others, word = spot.words_before() or [""]
    if word == "of" and others and others[-1][:1].isupper() and others[-1] not in OFFICES:
        return False
    return place.cue == 0 or (spot.text[end : end + 2] not in {"'s", "’s"} and is_cued(place, others, word.lower()))


def is_cued(place: PlaceName, others: list[str], word: str) -> bool:
    """Tell whether the word before a place is one that the place needs."""
    if word in STRONG:
        return not (others and others[-1].lower().strip(",.") in BELIEVED)
    return place.cue == 1 and word in WEAK
