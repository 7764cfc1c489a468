"""How sites ask to be kept out of training: for a whole host, in an answer's headers, in a page's head."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ingest.sources.robots import Robots
from ingest.sources.tdm import TdmFile

RESERVATION = "tdm-reservation"
_RESERVED = {"0": False, "1": True}
_REFUSALS = frozenset({"noai", "noimageai", "notrain"})


@dataclass(frozen=True, slots=True)
class OptOuts:
    """What is asked in one place or several: `refusals` as `place:word`, and what is said of mining.

    `reserved` is None where nothing is; `reserved_by` is the place that says it.
    """

    refusals: tuple[str, ...] = ()
    reserved: bool | None = None
    reserved_by: str = ""

    def then(self, nearer: OptOuts) -> OptOuts:
        """Add what is said nearer to a page; of several words on mining the nearest counts, as the protocol says."""
        said = self if nearer.reserved is None else nearer
        refusals = tuple(dict.fromkeys((*self.refusals, *nearer.refusals)))
        return OptOuts(refusals, said.reserved, said.reserved_by)

    @property
    def names(self) -> tuple[str, ...]:
        """Name what asks to be kept out, as it is recorded."""
        return (*self.refusals, f"{self.reserved_by}:{RESERVATION}") if self.reserved else self.refusals


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What a host asks of its visitors."""

    robots: Robots = field(default_factory=Robots)
    tdm: TdmFile = field(default_factory=TdmFile)

    def opt_outs(self, url: str) -> OptOuts:
        """Give what the host asks for one of its addresses."""
        return OptOuts(tuple(self.robots.opt_outs(url)), self.tdm.reserves(url), "tdmrep")


def header_opt_outs(headers: Mapping[str, str]) -> OptOuts:
    """Read an answer's headers; their names are in lower case."""
    return _read("header", headers.get(RESERVATION, ""), headers.get("x-robots-tag", ""))


def meta_opt_outs(elements: Iterable[Mapping[str, str]]) -> OptOuts:
    """Read the attributes of a page's meta elements."""
    found = OptOuts()
    for said in elements:
        name, content = said.get("name", "").lower(), said.get("content", "")
        if name == RESERVATION:
            found = found.then(_read("meta", content, ""))
        elif name == "robots":
            found = found.then(_read("meta", "", content))
    return found


def _read(place: str, reservation: str, robots: str) -> OptOuts:
    refusals = tuple(dict.fromkeys(f"{place}:{word}" for word in _words(robots)))
    return OptOuts(refusals, _RESERVED.get(reservation.strip()), place)


def _words(value: str) -> Iterator[str]:
    yield from (word for word in re.split(r"[\s,:]+", value.lower()) if word in _REFUSALS)
