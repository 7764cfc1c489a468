"""The web page in a real browser: searching, narrowing, an article, what was removed, operations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.web.archive import PATIENCE_MILLISECONDS

OUTPUT = Path(__file__).parents[2] / "test-output"
LOOPBACK = ["127.0.0.1", "::1"]
DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
MAX_PAGE_BYTES = 100_000

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chromium"), pytest.mark.allow_hosts(LOOPBACK)]


class Reader:
    """A page with what went wrong in it: messages, errors, and requests to anybody else."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        self.bytes = 0
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("console", lambda message: self.faults.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._note)
        page.on("response", lambda answer: self.faults.append(answer.url) if answer.status >= 400 else None)
        page.on("requestfinished", lambda request: self._weigh(request.sizes()["responseBodySize"]))

    def open(self, path: str) -> Page:
        """Open a path of the archive."""
        self.page.goto(self.address + path)
        return self.page

    def state(self) -> dict[str, list[str]]:
        """Give the parameters of the address."""
        return parse_qs(urlsplit(self.page.url).query)

    def shoot(self, name: str) -> None:
        """Keep a picture."""
        OUTPUT.mkdir(exist_ok=True)
        self.page.screenshot(path=OUTPUT / f"page-{name}.png", full_page=True)

    def _note(self, request: object) -> None:
        url = getattr(request, "url", "")
        if not url.startswith((self.address, "data:")):
            self.faults.append(url)

    def _weigh(self, size: int) -> None:
        self.bytes += size


@pytest.fixture
def reader(browser: Browser, archive: str) -> Iterator[Reader]:
    """Give a reader at a desk; at the end nothing went wrong in the page."""
    page = browser.new_page(viewport=DESK)
    reader = Reader(page, archive)
    yield reader
    page.close()
    assert reader.faults == []


def test_search_narrow_and_turn_the_page(reader: Reader) -> None:
    """Words, a facet that toggles, a cursor, and the way back: the address says it all."""
    page = reader.open("/")
    page.keyboard.press("/")
    page.keyboard.type("harbour")
    page.keyboard.press("Enter")
    expect(page.locator(".hit").first).to_be_visible()
    assert reader.state()["q"] == ["harbour"]
    assert page.locator(".hit mark").first.inner_text().lower() == "harbour"
    total = int(page.get_by_role("status").locator("strong").first.inner_text())
    reader.shoot("search")

    facet = page.locator(".facets").get_by_role("link", name=re.compile("^Northgate Courier"))
    count = int(facet.locator("small").inner_text())
    facet.click()
    page.wait_for_url("**filter.publisher=**")
    assert reader.state()["filter.publisher"] == ["Northgate Courier"]
    assert int(page.get_by_role("status").locator("strong").first.inner_text()) == count < total
    assert page.locator(".facets a[aria-current]").first.inner_text().startswith("Northgate Courier")
    seen = page.locator(".hit h2").all_inner_texts()
    page.keyboard.press("n")
    page.wait_for_url("**cursor=**")
    assert page.locator(".hit").count() > 0
    assert not set(seen) & set(page.locator(".hit h2").all_inner_texts())
    page.get_by_role("link", name="Remove publisher: Northgate Courier").click()
    page.wait_for_url(lambda url: "filter.publisher" not in url)
    assert reader.state() == {"q": ["harbour"]}


def test_brush_the_timeline(reader: Reader) -> None:
    """Dragging over bars chooses their time; each bar is a link as well."""
    page = reader.open("/?q=harbour")
    box = page.locator("#timeline svg").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.40, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.60, box["y"] + 20, steps=5)
    page.mouse.up()
    page.wait_for_url("**from=**")
    state = reader.state()
    first, last = state["from"][0], state["to"][0]
    assert "2019-01-01" < first < last < "2025-01-01"
    dates = [element.get_attribute("datetime") or "" for element in page.locator(".hit time").all()]
    assert dates
    assert all(first <= date[:10] <= last for date in dates)
    page.locator("#timeline a").first.focus()
    assert "articles" in (page.locator("#timeline a").first.get_attribute("aria-label") or "")


def test_the_box_completes_and_corrects(reader: Reader) -> None:
    """By the keyboard, from titles and names; where nothing is found, the words that were probably meant."""
    page = reader.open("/")
    page.locator("#q").fill("the lightho")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("lighthouse")
    reader.shoot("completions")
    page.keyboard.press("ArrowDown")
    assert page.locator("#q").get_attribute("aria-activedescendant") == "completion-0"
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    assert "lighthouse" in reader.state()["q"][0]
    page = reader.open("/?q=lighthuose")
    page.locator("#meant").click()
    page.wait_for_url("**q=lighthouse**")
    assert reader.state()["q"] == ["lighthouse"]
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/articles/**")
    assert page.locator("#similar li a").count() >= 1


def test_copies_are_folded_under_their_canonical_article(reader: Reader) -> None:
    """One hit; its copies unfold, and are hits of their own only where that is asked."""
    page = reader.open("/?q=night+ferry+sund")
    ferries = page.locator(".hit", has_text="Night ferry to Sund")
    assert ferries.count() == 1
    page.get_by_text("1 copy").click()
    expect(page.locator("details.copies li a")).to_have_attribute("href", re.compile("^/articles/[0-9a-f]{32}$"))
    page.get_by_role("link", name="With copies").click()
    expect(page.locator(".hit", has_text="Night ferry to Sund")).to_have_count(2)


def test_an_article_with_what_was_removed(reader: Reader) -> None:
    """Text, versions with their difference, copies, the thread; and the switch colours the cuts with their rules."""
    page = reader.open("/?q=night+ferry+sund&duplicates=show&filter.publisher=Meridian+Ledger")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
    assert "cracked bow door" in page.locator(".body").inner_text()
    assert "Copyright" not in page.locator(".body").inner_text()
    changed = [page.locator(f"#versions {name}").first.inner_text().strip(" ,") for name in ("del", "ins")]
    assert changed == ["Monday", "Thursday"]
    assert page.locator("#comments .comment").count() == 2
    assert page.locator("#copies li").count() == 1
    assert page.get_by_role("region", name="Every date that was stated").locator("tbody tr").count() >= 1
    reader.shoot("article")

    switch = page.get_by_role("switch", name="Show what was removed")
    assert switch.get_attribute("aria-checked") == "false"
    page.keyboard.press("r")
    page.wait_for_url("**removed=1")
    cut = page.locator(".original mark.c-copyright")
    assert cut.inner_text().startswith("Copyright Meridian Ledger 2023")
    assert (cut.get_attribute("data-rule") or "").startswith("copyright.")
    assert cut.evaluate("element => getComputedStyle(element).backgroundColor") != "rgba(0, 0, 0, 0)"
    assert page.locator(".original mark.c-comment").count() >= 1
    reader.shoot("removed")
    switch.click()
    page.wait_for_url(lambda url: "removed" not in url)
    assert "removed" not in reader.state()


def test_an_article_shows_its_event(reader: Reader) -> None:
    """What other publishers tell of the same, in the order of time; each of its articles leads to the others."""
    first, second, third = "A foghorn becomes a monument", "Gull Point sirens listed", "Old horn of Gull Point"
    page = reader.open("/?q=foghorn+monument")
    page.get_by_role("link", name=first).click()
    page.wait_for_url("**/articles/**")
    event = page.get_by_role("region", name="The same event elsewhere")
    expect(event.get_by_role("listitem")).to_contain_text([second, third])
    expect(event.get_by_role("listitem").last).to_contain_text("Stenhaven Gazette")
    reader.shoot("event")
    event.get_by_role("link", name=second).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(second)
    expect(event.get_by_role("listitem")).to_contain_text([first, third])


def test_a_search_is_saved_and_forgotten(reader: Reader) -> None:
    """Without a key in this browser: listed under what it looks for, on every search, until it is forgotten."""
    page = reader.open("/")
    expect(page.get_by_role("button", name="Save this search")).to_be_hidden()
    page = reader.open("/?q=harbour&filter.publisher=Northgate+Courier")
    page.get_by_role("button", name="Save this search").click()
    page = reader.open("/?q=ferry")
    page.get_by_role("link", name="harbour, Northgate Courier").click()
    page.wait_for_url("**q=harbour**")
    assert reader.state() == {"q": ["harbour"], "filter.publisher": ["Northgate Courier"]}
    page.get_by_role("button", name="Forget harbour").click()
    expect(page.locator("#saved-list .mine")).to_have_count(0)


def test_comments_are_found_with_their_passages(reader: Reader) -> None:
    """The article of the comment is the hit, with the passage that matched, and leads to its thread."""
    page = reader.open("/?q=quay+silent&in=comments")
    remark = page.locator(".hit .remark", has_text="kept silent about it").first
    assert "silent" in remark.locator("mark").all_inner_texts()
    page.get_by_role("link", name="2 comments").first.click()
    page.wait_for_url("**/articles/**#comments")
    expect(page.locator("#comments .comment")).to_have_count(2)


def test_no_script_of_an_article_runs(reader: Reader) -> None:
    """In titles, bodies, highlights, facets and names of publishers and authors, on every page."""
    for path in ("/?q=harbour&filter.year=2022", "/?q=document+title+owned", "/operations"):
        page = reader.open(path)
        assert page.title() != "owned"
        assert page.locator("img, main script, .hit script").count() == 0
    page = reader.open("/?q=council+wrote+it+down")
    assert page.locator(".facets", has_text="<script>").count() == 1
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/articles/**")
    assert "<script>" in page.locator("h1").inner_text()
    page.goto(page.url + "?removed=1")
    assert page.locator("img, main script").count() == 0
    assert page.title() != "owned"


@pytest.mark.parametrize(("scheme", "size"), [("dark", DESK), ("light", PHONE)])
def test_dark_and_on_a_phone(browser: Browser, archive: str, scheme: str, size: ViewportSize) -> None:
    """Readable in the dark; nothing wider than a phone; each control has a name; the page is light."""
    page = browser.new_page(viewport=size, color_scheme="dark" if scheme == "dark" else "light")
    reader = Reader(page, archive)
    for name, path in (("search", "/?q=harbour"), ("operations", "/operations"), ("docs", "/docs")):
        reader.bytes = 0
        reader.open(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than its window"
        assert nameless(page) == []
        assert contrast(page) >= 4.5
        assert reader.bytes < MAX_PAGE_BYTES
        reader.shoot(f"{name}-{scheme}-{size['width']}")
    assert reader.faults == []
    page.close()


def nameless(page: Page) -> list[str]:
    """Find links, buttons and fields that a screen reader could not name."""
    script = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')]
        .filter(each => !(each.textContent.trim() || each.getAttribute('aria-label') || each.labels?.length))
        .map(each => each.outerHTML)"""
    found = page.evaluate(script)
    assert isinstance(found, list)
    return [str(each) for each in found]


def contrast(page: Page) -> float:
    """Give the least contrast of quiet text with the page behind it (WCAG 2)."""
    script = """() => {
        const light = colour => {
            const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
                .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
        };
        const behind = light(getComputedStyle(document.body).backgroundColor);
        return Math.min(...[...document.querySelectorAll('p, small, h2, main a:not(.chip)')].map(each => {
            const ink = light(getComputedStyle(each).color);
            return (Math.max(ink, behind) + 0.05) / (Math.min(ink, behind) + 0.05);
        }));
    }"""
    return float(page.evaluate(script))
