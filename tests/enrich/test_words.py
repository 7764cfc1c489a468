"""What counts as a word."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ingest.enrich.words import count_words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" - … — ", 0),
        ("The dockers' strike isn't over.", 5),
        ("A well-known 3.5 per cent rise – again", 7),
        ("Забастовка докеров продолжается", 3),
        ("港口罢工继续", 6),
        ("港口 strike 2024", 4),
        ("スト続く", 4),
        ("항만 파업 계속", 3),
        ("إضراب الميناء مستمر", 3),
    ],
)
def test_words(text: str, count: int) -> None:
    """Scripts with spaces count runs of letters, those without count characters."""
    assert count_words(text) == count


@given(words=strategies.lists(strategies.text(alphabet="abcäöüжд", min_size=1)))
def test_the_spacing_does_not_matter(words: list[str]) -> None:
    """Line breaks moved by extraction change no count."""
    assert count_words(" ".join(words)) == count_words("\n\n".join(words)) == len(words)
