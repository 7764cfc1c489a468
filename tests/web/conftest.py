"""One browser and one archive for the files of tests here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from services import chromium
from tests.web.archive import PATIENCE_MILLISECONDS, fill, serving

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one browser for the module."""
    program = str(chromium.fetch())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve an archive of invented articles; give its address."""
    with serving(fill(tmp_path_factory.mktemp("archive"))) as address:
        yield address
