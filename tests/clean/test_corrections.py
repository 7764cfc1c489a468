"""A person's corrections: laid over the rules' cuts exactly, found again by their text, never misapplied in silence."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean.cleaner import clean_text, verify_conservation
from ingest.clean.corrections import (
    CORRECTION_LOST,
    HAND_CUT,
    HEAD_CHARS,
    Action,
    Correction,
    correct,
    describe_place,
    locate,
)
from ingest.clean.guard import OVER_REMOVAL
from ingest.clean.settings import CleanSettings
from ingest.model import Cleaning, Comment, Span, SpanClass
from tests.clean.test_laws import TEXT, splice_back

SETTINGS = CleanSettings()
NEWSLETTER = "Sign up for our newsletter"
RIGHTS = "© 2021 Marrowby Gazette. All rights reserved."
THREAD = """2 Comments

Ada Lind
March 3, 2019 at 9:15 am
The bridge would have been cheaper than the ferry, whatever they say now.
Reply

Bo Ek
March 3, 2019 at 10:40 am
Nobody asked the islands, as usual. My mother has waited for it since she was a girl.
Reply"""


def decide(text: str, stretch: str, span_class: SpanClass | None = None, number: int = 1) -> Correction:
    """Make a correction of a stretch that stands once: restored, or cut under a class."""
    assert text.count(stretch) == 1
    start = text.index(stretch)
    return at(text, start, start + len(stretch), span_class, number)


def at(text: str, start: int, end: int, span_class: SpanClass | None = None, number: int = 1) -> Correction:
    """Make a correction of a place."""
    action: Action = "cut" if span_class else "restore"
    return Correction(number=number, action=action, anchor=describe_place(text, start, end), span_class=span_class)


def clean(text: str, *corrections: Correction) -> Cleaning:
    """Clean with corrections; the law is asserted on the way."""
    return clean_text(text, SETTINGS, corrections=corrections)


def spans_of(cleaning: Cleaning, text: str) -> dict[str, tuple[str, str]]:
    """Give what was cut with its class and rule."""
    return {
        text[s.start : s.end]: (s.span_class.value, s.rule) for s in cleaning.spans if text[s.start : s.end].strip()
    }


def test_restores_what_a_rule_took(article: str) -> None:
    """The stretch is body again, in its place, and nothing else moved."""
    head, _, rest = article.partition("\n\n")
    text = f"{head}\n\n{NEWSLETTER}\n\n{rest}"
    assert clean(text).body == article
    cleaning = clean(text, decide(text, NEWSLETTER))
    assert (cleaning.body, cleaning.spans, cleaning.lost_corrections) == (text, (), ())


def test_restores_a_part_of_a_span(article: str) -> None:
    """`START-END` may name half a span: the rest stays cut under its rule."""
    text = f"{article}\n\n{RIGHTS}"
    cleaning = clean(text, decide(text, "All rights reserved."))
    assert cleaning.body == f"{article}\n\nAll rights reserved."
    assert list(spans_of(cleaning, text)) == ["© 2021 Marrowby Gazette. "]


def test_cuts_under_a_class(article: str) -> None:
    """What rules left is chrome of the class that the person said."""
    sentence = "A second ship, which was hired from the south in December, will stay until the end of the summer."
    cleaning = clean(article, decide(article, sentence, SpanClass.ADVERT))
    assert sentence not in cleaning.body
    assert spans_of(cleaning, article) == {sentence: ("advert", HAND_CUT)}
    assert "  " not in cleaning.body


def test_gives_a_cut_another_class(article: str) -> None:
    """A person may also say that a rule was right to cut and wrong about what it cut."""
    text = f"{article}\n\n{RIGHTS}"
    assert clean(text).rights
    cleaning = clean(text, decide(text, RIGHTS, SpanClass.ADVERT))
    assert (cleaning.body, cleaning.rights) == (article, ())
    assert spans_of(cleaning, text) == {RIGHTS: ("advert", HAND_CUT)}


def test_the_later_of_two_over_one_stretch_holds(article: str) -> None:
    """Overlapping decisions are not averaged: numbers order them."""
    words = "the harbour was full of people"
    first = decide(article, f"and {words} who had come", SpanClass.ADVERT, 1)
    second = decide(article, words, None, 2)
    cleaning = clean(article, second, first)
    assert f"{words}" in cleaning.body
    assert list(spans_of(cleaning, article)) == ["and ", " who had come"]
    assert words not in clean(article, replace(first, number=3), second).body


@pytest.mark.parametrize(
    ("stretch", "why"), [("arbour wa", "halve"), ("harbo", "halve"), (", and the", None), ("-", "join"), (",", None)]
)
def test_words_are_neither_halved_nor_joined(stretch: str, why: str | None) -> None:
    """A cut that would spoil words has no effect and says so."""
    text = "It sailed on Tuesday, and the harbour was full of well-meant flags that day, they said."
    start = text.index(stretch)
    cleaning = clean(text, at(text, start, start + len(stretch), SpanClass.ADVERT))
    if why:
        assert cleaning.body == text
        assert why in cleaning.lost_corrections[0].reason
        assert cleaning.flags == (CORRECTION_LOST,)
    else:
        assert cleaning.body == text[:start] + text[start + len(stretch) :]
        assert cleaning.flags == ()


def test_scripts_without_blanks_can_be_cut_by_the_sentence() -> None:
    """Between two ideographs there is no word to halve."""
    text = "渡轮周二再次出航。港口挤满了人。船长说她想念引擎的声音。"
    cleaning = clean(text, decide(text, "港口挤满了人。", SpanClass.ADVERT))
    assert cleaning.body == "渡轮周二再次出航。船长说她想念引擎的声音。"


def test_readings_follow(article: str) -> None:
    """Rights, credits, captions and authors are those of the spans that stand in the end."""
    line, credit = "Marrowby Gazette 2021, all rights reserved", "Additional reporting by Ada Lind"
    text = f"{article}\n\nEva Holm\n\n{RIGHTS}\n\n{credit}"
    plain = clean(text)
    assert (plain.rights[0].holder, plain.credits[0].text) == ("Marrowby Gazette", credit)
    restored = clean(text, decide(text, RIGHTS, number=1), decide(text, credit, number=2))
    assert (restored.rights, restored.credits) == ((), ())
    signed = clean(text, decide(text, "Eva Holm", SpanClass.BYLINE))
    assert signed.authors == ("Eva Holm",)
    told = f"{article}\n\nA boat at the quay. Photo: Eva Holm"
    assert clean(told, decide(told, "A boat at the quay. Photo: Eva Holm")).captions == ()
    again = f"{article}\n\n{line}"
    assert clean(again, decide(again, line, SpanClass.COPYRIGHT)).rights[0].years == (2021,)


def test_comments_follow(article: str) -> None:
    """A comment that is put back is none any more; one that is cut by hand is one, with what it says of itself."""
    text = f"{article}\n\n{THREAD}"
    plain = clean(text)
    assert [comment.author for comment in plain.comments] == ["Ada Lind", "Bo Ek"]
    said = text[text.index("The bridge") : text.index("\nReply\n\nBo")]
    start = text.index("Ada Lind")
    restored = clean(text, at(text, start, text.index("Bo Ek")))
    assert said in restored.body
    assert [(comment.author, comment.text) for comment in restored.comments] == [("Bo Ek", plain.comments[1].text)]
    late = f"{text}\n\nA note from the desk, which nobody asked for at all, about the weather on the sound.\n\nEnd."
    note = late[late.index("A note") : late.index("\n\nEnd.")]
    with_note = clean(late, decide(late, note, SpanClass.COMMENT))
    assert Comment(text=note, start=late.index(note), end=late.index(note) + len(note)) in with_note.comments


def test_a_partly_restored_comment_is_read_anew(article: str) -> None:
    """What is left of a comment is what is still cut of it."""
    text = f"{article}\n\n{THREAD}"
    kept = "My mother has waited for it since she was a girl."
    cleaning = clean(text, decide(text, kept))
    assert [(c.author, c.text) for c in cleaning.comments][1] == ("Bo Ek", "Nobody asked the islands, as usual.")
    assert cleaning.body.endswith(kept)


def test_suggestions_are_accepted_one_by_one() -> None:
    """A text that the guard kept whole is flagged as long as a suggestion is undecided."""
    text = "\n\n".join(["Ferry back", NEWSLETTER, "It sailed.", RIGHTS, "Share this story on Facebook"])
    plain = clean(text)
    assert plain.flags == (OVER_REMOVAL,)
    stretches = [text[s.start : s.end] for s in plain.suggested_spans if text[s.start : s.end].strip()]
    corrections = [
        decide(text, text[s.start : s.end].strip(), s.span_class, number)
        for number, s in enumerate(plain.suggested_spans, start=1)
        if text[s.start : s.end].strip()
    ]
    assert len(corrections) > 1
    one = clean(text, corrections[0])
    assert one.flags == (OVER_REMOVAL,)
    left = [text[s.start : s.end] for s in one.suggested_spans if text[s.start : s.end].strip()]
    assert left == stretches[1:]
    done = clean(text, *corrections)
    assert (done.flags, done.suggested_spans) == ((), ())
    assert done.body == "Ferry back\n\nIt sailed."


def test_is_found_again_in_another_wording(article: str) -> None:
    """A new capture may begin otherwise, go on otherwise, or have lost a neighbour."""
    text = f"{article}\n\n{RIGHTS}"
    correction = decide(text, RIGHTS)
    for changed in (
        f"Updated on Monday evening by the desk.\n\n{text}",
        text.replace("a brass band", "two brass bands"),
        text.replace("turned to the west.", "was gone."),
        f"{text}\n\nThe council meets again in June, and the ferry is on its list, they say.",
    ):
        cleaning = clean(changed, correction)
        assert RIGHTS in cleaning.body
        assert cleaning.flags == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(RIGHTS, RIGHTS.replace("2021", "2022")),
        lambda text: text.replace(RIGHTS, ""),
        lambda text: f"{RIGHTS}\n\n{text[:-60]}\n\n{RIGHTS}\n\nand more of it",
        lambda text: f"{RIGHTS}\n\n{text.replace(RIGHTS, '')}",
    ],
    ids=["reworded", "gone", "twice", "elsewhere"],
)
def test_a_lost_anchor_is_told(article: str, change: object) -> None:
    """Where the stretch is not found beyond doubt nothing is done, and the article says so."""
    assert callable(change)
    text = f"{article}\n\n{RIGHTS}"
    correction = decide(text, RIGHTS)
    changed = change(text)
    cleaning = clean(changed, correction)
    assert (cleaning.body, cleaning.spans) == (clean(changed).body, clean(changed).spans)
    assert cleaning.flags == (CORRECTION_LOST,)
    assert [lost.number for lost in cleaning.lost_corrections] == [1]


def test_in_the_same_text_the_place_is_exact() -> None:
    """Of lines that are alike between neighbours that are alike the one that was meant is taken."""
    line = "More about this on page four of the paper tomorrow morning."
    text = "\n".join(["The ferry sailed again on Tuesday.", *[line] * 9, "It was full."])
    start = text.index(line) + 4 * (len(line) + 1)
    cleaning = clean(text, at(text, start, start + len(line), SpanClass.RELATED))
    assert [(s.start, s.end) for s in cleaning.spans if s.rule == HAND_CUT] == [(start, start + len(line))]
    assert clean(f"{text} Yes.", at(text, start, start + len(line), SpanClass.RELATED)).flags == (CORRECTION_LOST,)


def test_long_stretches_are_known_by_their_digest(article: str) -> None:
    """What is kept of a long stretch is bounded, and still only the very same is taken for it."""
    long = " ".join(f"Sentence {number} of a very long note." for number in range(200))
    text = f"{article}\n\n{long}\n\nEnd of it all."
    correction = decide(text, long, SpanClass.ADVERT)
    assert len(correction.anchor.head) == HEAD_CHARS < len(long)
    assert "note" not in clean(f"New lead.\n\n{text}", correction).body
    assert clean(text.replace("Sentence 190", "Phrase 190"), correction).flags == (CORRECTION_LOST,)


def test_looking_is_bounded() -> None:
    """A hostile text in which a stretch begins everywhere costs no more than giving up."""
    text = "a" * 300_000
    anchor = describe_place(f"{'a' * 5000}b", 0, 4000)
    assert locate(text, anchor) is None


def test_survives_being_kept_as_json(article: str) -> None:
    """What is kept is what was decided, lone surrogates and NUL beside it included."""
    text = f"{article}\x00\ud800\n\n{RIGHTS}\n\n\udfffEnd of the article, says the desk."
    correction = replace(decide(text, RIGHTS), rule="x.y", rule_class=SpanClass.COPYRIGHT, reason="wrong", by="Ada")
    kept = Correction.from_record(json.loads(json.dumps(correction.to_record(), ensure_ascii=False).encode()))
    assert kept == correction
    assert RIGHTS in clean(text, kept).body


def test_nothing_changes_without_corrections(article: str) -> None:
    """Cleaning is what it was before there were corrections."""
    text = f"{article}\n\n{RIGHTS}\n\n{THREAD}"
    assert clean_text(text, SETTINGS, corrections=()) == clean_text(text, SETTINGS)


PLACES = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 200), st.sampled_from([None, *SpanClass][:12])), max_size=6
)


@given(TEXT, PLACES)
def test_laws_hold_under_any_corrections(text: str, places: list[tuple[int, int, SpanClass | None]]) -> None:
    """Whatever is decided over whatever: conserved, deterministic, no blank ends, no words glued or halved."""
    corrections = [
        at(text, start, min(len(text), start + length), span_class, number)
        for number, (start, length, span_class) in enumerate(places, start=1)
        if start < len(text)
    ]
    cleaning = clean(text, *corrections)
    verify_conservation(text, cleaning)
    assert splice_back(text, cleaning) == text
    assert cleaning == clean(text, *corrections)
    assert cleaning.body == cleaning.body.strip()
    assert "\x00" not in cleaning.body
    cleaning.body.encode()
    taken = {place for span in cleaning.spans for place in range(span.start, span.end)}
    last, cut_between, blank_cut = "", False, False
    for place, char in enumerate(text):
        if place in taken:
            cut_between, blank_cut = True, blank_cut or char.isspace()
            continue
        assert not (cut_between and blank_cut and last.isalnum() and char.isalnum())
        last, cut_between, blank_cut = char, False, False


@given(st.text("ab .\n", min_size=1, max_size=60), PLACES, PLACES)
def test_overlaps_are_exact(
    text: str,
    cuts: list[tuple[int, int, SpanClass | None]],
    places: list[tuple[int, int, SpanClass | None]],
) -> None:
    """Character by character the last decision that was not refused holds, and without one the rule's cut."""
    owner: list[tuple[SpanClass, str] | None] = [None] * len(text)
    for start, length, span_class in cuts:
        for place in range(start % len(text), min(len(text), start % len(text) + length % 9 + 1)):
            owner[place] = (span_class or SpanClass.SHARE, "rule")
    spans = [
        Span(start=place, end=place + 1, span_class=held[0], rule=held[1]) for place, held in enumerate(owner) if held
    ]
    corrections = [
        at(text, start % len(text), min(len(text), start % len(text) + length % 9 + 1), span_class, number)
        for number, (start, length, span_class) in enumerate(places, start=1)
    ]
    done = correct(text, [], spans, corrections)
    lost = {each.number for each in done.lost}
    for correction in corrections:
        if correction.number not in lost:
            begin = correction.anchor.start
            for place in range(begin, begin + correction.anchor.length):
                owner[place] = (correction.span_class, HAND_CUT) if correction.span_class else None
    got: list[tuple[SpanClass, str] | None] = [None] * len(text)
    for span in done.cuts:
        for place in range(span.start, span.end):
            assert got[place] is None
            got[place] = (span.span_class, span.rule)
    assert got == owner
