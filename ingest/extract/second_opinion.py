"""A second word on each block of text: readability's, which judges containers where trafilatura judges blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from lxml.html import HtmlElement
from trafilatura.external import try_readability

from ingest.extract.origins import words_of

MIN_SHARE_KEPT = 2 / 3
MIN_LEAD_CHARACTERS = 100

Kind = tuple[str, str, str, str]


def trim_unconfirmed(text: str, tree: HtmlElement, index: Mapping[str, HtmlElement]) -> str:
    """Leave out what follows the last line that readability's choice holds, and short lines before the first.

    A line counts as held where it is an element of the same kind as a held one (same tag, in a parent of the same tag,
    class and id); `index` maps words to elements. Where more than a third would go, the two disagree on what the
    article is: all stays. The tree is used up.
    """
    lines = text.split("\n")
    words = [words_of(line) for line in lines]
    kinds = {line: kind for line in words if line in index and (kind := _kind_of(index[line])) is not None}
    if _is_whole(words, kinds):
        return text
    held = _find_held(words, kinds, tree)
    if not held:
        return text
    lead = [line for line in lines[: held[0]] if len(line) >= MIN_LEAD_CHARACTERS]
    kept = [*lead, *lines[held[0] : held[-1] + 1]]
    return "\n".join(kept) if _length(kept) >= MIN_SHARE_KEPT * _length(lines) else text


def _is_whole(lines: Sequence[str], kinds: Mapping[str, Kind]) -> bool:
    """Tell whether the text begins and ends with the kind of element that most of it is: no need to ask further."""
    lengths: Counter[Kind] = Counter()
    for line in lines:
        if line in kinds:
            lengths[kinds[line]] += len(line)
    if not lengths:
        return False
    [(main, _)] = lengths.most_common(1)
    return kinds.get(lines[0]) == main == kinds.get(lines[-1])


def _find_held(lines: Sequence[str], kinds: Mapping[str, Kind], tree: HtmlElement) -> list[int]:
    """Give the places of the lines that readability holds, or that are of a kind with those."""
    choice = f" {words_of(' '.join(try_readability(tree).itertext()))} "
    confirmed = {line for line in lines if line and f" {line} " in choice}
    trusted = {kinds[line] for line in confirmed if line in kinds}
    return [place for place, line in enumerate(lines) if line in confirmed or kinds.get(line) in trusted]


def _kind_of(element: HtmlElement) -> Kind | None:
    parent = element.getparent()
    if parent is None:
        return None
    return str(element.tag), str(parent.tag), parent.get("class") or "", parent.get("id") or ""


def _length(lines: Sequence[str]) -> int:
    return sum(map(len, lines))
