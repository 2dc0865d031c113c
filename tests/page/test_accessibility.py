"""The page held to axe-core's rules, WCAG's and its best practices."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from page_texts import HOSTILE
from playwright.sync_api import expect
from samples import TANGLED, VALUED

import mlkg


def violations(page: Any) -> list[str]:
    """Return the rules that the page breaks, each with the elements that do."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {[node['html'][:200] for node in rule['nodes']]}" for rule in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_no_rule_is_broken(open_page: Any, scheme: str, width: int) -> None:
    """With evidence closed, open, filtered, and with all records open, in both colour schemes."""
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    assert violations(page) == []
    page.locator("[id='vertex-ai.deployment-focus'] > a").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_label("disputed 4").check()
    expect(page.get_by_role("status")).to_have_text("4 of 100 cells")
    for group in page.locator(".group:visible").all():
        group.locator("summary").click()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", [HOSTILE, TANGLED, VALUED], ids=["hostile", "tangled", "valued"])
def test_every_state_and_any_text(
    open_page: Any, new_study: Callable[..., Path], scheme: str, text: str
) -> None:
    """Every state, texts of any length and direction, holes and doubles break no rule either."""
    other = mlkg.load(new_study({"all.ttl": text}))
    page = open_page(study=other, color_scheme=scheme)
    for group in page.locator(".group").all():
        group.locator("summary").click()
    assert violations(page) == []
    page.locator("#matrix td > a").first.click()
    assert violations(page) == []


def test_no_rule_is_broken_without_script(open_page: Any) -> None:
    """The page as it looks without the script keeps the rules as well."""
    page = open_page()
    page.evaluate("document.documentElement.classList.remove('js')")
    assert violations(page) == []
