"""From a byline to the authors that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BY = re.compile(
    r"(?i)^\W*(?:(?:article |story |text )?(?:written |reported |posted |words )?by|von|par|por|di|door"
    r"|author:?|about|write to)[\s:]+(?=\S)"
)
_WITHIN = re.compile(r"(?i)\b(?:article |story )?written by\s+(?=\S)")
_STOP = re.compile(r"\s*(?:[|•·\n\d(@:;]|\s[-–—]\s|,\s|\b(?:for|in|at|special to|The|Follow|is|was|can|has)\b)")
_AND = re.compile(r"\s*(?:,|&|\band\b|\bund\b|\bet\b|\by\b|\be\b|\ben\b)\s*")
_NAME = re.compile(r"(?:[^\W\d_]\.?[\w'’.-]*\s+){1,3}[^\W\d_][\w'’.-]+")
_WORD = r"[^\W\d_a-zà-ÿ][\w'’-]+"
_NAMED = rf"{_WORD}(?: [^\W\d_a-zà-ÿ]\.)?(?: (?:de|la|van|von|der|den|bin|al|el|di|da))* {_WORD}"
_OFFICE = "editor|correspondent|reporter|writer|columnist|analyst|journalist|critic"
_SIGNED = re.compile(
    rf"({_NAMED})(?:,|\s[-–—|])? (?:[\w'’&-]+ ){{0,4}}(?i:{_OFFICE})$"
    rf"|({_NAMED}(?: {_WORD})?)$"
)
_OUTLET = re.compile(r"\b(?:Times|Post|Gazette|Herald|Tribune|Daily|Weekly|Journal|Chronicle|Magazine|Online)\b")
_AGENCY = re.compile(
    r"(?i)\b(?:reuters|afp|press|agenc(?:y|ies)|staff|editor|correspondent|reporter|writer|desk|team|news|with)\b"
)


def read_authors(byline: str) -> tuple[str, ...]:
    """Give the persons that a byline names; none where it names an agency or says something else."""
    return tuple(dict.fromkeys(name for line in byline.splitlines() for name in _read_line(line)))


def _read_line(line: str) -> Iterator[str]:
    match = _BY.search(line.strip()) or _WITHIN.search(line)
    if match is None:
        return
    rest = match.string[match.end() :]
    for part in _AND.split(rest)[:6]:
        name = _NAME.match(_STOP.split(part + " ", maxsplit=1)[0].strip(" ,."))
        if name is None or not all(word[:1].isupper() for word in name[0].split()[::3]):
            break
        shortened = _dedupe(name[0])
        if not _AGENCY.search(shortened):
            yield shortened


def read_signature(line: str) -> tuple[str, ...]:
    """Give the person whose name alone, or with an office after it, is a line (`Ann Lee Markets editor`)."""
    if (match := _SIGNED.match(line.strip())) is None:
        return ()
    name = match[1] or match[2]
    return () if _AGENCY.search(name) or _OUTLET.search(name) else (name,)


def _dedupe(name: str) -> str:
    """Undo a name run into itself (`Ann Lee Ann Lee`)."""
    words = name.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half and words[:half] == words[half:] else name
