"""Two habits of cleaning scraped lines, written from their descriptions: ad hoc expressions, and the rules of C4."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

_NAIVE = re.compile(
    r"(?i)copyright|©|all rights reserved|^\W*(?:share|tweet|e-?mail|print|advertisement|comments?|tags?|related)\b"
    r"|follow us|subscribe|sign up|newsletter|read more|click here|cookie|^\W*(?:photo|image|picture)\b"
)
# Raffel et al. 2020, section 2.2, as datatrove and NeMo apply them to lines.
_C4_ENDS = (".", "!", "?", '"', "'", "”")
_C4_FEWEST_WORDS = 3
_C4_POLICY = (
    "terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies", "javascript",
)  # fmt: skip


def keep_by_naive_expressions(lines: Sequence[str]) -> Iterable[str]:
    """Drop each line that a handful of words give away."""
    return [line for line in lines if not _NAIVE.search(line)]


def keep_by_c4_rules(lines: Sequence[str]) -> Iterable[str]:
    """Keep lines of three words or more that end as sentences do and are not about policies or JavaScript."""
    return [line for line in lines if _is_kept_by_c4(line.strip())]


def _is_kept_by_c4(line: str) -> bool:
    ended = line.endswith(_C4_ENDS) and not line.endswith("...")
    return ended and len(line.split()) >= _C4_FEWEST_WORDS and not any(term in line.lower() for term in _C4_POLICY)


LINE_RULES: Mapping[str, Callable[[Sequence[str]], Iterable[str]]] = {
    "naive regular expressions": keep_by_naive_expressions,
    "C4 line rules": keep_by_c4_rules,
}
