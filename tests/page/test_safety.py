"""No text of a study gets out of its place, and the page's policy stops what would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from page_texts import HOSTILE

import mlkg
from mlkg.export.dossier import origin

REPOSITORY = "https://gitlab.example.org/studies/ml-deployment"
CELL = "<script>hacked()</script> (<!-- <script>)"


@pytest.fixture
def hostile(new_study: Callable[..., Path]) -> mlkg.Study:
    """The study that tries to break out."""
    return mlkg.load(new_study({"all.ttl": HOSTILE}))


@pytest.mark.usefixtures("folding")
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_text_stays_text(open_page: Any, hostile: mlkg.Study, script: bool) -> None:
    """Markup in literals is shown as it is written, in the table, the evidence and the lists."""
    page = open_page("#a.c", study=hostile, java_script_enabled=script)
    assert page.title() == "</title></style><script>hacked()</script><!--"
    assert page.locator("h1").inner_text() == "</title></style><script>hacked()</script><!--"
    assert page.locator("td .cell-text").first.inner_text() == CELL
    where = page.locator("#panel" if script else "[id='a.c']")
    assert where.locator(".verdict").inner_text() == CELL
    assert where.locator(".finding").all_inner_texts() == [
        "</li></ul><script>hacked()</script>",
        "<img src=https://example.org/pixel.png>",
    ]
    assert where.locator("dd").all_inner_texts()[:2] == [
        "<!-- <script>",
        "</section><iframe src=//x>",
    ]
    for smuggled in ("img", "iframe", "b[onclick]", "[onfocus]", "svg[onload]"):
        assert (smuggled, page.locator(f"body {smuggled}").count()) == (smuggled, 0)


@pytest.mark.usefixtures("folding")
def test_only_web_addresses_are_links(open_page: Any, hostile: mlkg.Study) -> None:
    """javascript:, data: and file: addresses are shown and lead nowhere."""
    page = open_page("#a.c", study=hostile)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    links = page.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    outward = {link for link in links if not link.startswith("#")}
    assert outward == {
        "https://example.org/?a=1&b=%22%3E",
        "https://example.org/%E2%80%AEgpj.exe",
        REPOSITORY,
        f"{REPOSITORY}?sha256={origin(hostile).digest}",
    }
    hidden = page.locator("a[href$='gpj.exe']")
    assert hidden.inner_text() == "https://example.org/%E2%80%AEgpj.exe"
    assert page.locator("#panel .source .no-link").all_inner_texts() == [
        "javascript:hacked()",
        "data:text/html,hacked",
    ]
    loose = page.locator("a[href^=http]:not([rel='noopener noreferrer'])")
    assert loose.count() == 0


def test_the_policy_stops_what_is_not_the_page_s_own(open_page: Any) -> None:
    """Script, handler, style and picture that found their way into the file do nothing."""
    smuggled = """
      <script>window.hacked = 1</script><script src="https://example.org/x.js"></script>
      <p id="probe" style="color: red" onclick="window.hacked = 2">probe</p>
      <style>#probe { color: red }</style><img src="https://example.org/pixel.png" alt="">
      <base href="https://example.org/"><form action="https://example.org/"></form>"""
    page = open_page(smuggled=smuggled, complaints=True)
    page.locator("#probe").click()
    page.wait_for_load_state()
    assert page.evaluate("window.hacked") is None
    assert page.locator("#probe").evaluate("probe => getComputedStyle(probe).color") == (
        page.evaluate("getComputedStyle(document.body).color")
    )
    assert page.evaluate("document.baseURI") == page.url
    page.click("[id='mlflow.docker-support'] > a")
    assert page.locator("#panel .names").inner_text() == "MLflow × Docker Support"
    before = page.url
    page.evaluate("document.querySelector('form[action]').submit()")
    assert page.url == before


@pytest.mark.parametrize("width", [360, 1440])
def test_long_words_do_not_widen_the_page(open_page: Any, hostile: mlkg.Study, width: int) -> None:
    """They break, in the table as elsewhere."""
    page = open_page("#long.c", study=hostile, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#matrix").evaluate("table => table.offsetWidth") <= 1400


def test_direction_of_text(open_page: Any, hostile: mlkg.Study) -> None:
    """Hebrew and Arabic run from right to left, and do not turn what stands beside them."""
    page = open_page(study=hostile)
    direction = "element => getComputedStyle(element).direction"
    assert page.locator("#matrix tbody th bdi").nth(1).evaluate(direction) == "rtl"
    assert page.locator("#matrix tbody th bdi").nth(2).evaluate(direction) == "ltr"
    assert page.locator("#matrix td").first.evaluate(direction) == "ltr"
