"""A real Chromium that opens exported pages, and records what they ask for and complain about."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    sync_playwright,
)

import mlkg
from mlkg.export import export
from mlkg.export.formats import html
from mlkg.export.part import WHOLE, Part
from mlkg.export.settings import Settings

SETTINGS = Settings(repository="https://gitlab.example.org/studies/ml-deployment")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 30

OpenPage = Callable[..., Page]
"""The fixture `open_page`."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium as it is installed; without one tests are skipped, and in CI they fail."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        reason = "no Chromium on the path; install one, or name it in CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=found, args=ARGUMENTS, timeout=1000 * SECONDS
        )
        yield started
        started.close()


@pytest.fixture(params=["whole", "folded"])
def folding(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write pages as those of small studies, then as those of large ones."""
    if request.param == "folded":
        monkeypatch.setattr(html, "MANY", 0)


@pytest.fixture
def open_page(browser: Browser, study: mlkg.Study, tmp_path: Path) -> Iterator[OpenPage]:
    """Export a study as a page and open it from its file.

    `open_page(anchor="", study=…, part=…, smuggled="", complaints=False, **options)`, the options
    being those of a browser's context; `smuggled` is markup put at the page's end.
    No page may ask for anything but its own file, nor show a dialog, nor, unless it is opened with
    `complaints`, write an error or a warning to the console.
    """
    contexts: list[BrowserContext] = []
    asked: list[str] = []
    complained: list[str] = []
    allowed: set[str] = set()

    def listen(said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            complained.append(said.text)

    def answer(route: Route) -> None:
        asked.append(route.request.url.partition("#")[0])
        if asked[-1] in allowed:
            route.continue_()
        else:
            route.abort()

    def open_it(
        anchor: str = "",
        *,
        study: mlkg.Study = study,
        part: Part = WHOLE,
        settings: Settings = SETTINGS,
        smuggled: str = "",
        complaints: bool = False,
        **options: Any,
    ) -> Page:
        file = tmp_path / f"page-{len(contexts)}.html"
        content = export(study, "html", part, settings)
        file.write_bytes(content.replace(b"</body>", smuggled.encode() + b"</body>"))
        allowed.add(file.as_uri())
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        context.set_default_timeout(1000 * SECONDS)
        # What the page's policy stops does not come as far as a route.
        context.route("**/*", answer)
        page = context.new_page()
        page.on("dialog", lambda dialog: complained.append(dialog.message))
        if not complaints:
            page.on("pageerror", lambda error: complained.append(str(error)))
            page.on("console", listen)
        page.goto(file.as_uri() + anchor)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complained == []
    assert set(asked) == allowed
