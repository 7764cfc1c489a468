"""The page of explanations in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ingest.explanation_page import write_page
from ingest.jobs import explain
from ingest.settings import Settings
from tests.web.archive import PATIENCE_MILLISECONDS

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "test-output"
TRANSPARENT = "rgba(0, 0, 0, 0)"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chromium")]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write the page of all seeds, the hostile ones among them."""
    file = tmp_path_factory.mktemp("page") / "page.html"
    write_page(explain([str(ROOT / "seeds")], Settings()), file)
    return file.as_uri()


def open_page(browser: Browser, address: str, scheme: str) -> tuple[Page, list[str]]:
    """Open the page; give it and the list that takes its errors and every request beside the page itself."""
    page = browser.new_page(
        viewport={"width": 1280, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    faults: list[str] = []
    page.on("console", lambda message: faults.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    page.on("request", lambda request: faults.append(request.url) if request.url != address else None)
    page.goto(address)
    return page, faults


def background(page: Page, selector: str) -> str:
    """Give the colour behind the first element that a selector finds."""
    colour = page.locator(selector).first.evaluate("element => getComputedStyle(element).backgroundColor")
    return str(colour)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_toggles_explains_and_fetches_nothing(browser: Browser, address: str, scheme: str) -> None:
    """A reader switches a class off and on and points at a cut for its rule; the page asks nobody for anything."""
    page, faults = open_page(browser, address, scheme)
    share = 'mark[data-rule="share.prompt"]'
    assert background(page, share) != TRANSPARENT
    page.locator("#show-share").uncheck()
    assert background(page, share) == TRANSPARENT
    assert background(page, 'mark[data-class="copyright"]') != TRANSPARENT
    page.get_by_role("button", name="all").click()
    assert background(page, share) != TRANSPARENT
    page.locator(share).first.hover()
    tip = page.get_by_role("tooltip")
    assert tip.inner_text().splitlines() == ["share.prompt (share)", "A prompt to pass the article on."]
    OUTPUT.mkdir(exist_ok=True)
    page.screenshot(path=OUTPUT / f"explain-page-{scheme}.png")
    page.keyboard.press("Escape")
    assert tip.count() == 0
    assert faults == []
    page.close()


def test_keyboard_reaches_a_cut(browser: Browser, address: str) -> None:
    """Who has no pointer gets the rule and the reason by stepping to a cut, and a screen reader is told of the tip."""
    page, _ = open_page(browser, address, "light")
    mark = page.locator('mark[data-rule="copyright.notice"]').first
    mark.focus()
    assert "states rights" in page.get_by_role("tooltip").inner_text()
    assert mark.get_attribute("aria-describedby") == "tip"
    page.close()


def test_article_follows_the_original(browser: Browser, address: str) -> None:
    """Side by side is of use only where both sides show the same place."""
    page, _ = open_page(browser, address, "light")
    page.set_viewport_size({"width": 1280, "height": 400})
    document = page.locator("section.document", has_text="Night ferries return").first
    document.locator(".original").evaluate("pane => { pane.scrollTop = pane.scrollHeight; }")
    page.wait_for_function("section => section.querySelector('.article').scrollTop > 0", arg=document.element_handle())
    assert document.locator(".article").evaluate("pane => pane.scrollTop") > 0
    page.close()
