"""Pages of invented articles, for the tests of extraction."""

from lxml.html import HtmlElement

from ingest.extract import ExtractSettings, extract_page
from ingest.extract.tree import parse_page
from ingest.model import Encoding, Given, Page, Payload, RawDocument

PROSE = (
    "The harbour council of Norholm voted on Tuesday to reopen the eastern quay, closed since the storm.",
    "Engineers said the repairs, which took fourteen months, had cost less than the town had feared at the beginning.",
    "Fishing boats will be let in first; the ferry to the islands is to follow before the end of the summer season.",
    "Ida Holt, who runs the fish market, said that she had waited for this day longer than she cared to remember.",
    "The last inspection is set for the first week of June, when divers will look at the foundations once more.",
    "Until then the eastern road stays closed to lorries, and the bus to the lighthouse goes by the old bridge.",
)
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)


def parse(body: str, head: str = "") -> HtmlElement:
    """Parse a page."""
    tree = parse_page(f"<html><head>{head}</head><body>{body}</body></html>")
    assert tree is not None
    return tree


def extract(body: str, head: str = "<title>Quay reopens</title>") -> Page:
    """Extract what must be a page."""
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    payload = Payload(content=html.encode(), media_type="text/html", source="s", origin="o")
    encoding = Encoding(name="utf-8", origin="utf-8")
    document = RawDocument(
        id="a" * 32, digest="d", payload=payload, kind="html", text=html, encoding=encoding, given=Given()
    )
    page = extract_page(document, ExtractSettings())
    assert isinstance(page, Page)
    return page
