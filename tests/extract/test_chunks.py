"""Articles in several containers are read whole."""

from ingest.extract.chunks import join_chunks
from tests.extract.pages import PROSE, extract, parse

CHUNKS = [
    f"<div class='chunk'><p>{first}</p><p>{second}</p></div>"
    for first, second in zip(PROSE[::2], PROSE[1::2], strict=True)
]
SPLIT = f"<main>{'<hr>'.join(CHUNKS)}</main>"


def test_what_was_missed_is_joined() -> None:
    """Containers of one kind that hold most of the prose are one article."""
    tree = parse(SPLIT)
    assert join_chunks(tree, "\n".join(PROSE[:2]))
    assert len(tree.findall(".//div[@class='chunk'][1]/p")) == len(PROSE)


def test_what_was_read_is_left_alone() -> None:
    """Moving would lose what stands between the containers."""
    tree = parse(SPLIT)
    assert not join_chunks(tree, "\n".join(PROSE))
    assert not join_chunks(parse("<p>short</p>"), "")
    assert not join_chunks(parse("".join(f"<div>{chunk}</div>" for chunk in CHUNKS).replace("chunk", "")), "")


def test_paths_are_those_before_the_move() -> None:
    """A block names the element of the page as it was given."""
    tree = parse(SPLIT)
    assert join_chunks(tree, PROSE[0])
    assert [item.get("data-moved-from") for item in tree.iter("p")][2] == "/html/body/main/div[2]/p[1]"


def test_a_split_article_is_extracted_whole() -> None:
    """All six paragraphs, in order."""
    assert extract(SPLIT).text.split("\n") == list(PROSE)
