"""What the second extractor may take from the first one's text, and what not."""

from lxml.html import HtmlElement

from ingest.extract.article import drop_headline
from ingest.extract.origins import index_blocks
from ingest.extract.second_opinion import trim_unconfirmed
from ingest.extract.tree import parse_page

PROSE = [
    f"Paragraph {number} of the report, in which the council of Norholm, its engineers and fishermen have a say."
    for number in range(6)
]
OFFER = "Get the paper through your letterbox, twelve issues for the price of nine."


def tree(*, before: str = "", after: str = "") -> HtmlElement:
    """Parse a page whose article is a container of its own."""
    prose = "".join(f"<p>{line}</p>" for line in PROSE)
    html = f"<body>{before}<div class='story'>{prose}</div>{after}</body>"
    parsed = parse_page(html)
    assert parsed is not None
    return parsed


def trim(text: str, page: HtmlElement) -> str:
    """Trim a text with the index of its page."""
    return trim_unconfirmed(text, page, index_blocks(page))


def test_short_lines_outside_of_the_article_go() -> None:
    """A slogan above and an offer below, in containers of their own, are not the article's."""
    page = tree(before="<div class='top'><span>Local</span></div>", after=f"<div class='promo'><p>{OFFER}</p></div>")
    assert trim("\n".join(["Local", *PROSE, OFFER]), page).split("\n") == PROSE


def test_lead_and_what_stands_inside_stay() -> None:
    """A standfirst above the container, and a line between two of the article's, are body whatever readability says."""
    lead = "The eastern quay, closed since the storm of last winter, is to open again this summer, so the council says."
    text = "\n".join([lead, *PROSE[:3], "An inserted fact", *PROSE[3:]])
    page = tree(before=f"<div class='standfirst'><div>{lead}</div></div>")
    assert trim(text, page) == text


def test_siblings_of_confirmed_blocks_stay() -> None:
    """An article split into two containers of one kind is one article."""
    ending = "And so, said the harbour master, it will be."
    page = tree(after=f"<div class='advert'>x</div><div class='story'><p>{ending}</p></div>")
    assert trim("\n".join([*PROSE, ending]), page).split("\n") == [*PROSE, ending]


def test_disagreement_changes_nothing() -> None:
    """Where the second opinion would take more than a third, or knows none of it, the first one stands."""
    other = [f"Another text {number}, which stands somewhere else on the page altogether." for number in range(6)]
    text = "\n".join([*PROSE[:2], *other])
    assert trim(text, tree()) == text
    assert trim("\n".join(other), tree()) == "\n".join(other)


def test_headline_goes_only_from_the_head() -> None:
    """The title, or a beginning of it, in the first lines; the same words further down are body."""
    lines = ["Quay reopens in the summer", "By Ida Holt", *PROSE, "Quay reopens in the summer"]
    titles = ["Quay reopens in the summer | Norholm Post"]
    assert drop_headline("\n".join(lines), titles).split("\n") == lines[1:]
    assert drop_headline("Quay\nbody", ["Quay reopens"]) == "Quay\nbody"
    assert drop_headline("Quay!\nbody", ["Quay"]) == "body"
