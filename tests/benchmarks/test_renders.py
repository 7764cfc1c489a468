"""Labels by alignment: what the gold holds is body, what repeats the heading is the headline, the rest is chrome."""

from __future__ import annotations

from benchmarks.renders import label_lines, part_of, render

BODY = (
    "The ferry to the outer islands sailed again on Tuesday for the first time since the storm of November.",
    "Its captain, who has made the crossing for thirty years, said that she had missed the sound of the engine.",
    "On the islands the shops had run out of flour twice, and a school was closed for a week in the winter.",
    "Flour",
    "The council has asked for a bridge for as long as anybody can remember, and nobody expects one to be built.",
)
PAGE = (
    "<html><body><ul><li>Harbour<li>Weather</ul><h1>Ferry sails again</h1>"
    + "".join(f"<p>{paragraph}</p>" for paragraph in BODY)
    + "<p>Sign up for our letter</p><p>Flour prices rise in the south</p></body></html>"
)


def test_lines_are_labelled_by_the_gold_body() -> None:
    """A short line is body only where it is a line of the gold body: words in common are not enough."""
    lines = ["Harbour", "", "Ferry sails again", *BODY, "The flour", "Ferry sails"]
    labels = label_lines(lines, "\n".join(BODY), ["Ferry sails again"])
    assert labels == ["chrome", "blank", "headline", *["body"] * len(BODY), "chrome", "chrome"]


def test_page_is_rendered_around_its_article() -> None:
    """The text that is cleaned has the menu above and the links below, each labelled."""
    record = {"id": "a", "url": "https://gazette.example/ferry", "html": PAGE, "body": "\n".join(BODY), "title": None}
    rendered = render(record, main_content=False)
    assert rendered is not None
    shown = dict(zip((line.strip() for line in rendered.text.split("\n")), rendered.labels, strict=True))
    assert shown["• Harbour"] == shown["Sign up for our letter"] == "chrome"
    assert (shown["Ferry sails again"], shown["Flour"]) == ("headline", "body")


def test_page_without_its_body_is_left_out() -> None:
    """A page that shows something else than its gold body would be labelled wrongly from end to end."""
    record = {"id": "a", "url": "https://gazette.example/ferry", "html": PAGE, "body": "Nothing of this. " * 40}
    assert render(record, main_content=False) is None


def test_parts_are_of_publishers() -> None:
    """A publisher's pages are all in one part, whatever the subdomain."""
    assert part_of("www.gazette.example") == part_of("sport.gazette.example")
    assert {part_of(f"gazette{n}.example") for n in range(20)} == {"tuned", "held_out"}
