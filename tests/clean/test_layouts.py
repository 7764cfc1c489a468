"""Whole pages of invented outlets, in several languages and layouts: what is chrome goes, the article stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.clean.cleaner import clean_text
from ingest.clean.settings import CleanSettings

FOLDER = Path(__file__).parent / "layouts"
PAGES = sorted(path.stem for path in FOLDER.glob("*.txt"))
MOST_LEFT = 0.1


def read_page(name: str) -> tuple[list[str], list[str]]:
    """Give the lines of a page, and those of them that are its article (`+`)."""
    marked = [line for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines() if line]
    return [line[2:] for line in marked], [line[2:] for line in marked if line.startswith("+")]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_cleaned(name: str, gap: str) -> None:
    """Not a line of the article is lost, and at most a tenth of what is around it stays."""
    lines, article = read_page(name)
    kept = [line.strip() for line in clean_text(gap.join(lines), CleanSettings()).body.splitlines() if line.strip()]
    assert [line for line in article if line not in kept] == []
    left = [line for line in kept if line not in article]
    chrome = [line for line in lines if line not in article]
    assert sum(map(len, left)) <= MOST_LEFT * sum(map(len, chrome)), left
