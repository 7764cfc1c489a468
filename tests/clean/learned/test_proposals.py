"""What repeats becomes a proposal only where something else agrees."""

from __future__ import annotations

import random

import pytest

from ingest.clean.learned.proposals import LONG_LINE_CHARS
from ingest.model import SpanClass
from tests.clean.learned.outlets import count, propose_for, write_article, write_prose

BACKGROUND = (
    "The dispute began eleven years ago, when the harbour board sold the north quay to a company that wanted to dry "
    "herring there, and the court of Olm has heard it four times since."
)
DISCLAIMER = (
    "Marsh Echo is printed on the mill's own paper by four people and a horse, none of whom is answerable for the "
    "weather, for the price of herring, for the tides or for what the letters page says of the mayor, his brother, the "
    "bell, the brass band and the brewery in any week of any year, be it a leap year or none."
)


@pytest.mark.parametrize(
    ("line", "signal", "span_class"),
    [
        ("Scroll past the picture for the tide table", "order", SpanClass.RELATED),
        ("Photo", "label", SpanClass.CAPTION),
        ("Bild via Hafenarchiv", "label", SpanClass.CAPTION),
        ("The tide tables are at www.tides.example", "link", SpanClass.RELATED),
        ("Add your name to the Echo's harbour petition", "order", SpanClass.ADVERT),
    ],
)
def test_chrome_among_the_prose_is_known_by_its_words(line: str, signal: str, span_class: SpanClass) -> None:
    """What stands anywhere has no place to tell it by."""
    proposal = propose_for(lambda seed: write_article(seed, among=[line]))[line]
    assert signal in {each.name for each in proposal.signals}
    assert (proposal.span_class, proposal.documents, proposal.of) == (span_class, 12, 12)
    assert proposal.would_change == 12
    assert proposal.covered_by is None


def test_short_line_at_the_edge_is_proposed_by_its_place() -> None:
    """A footer's label says nothing that a rule knows."""
    proposals = propose_for(lambda seed: write_article(seed, tail=["Marsh Echo harbour pages"]))
    proposal = proposals["Marsh Echo harbour pages"]
    assert [each.name for each in proposal.signals] == ["edge"]
    assert (proposal.side, proposal.places) == ("tail", {"tail": 12})


def test_digits_are_masked() -> None:
    """Counters differ on every page and are one line."""
    proposals = propose_for(lambda seed: write_article(seed, head=[f"{seed + 2} min, {seed * 7} voices"]))
    (proposal,) = proposals.values()
    assert proposal.documents == 12
    assert "template" in {each.name for each in proposal.signals}
    assert {example.text for example in proposal.examples if example.text} <= {
        f"{seed + 2} min, {seed * 7} voices" for seed in range(12)
    }


@pytest.mark.parametrize(
    "line",
    ["What the council said", "Background", "Ingredients", "Day 2", "The inquest continues.", BACKGROUND, "* * *"],
)
def test_subheads_and_formulas_of_the_body_are_not_proposed(line: str) -> None:
    """They repeat too: a second signal is asked for so that they stay."""
    assert propose_for(lambda seed: write_article(seed, among=[line])) == {}


def test_sentence_that_ends_every_article_stays() -> None:
    """A court report closes with the same sentence each day; a place alone never takes a sentence."""
    assert propose_for(lambda seed: write_article(seed, tail=["The hearing continues on Monday."])) == {}


def test_subhead_above_the_last_paragraph_stays() -> None:
    """It is near the end and before prose."""

    def write(seed: int) -> str:
        return write_article(seed, tail=["What happens now", write_prose(random.Random(seed + 1000))])

    assert propose_for(write) == {}


def test_long_line_needs_two_signals() -> None:
    """Over 200 characters repetition with one more sign is not enough: a paragraph may be printed again."""
    assert len(DISCLAIMER) > LONG_LINE_CHARS
    assert propose_for(lambda seed: write_article(seed, tail=[DISCLAIMER])) == {}
    proposals = propose_for(lambda seed: write_article(seed, tail=["Marsh Echo harbour pages", DISCLAIMER]))
    assert DISCLAIMER not in proposals
    linked = f"Read more at www.echo.example: {DISCLAIMER}"
    assert {each.name for each in propose_for(lambda s: write_article(s, tail=[linked]))[linked].signals} >= {
        "order",
        "link",
    }


def test_too_few_documents_propose_nothing() -> None:
    """Two pages, or fewer than one in twenty, are no habit."""
    line = "Scroll past the picture for the tide table"
    assert propose_for(lambda seed: write_article(seed, among=[line] if seed < 2 else [])) == {}
    assert propose_for(lambda seed: write_article(seed, among=[line] if seed < 3 else []), documents=61) == {}
    assert line in propose_for(lambda seed: write_article(seed, among=[line] if seed < 3 else []), documents=60)


def test_what_rules_take_already_is_told() -> None:
    """Who looks for a line finds it, with the rule that takes it and nothing to change."""
    proposals = propose_for(
        lambda seed: write_article(seed, tail=[f"© {2000 + seed} Marsh Echo. All rights reserved."])
    )
    (proposal,) = proposals.values()
    assert proposal.covered_by == "copyright.notice"
    assert (proposal.span_class, proposal.would_change, proposal.documents) == (SpanClass.COPYRIGHT, 0, 12)


def test_copies_of_one_article_are_one() -> None:
    """Four captures of one story must not make its paragraphs repeat."""
    article = write_article(1, among=["Scroll past the picture for the tide table"])
    copies = [
        article,
        f"{article}\n\nThe mayor could not be reached.",
        article.replace("Ledger", "Book"),
        article[:900],
    ]
    counts = count(copies)
    assert [document.is_copy for document in counts.documents] == [False, True, True, True]
    assert len(counts.originals) == 1
