"""Articles that came as one line: captions, credits and teasers are found within it, prose is not."""

from __future__ import annotations

import pytest

from ingest.clean.cleaner import clean_text
from ingest.clean.sentences import find_seam, find_stop, sentence_start
from ingest.clean.settings import CleanSettings
from ingest.model import SpanClass

SETTINGS = CleanSettings()
BEFORE = (
    "The ferry to the outer islands sailed again on Tuesday for the first time since the storm of November. Its "
    "captain said that she had missed the sound of the engine more than she had expected. Schools on the islands "
    "were closed."
)
AFTER = (
    "The owners spent four months on the hull and the ramp, which had been bent by the ice. A second ship will stay "
    "until the end of the summer, and nobody on the quay wanted to say what will happen after that."
)


def clean_line(*parts: str) -> str:
    """Clean parts run into one line."""
    return clean_text(" ".join(parts), SETTINGS).body


@pytest.mark.parametrize(
    "chrome",
    [
        "Getty Images 4 Skaters on the frozen canal of the old town",
        "Reuters 2 The captain waves to the crowd EPA 2 A brass band on the pier plays for the passengers",
        "Image copyright Fjord Photos Image caption The ramp had been bent by the ice",
        "REUTERS The captain of the ferry waves to the crowd on the pier",
        "Skaters enjoy the frozen canal of the old town (Getty Images)",
        "(Photo: Mira Holm)",
        "(AFP/Getty Images)",
        "Related articles Night boat Ten islands without bread for a month DEEP WATER Why is the ramp so steep?",
        "Ten islands that had no bread for a month Read more",
        "Video Loading Video Unavailable Click to play Tap to play",
        "Advertisement Continue reading the main story",
    ],
)
def test_chrome_within_a_line_goes(chrome: str) -> None:
    """Without line breaks the labels and the seams are all there is, and they are enough."""
    assert clean_line(BEFORE, chrome, AFTER) == f"{BEFORE} {AFTER}"


@pytest.mark.parametrize(
    "prose",
    [
        "An agency (Reuters) had reported on Monday that the ramp was bent.",
        "The paper Reuters 24 years ago bought has closed.",
        "A third of the crew (1/3 of it) stayed at home.",
        "The image caption was wrong, said the museum.",
        "She read a story more closely related to the sea.",
        "Nobody said so (Pictures of the ice hang in the hall).",
    ],
)
def test_prose_that_looks_like_it_stays(prose: str) -> None:
    """The body is worth more than the chrome."""
    assert clean_line(BEFORE, prose, AFTER) == f"{BEFORE} {prose} {AFTER}"


def test_first_sentence_with_a_credit_is_a_caption() -> None:
    """A scrape often begins with the caption of the picture above the text, abbreviated dates and all."""
    caption = "The pier of Lund, seen from the north, Nov. 9, 2016. (Photo: Mira Holm)"
    cleaning = clean_text(f"{caption} {BEFORE} {AFTER}", SETTINGS)
    assert cleaning.body == f"{BEFORE} {AFTER}"
    assert [(each.text, each.credit) for each in cleaning.captions] == [
        ("The pier of Lund, seen from the north, Nov. 9, 2016", "Mira Holm")
    ]


def test_unended_words_go_only_where_captions_were() -> None:
    """The last caption of a gallery has no label; without a gallery it may as well be a cut-off sentence."""
    last = "A brass band on the pier plays for the passengers"
    assert clean_line(BEFORE, "EPA 2 Skaters on the canal near the old town", AFTER, last) == f"{BEFORE} {AFTER}"
    assert clean_line(BEFORE, AFTER, last) == f"{BEFORE} {AFTER} {last}"


def test_one_line_is_one_class_each() -> None:
    """Each stretch has the class of what it is."""
    text = f"{BEFORE} EPA 2 Skaters on the canal near the old town {AFTER} Share on Facebook Share on Twitter"
    spans = clean_text(text, SETTINGS).spans
    assert [s.span_class for s in spans if s.span_class is not SpanClass.WHITESPACE] == [
        SpanClass.CAPTION,
        SpanClass.SHARE,
    ]


def test_sentences_end_where_they_do() -> None:
    """Initials and abbreviations end no sentence."""
    assert find_stop("On Nov. 9 J. Berg left. She stayed.") == len("On Nov. 9 J. Berg left.")
    assert find_stop("no end at all") is None
    assert sentence_start("One. Two is here", 0, 16) == 5


def test_seam_is_before_the_word_that_opens_a_sentence() -> None:
    """Before such a word, else before the first capital that no preposition announces."""
    text = "the driver waves to Ann on the pier in Lund The crowd sang"
    assert find_seam(text) == text.index(" The crowd")
    assert find_seam("the driver waves on the pier Lund sang") == len("the driver waves on the pier")
    assert find_seam("the driver waves") is None
