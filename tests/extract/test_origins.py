"""Each line of a page's text knows its element."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.extract.origins import index_blocks, make_blocks, trace_lines
from ingest.extract.tree import parse_page
from tests.extract.pages import BODY, PROSE, extract, parse


def test_blocks_cover_the_lines_and_name_their_elements() -> None:
    """Offsets give the line; the path leads to the element that says it."""
    body = f"<nav><a href='/'>Home</a></nav><article>{BODY}<ul><li>Bring a coat to the quay</li></ul></article>"
    page = extract(body)
    tree = parse(body, "<title>Quay reopens</title>")
    lines = [page.text[block.start : block.end] for block in page.blocks]
    assert lines[: len(PROSE)] == list(PROSE)
    for block, line in zip(page.blocks, lines, strict=True):
        [element] = tree.xpath(block.element)
        assert line.removeprefix("- ") in element.text_content()


def test_a_part_of_a_block_names_the_smallest_around_it() -> None:
    """Lines between line breaks have no element of their own."""
    tree = parse("<div><div>One line of it<br>and another of it</div><p>More</p></div>")
    assert trace_lines(["and another of it", "Unknown"], index_blocks(tree)) == {
        "and another of it": "/html/body/div/div"
    }


@given(st.lists(st.text(alphabet="ab é\U0001f600", max_size=5), max_size=5))
def test_blocks_are_slices_of_the_text(lines: list[str]) -> None:
    """Whatever the lines, each block is one of them, in code points."""
    text = "\n".join(lines)
    blocks = make_blocks(text, dict.fromkeys(lines, "/html"))
    assert [text[block.start : block.end] for block in blocks] == (lines or [""] * len(blocks))


def test_no_words_have_no_element() -> None:
    """An ornament is found nowhere."""
    tree = parse_page("<p>* * *</p>")
    assert tree is not None
    assert make_blocks("***", {}) == ()
