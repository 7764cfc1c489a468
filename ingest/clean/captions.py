"""From a caption or a credit, as it stood, to its record."""

from __future__ import annotations

import re

from ingest.clean.agencies import name_agency
from ingest.model import Caption, Credit

_LABELLED = re.compile(
    r"(?i)\(?\b(?:photos?|photograph(?:s|ed)?|pictures?|images?|credits?|foto|bild|video|illustration|media)"
    r"(?: credits?| courtesy(?: of)?| by)?"
    r"\s*(?:[:|/]|by\b|copyright\b)\s*([^()\n]+?)\)?$"
)
_PHOTO_BY = re.compile(r"(?i)\(([^()/]+ (?:photos?|images?|pictures?|pool|foto) ?/ ?[^()]+)\)$")
_COPYRIGHT = re.compile(r"(?i)image copyright\s+(.+?)\s+image caption\s+(.+)$")
_SIGNED = re.compile(r"©\s*(.+?)\s*$")
_PARENTHESIS = re.compile(r"\(([^()]*(?:/|\bvia\b|\bphoto\b|\bimages\b)[^()]*)\)\s*$", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:^|[.|]\s+)((?:[\w.&' -]+/)*[\w.&' -]*"
    r"(?:Getty Images|AFP|Reuters|REUTERS|AP Photo|EPA|Shutterstock|iStock)[\w/ .&-]*)$"
)
_PHOTO_SLASH = re.compile(r"([A-Z]{2,5} PHOTO\s*/.+)$")
_MOST_CREDIT_CHARS = 60
_CREDIT = re.compile(
    r"(?i)^(?:getty|reuters|afp|ap|epa|pa|dpa|associated press|i?stock|shutterstock|alamy|file|copyright)\b"
)


def read_caption(text: str) -> Caption:
    """Read a caption: its words and, where it names one, its credit."""
    text = " ".join(text.split())
    if match := _COPYRIGHT.search(text):
        return Caption(text=match[2], credit=match[1])
    for pattern in (_PHOTO_BY, _LABELLED, _SIGNED, _PARENTHESIS, _PHOTO_SLASH, _TAIL):
        if match := pattern.search(text):
            credit = match[1].strip(" /").removeprefix("(")
            words = text[: match.start()].rstrip(" .|-(")
            return Caption(text=words or credit, credit=credit)
    return Caption(text=text)


def is_credit(line: str) -> bool:
    """Tell whether a line is a credit and nothing else."""
    return len(line) <= _MOST_CREDIT_CHARS and _CREDIT.search(line) is not None


def read_credit(text: str) -> Credit:
    """Read a reporting credit: as it stood, with the agency where it names one."""
    text = " ".join(text.split())
    return Credit(text=text, agency=name_agency(text))
