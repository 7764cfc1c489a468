"""The state of the search page: its address. Every link of the page is this address with something changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

Pairs = tuple[tuple[str, str], ...]
# What a link that changes the search leaves behind: the place in the old one.
PLACE = frozenset({"cursor"})
# What the page decides itself.
OWN = frozenset({"facets", "facet_size", "fields", "highlight", "size", "timeline", "significant"})


@dataclass(frozen=True, slots=True)
class PageState:
    """Parameters of a search as pairs, those without a value left out."""

    pairs: Pairs
    path: str = "/"

    @classmethod
    def read(cls, pairs: Iterable[tuple[str, str]], path: str = "/") -> PageState:
        """Take over an address's parameters."""
        return cls(tuple((name, text) for name, text in pairs if text.strip() and name not in OWN), path)

    def get(self, name: str) -> str:
        """Give the last value of a parameter; empty where there is none."""
        return next((text for key, text in reversed(self.pairs) if key == name), "")

    def has(self, name: str, value: str) -> bool:
        """Tell whether a parameter has a value."""
        return (name, value) in self.pairs

    def others(self, names: Iterable[str]) -> Pairs:
        """Give the parameters beside these, to be carried along by a form."""
        left = {*names, *PLACE}
        return tuple(pair for pair in self.pairs if pair[0] not in left)

    def chosen(self) -> Pairs:
        """Give the filters and exclusions."""
        return tuple(pair for pair in self.pairs if pair[0].startswith(("filter.", "exclude.", "missing.")))

    def link(self, changes: Sequence[tuple[str, str]] = ()) -> str:
        """Address the same search with other values; an empty value takes a parameter away."""
        names = [name for name, _ in changes]
        return self._address((*self.others(names), *((name, text) for name, text in changes if text)))

    def toggle(self, name: str, value: str) -> str:
        """Address the same search with a value of a parameter that may repeat put in, or taken out."""
        kept = tuple(pair for pair in self.others(()) if pair != (name, value))
        return self._address(kept if self.has(name, value) else (*kept, (name, value)))

    def page(self, cursor: str) -> str:
        """Address the page of hits at a cursor."""
        return self._address((*self.others(()), ("cursor", cursor)))

    def at(self, path: str, changes: Sequence[tuple[str, str]] = ()) -> str:
        """Address the same search at another path: as a feed, or as an export."""
        return PageState(self.pairs, path).link(changes)

    def _address(self, pairs: Pairs) -> str:
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path
