"""Lines brought to one form, so that the same chrome counts as the same line: folded, in lower case, digits masked."""

from __future__ import annotations

import hashlib
import re

from ingest.clean.lines import fold

# What the matcher lets stand before a line, and blanks around it.
_BULLETS = "•◦▪·*»>|#- "
_DIGITS = re.compile(r"\d+")
_LONGEST_KEY = 100


def normalise(text: str) -> str:
    """Give a line's common form: blanks, quotes and dashes folded, small letters, each run of digits a 0."""
    return _DIGITS.sub("0", " ".join(fold(text).lstrip(_BULLETS).casefold().split()))


def digest_line(text: str) -> str:
    """Give the key of a line's common form: 12 hexadecimal digits."""
    return hashlib.blake2b(normalise(text).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def digest_digits(text: str) -> str:
    """Tell fillings of a line's masked digits apart: 4 hexadecimal digits, empty where it has none."""
    digits = _DIGITS.findall(text)
    return hashlib.blake2b(" ".join(digits).encode(), digest_size=2).hexdigest() if digits else ""


def name_publisher(domain: str | None, publisher: str | None) -> str | None:
    """Name whose page it is: the registrable domain, else the publisher's name in letters, digits and hyphens."""
    if domain:
        return domain.casefold()
    words = "".join(char if char.isalnum() else " " for char in (publisher or "")[:_LONGEST_KEY].casefold()).split()
    return "-".join(words) or None
