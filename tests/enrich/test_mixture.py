"""Which other languages a text is said to hold."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ingest.enrich.language import detect_language, find_language, load_detector
from ingest.enrich.mixture import MARKS, PIECE_CHARACTERS, cut_pieces, find_others
from ingest.enrich.settings import LanguageSettings
from ingest.model import Language
from tests.enrich.records import article, cleaning, page
from tests.enrich.test_enrichers import draft
from tests.enrich.test_language import SAMPLES

SETTINGS = LanguageSettings()
PARAGRAPH = {code: " ".join([sample] * 3) for code, sample in SAMPLES.items()}


def others(text: str, main: str = "en") -> tuple[str, ...]:
    """Find the other languages of a text."""
    return find_others(text, main, load_detector().detect, SETTINGS)


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_a_text_in_one_language_is_not_mixed(code: str) -> None:
    """Precision first: the flag sends a person to look."""
    assert others("\n\n".join([PARAGRAPH[code]] * 6), code) == ()


@pytest.mark.parametrize("code", sorted(SAMPLES.keys() - {"en"}))
@pytest.mark.parametrize("join", ["\n\n", " "], ids=["paragraphs", "one line"])
def test_a_third_in_another_language_is_told(code: str, join: str) -> None:
    """By paragraphs, and where extraction ran them into one line."""
    size = len(PARAGRAPH["en"])
    other = [PARAGRAPH[code] * (-(-size // len(PARAGRAPH[code])))] * 4
    text = join.join([PARAGRAPH["en"]] * 8 + other)
    assert others(text)[:1] == (code,)


def test_a_quotation_is_no_mixture() -> None:
    """A sentence in another language belongs to the article's own language."""
    assert others("\n".join([*[PARAGRAPH["en"]] * 5, SAMPLES["fr"], *[PARAGRAPH["en"]] * 5])) == ()


def test_names_are_no_language() -> None:
    """The line-ups of a match are in no language, whatever their names sound like."""
    names = "Marchetti, Dal Ponte, Rossini, De Rosa, Bellandi, Cavalli, Montanelli, Ferrante, Di Luca, Parisi, Bruni"
    assert others("\n".join([*[PARAGRAPH["en"]] * 2, *[names] * 4])) == ()


def test_the_flag_stands_beside_the_language() -> None:
    """The main language is the one that most of the text is in, and the setting switches the search off."""
    body = "\n".join([PARAGRAPH["de"]] * 3 + [PARAGRAPH["fr"]] * 6)
    source = draft(article(page(), cleaning(body)))
    found = find_language(source, SETTINGS).metadata.language
    assert (found.code, found.others, found.mixed) == ("fr", ("de",), True)
    assert find_language(source, LanguageSettings(find_mixed=False)).metadata.language.others == ()


def test_every_language_has_its_marks() -> None:
    """A language without marks has each of its parts asked about, which is slow; these are the detector's languages."""
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    assert MARKS.keys() == set(factory.get_lang_list())


def test_the_detector_is_rarely_asked() -> None:
    """A long text in one language costs one look a piece, and a hostile one a bounded number of questions."""
    asked: list[str] = []

    def ask(piece: str) -> Language:
        asked.append(piece)
        return Language(code="xx", confidence=1.0)

    find_others("\n".join([PARAGRAPH["en"]] * 100), "en", ask, SETTINGS)
    assert asked == []
    find_others("qwx zrt " * 100_000, "en", ask, SETTINGS)
    assert 0 < len(asked) <= 41


@given(text=strategies.text(alphabet=strategies.sampled_from("ab \n"), max_size=3_000))
def test_pieces_are_bounded_and_lose_only_short_rests(text: str) -> None:
    """Whatever the lines are, no piece is long."""
    pieces = list(cut_pieces(text))
    assert all(len(piece) <= PIECE_CHARACTERS + 200 for piece in pieces)
    assert sum(map(len, pieces)) <= 2 * len(text) + 3 * text.count("\n") + 3


def test_the_middle_and_the_end_are_read() -> None:
    """A foreign quotation at the head of an article is not its language."""
    body = f"{SAMPLES['fr']}\n" + "\n".join([PARAGRAPH["en"]] * 10)
    assert detect_language(body, SETTINGS).code == "en"
