"""Explanations: the marks and colours of the terminal, the escaping of the page, documents without an article."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.characters import show
from ingest.clean.reasons import UNKNOWN
from ingest.cli import main
from ingest.explanation import CLASS_STYLES, to_marked_text
from ingest.explanation_page import CLASSES, QUIET_CLASS, render_document, to_html, write_page
from ingest.jobs.explaining import Cut, Explanation, explain
from ingest.model import Pruned, SpanClass
from ingest.settings import Settings

SEEDS = Path(__file__).parents[1] / "seeds"
STORY = """Ferry fares rise again before the summer

The council of Brackwater voted on Monday to raise the price of a crossing for the third time in two years, and the \
islanders who filled the gallery left before the chair had read the figures.

Share this story with your neighbours

A crossing will cost nine crowns from June. The money is meant for a new ramp, which an engineer called overdue, and \
for the wages of a second crew that is to sail through the night.

© 2021 Brackwater Echo. All rights reserved.
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """Give an article with a share prompt and a rights line in a file."""
    path = tmp_path / "story.txt"
    path.write_text(STORY)
    return path


def cut(start: int, end: int, span_class: str = "share", rule: str = "share.button") -> Cut:
    """Make a cut with a reason."""
    return Cut(start=start, end=end, span_class=span_class, rule=rule, reason="A button.")


def test_pieces_cover_the_original() -> None:
    """What is shown must be the whole original, or the explanation hides something."""
    explanations = list(explain([str(SEEDS)], Settings()))
    whole = [each for each in explanations if each.failed is None]
    assert len(whole) > 30
    assert all("".join(piece for piece, _ in each.pieces()) == each.original for each in whole)


def test_kept_pieces_are_the_body() -> None:
    """The right side of the page is the article that `clean` gives, not one like it."""
    for each in explain([str(SEEDS)], Settings()):
        if not each.is_kept_whole:
            assert "".join(piece for piece, cut in each.pieces() if cut is None) == each.body


def test_every_span_has_a_reason() -> None:
    """A rule in code has no entry in the files: its reason is to be written in clean/reasons.py."""
    unexplained = {c.rule for each in explain([str(SEEDS)], Settings()) for c in each.cuts if c.reason == UNKNOWN}
    assert unexplained == set()


def test_without_colour_cuts_are_marked(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Piped into a file or a pager there is no colour, and the cuts must still be told from the article."""
    assert main(["clean", "--explain", str(story)]) == 0
    printed = capsys.readouterr().out
    assert "[-Share this story with your neighbours-]{share.prompt}" in printed
    assert "[-© 2021 Brackwater Echo. All rights reserved.-]{copyright.notice}" in printed
    assert "share 1 (37 characters)" in printed
    assert "A prompt to pass the article on." in printed
    assert "\x1b" not in printed


def test_with_colour_there_are_no_brackets(
    story: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal the colour is the mark, and the rule follows it."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert main(["clean", "--explain", str(story)]) == 0
    printed = capsys.readouterr().out
    assert "[-" not in printed
    assert re.search(r"\x1b\[[\d;]+mShare this story with your neighbours\x1b\[0m\x1b\[[\d;]+m share.prompt ", printed)


def test_whitespace_is_unobtrusive() -> None:
    """Blanks are cut beside every other cut; marks on them would drown the rest."""
    explained = Explanation(name="n", original="a\n\nb", body="a\nb", cuts=(cut(1, 2, "whitespace", "whitespace"),))
    assert to_marked_text(explained, is_coloured=False).plain == "a\n\nb"


def test_terminal_controls_are_shown_not_sent() -> None:
    """A document must not move the cursor, set the title or turn the writing direction of who looks at it."""
    explained = Explanation(name="n", original="a\x1b[2Jb\u202ec", body="a\x1b[2Jb\u202ec")
    assert to_marked_text(explained, is_coloured=True).plain == "a‹U+001B›[2Jb‹U+202E›c"


@given(st.text(st.characters(), max_size=60))
def test_shown_text_has_no_acting_characters(text: str) -> None:
    """Whatever a decoder let through, what is shown is plain, can be encoded, and shows again as itself."""
    shown = show(text)
    shown.encode("utf-8")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", shown)
    assert show(shown) == shown


def test_joiners_within_words_stay() -> None:
    """Persian and Hindi are spelt with joiners: they are no attack and marks would tear the words."""
    assert show("می\u200cخواهم") == "می\u200cخواهم"
    assert show("a \u200d b") == "a ‹U+200D› b"


def test_page_escapes_everything() -> None:
    """An article holds what anybody on the web wrote; on our page it must not become markup or script."""
    evil = "<script>alert(1)</script>\"'&\u202e"
    explained = Explanation(
        name=evil, origin=evil, original=evil, title=evil, failed=None,
        cuts=(Cut(start=0, end=8, span_class="share", rule=evil, reason=evil),),
    )  # fmt: skip
    rendered = render_document(explained, 1) + render_document(Explanation(name=evil, failed=evil), 2)
    assert "<script" not in rendered
    assert "\u202e" not in rendered
    assert 'data-rule="&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;‹U+202E›"' in rendered


def test_page_names_the_acting_character() -> None:
    """A reader who meets a code point wants its name."""
    assert to_html("a\u202e") == 'a<span class="acting" title="right-to-left override">U+202E</span>'


def test_page_is_self_contained(story: Path, tmp_path: Path) -> None:
    """The page is mailed and opened offline: it names no other file and forbids itself to fetch any."""
    file = tmp_path / "page.html"
    assert main(["clean", "--explain", "--html", str(file), str(story), str(SEEDS / "page-nested-replies.html")]) == 0
    page = file.read_text()
    assert not re.search(r"""(?:src|href)=["'](?!#)|url\(|@import""", page)
    assert "default-src 'none'" in page
    assert page.count('<section class="document') == 2
    assert '<a href="#document-2">' in page
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_page_says_what_has_no_article(tmp_path: Path) -> None:
    """Of several documents none may be missing without a word."""
    (tmp_path / "empty.txt").touch()
    assert write_page(explain([str(tmp_path / "empty.txt")], Settings()), tmp_path / "page.html") == 1
    assert "No article: read: empty" in (tmp_path / "page.html").read_text()


def test_page_lists_what_went_before_the_text() -> None:
    """Containers of a page that were cut out before extraction lie under no span and must still be told."""
    pruned = (Pruned(element="/html/body/ol", span_class=SpanClass.COMMENT, length=1234),)
    rendered = render_document(Explanation(name="n", original="a", body="a", pruned=pruned), 1)
    assert "Cut out before the text was taken: /html/body/ol (comment, 1,234 characters)" in rendered


def test_page_does_not_replace_its_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file to write is easily mistaken for the one to read, and that one is somebody's document."""
    source = tmp_path / "page.html"
    source.write_text("<p>mine</p>")
    assert main(["clean", "--explain", "--html", str(source), str(source)]) == 2
    assert source.read_text() == "<p>mine</p>"
    assert "name another file" in capsys.readouterr().err


def test_page_that_cannot_be_written_is_a_usage_error(story: Path, tmp_path: Path) -> None:
    """A folder that is not there is a typing mistake, no accident."""
    assert main(["clean", "--explain", "--html", str(tmp_path / "none" / "page.html"), str(story)]) == 2


def test_suggested_cuts_say_so(tmp_path: Path) -> None:
    """Where the guard kept a text whole, the marks are no cuts, and both sides are the whole text."""
    explained = Explanation(name="n", original="ab", body="ab", cuts=(cut(0, 1),), is_kept_whole=True)
    rendered = render_document(explained, 1)
    assert "only suggested" in rendered
    assert '<div class="text" dir="auto">ab</div>' in rendered


def test_json_explains_too(story: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Programs get the reasons as well, and nothing but JSON."""
    assert main(["clean", "--explain", "--json", str(story)]) == 0
    line = json.loads(capsysbinary.readouterr().out)
    told = {(span["rule"], span["reason"]) for span in line["spans"]}
    assert ("share.prompt", "A prompt to pass the article on.") in told
    assert line["original"] == STORY


def test_every_class_has_its_colours() -> None:
    """A class without a colour or a toggle would look like kept text."""
    assert set(CLASS_STYLES) == set(SpanClass)
    assert {*CLASSES, QUIET_CLASS} == set(SpanClass)
    assert len(set(CLASS_STYLES.values())) == len(SpanClass)
