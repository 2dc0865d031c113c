"""Filters of the page: by state, option, criterion and text, alone and together."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

DISPUTED = [
    "ray-serve.cost-plan",
    "seldon-core.cost-plan",
    "tensorflow-serving.supported-platforms",
    "vertex-ai.deployment-focus",
]


def left(page: Page) -> list[str]:
    """Return the anchors of the cells that are in sight."""
    links = page.locator("#matrix td > a")
    found: list[str] = links.evaluate_all(
        "links => links.filter(a => a.checkVisibility({ visibilityProperty: true }))"
        ".map(a => a.parentElement.id)"
    )
    return found


def told(page: Page, text: str) -> None:
    """Wait until the page says, and announces, this of its filters."""
    expect(page.get_by_role("status")).to_have_text(text)


def fragment(page: Page) -> str:
    """Return what follows # in the address."""
    return page.url.partition("#")[2]


@pytest.mark.usefixtures("folding")
def test_by_state(open_page: Any) -> None:
    """Cells in other states go, with rows and columns of nothing else; Reset has all back."""
    page = open_page()
    told(page, "All 100 cells")
    page.get_by_label("disputed 4").check()
    told(page, "4 of 100 cells")
    assert left(page) == DISPUTED
    assert page.locator("#matrix thead th:visible").all_inner_texts() == [
        "Option",
        "Supported Platforms",
        "Deployment Focus",
        "Cost Plan",
    ]
    assert page.locator("#matrix tbody th:visible").all_inner_texts() == [
        "RayServe",
        "Seldon Core",
        "TensorFlow Serving",
        "Vertex AI",
    ]
    assert page.locator(".group:visible h3").all_inner_texts() == [
        "RayServe",
        "Seldon Core",
        "TensorFlow Serving",
        "Vertex AI",
    ]
    assert fragment(page) == "?state=disputed"
    page.get_by_label("open 16").check()
    told(page, "20 of 100 cells")
    assert len(left(page)) == 20
    page.get_by_role("button", name="Reset").click()
    told(page, "All 100 cells")
    assert len(left(page)) == 100
    assert fragment(page) == "table"


@pytest.mark.usefixtures("folding")
def test_by_text(open_page: Any) -> None:
    """All words must be in the cell, its headings, its evidence or its sources, in any case."""
    page = open_page()
    box = page.get_by_role("searchbox")
    box.fill("alibi MONITORS")
    told(page, "1 of 100 cells")
    assert left(page) == ["kubeflow.model-monitoring"]
    box.fill("discuss.ray.io")
    page.wait_for_url("**text=discuss*")
    assert left(page) == ["ray-serve.docker-support"]
    box.fill("no such words")
    told(page, "No cell fits")
    assert left(page) == []
    box.fill("article")  # a kind of source, and the name of an element
    page.wait_for_url("**text=article*")
    assert left(page) == ["azure-ml.outlier-detection", "azure-ml.data-drift-detection"]


def test_by_option_and_criterion(open_page: Any) -> None:
    """A row, a column, and the cell where they meet."""
    page = open_page()
    page.get_by_role("combobox", name="Option", exact=True).select_option("MLflow")
    told(page, "10 of 100 cells")
    assert {anchor.partition(".")[0] for anchor in left(page)} == {"mlflow"}
    page.get_by_role("combobox", name="Criterion", exact=True).select_option("Docker Support")
    told(page, "1 of 100 cells")
    assert left(page) == ["mlflow.docker-support"]
    assert fragment(page) == "?option=mlflow&criterion=docker-support"


@pytest.mark.usefixtures("folding")
def test_the_address_keeps_filters_and_cell(open_page: Any) -> None:
    """A copied address gives the same filters with the same cell open; going back undoes them."""
    page = open_page("#ray-serve.cost-plan?state=disputed&text=open")
    assert left(page) == DISPUTED[:2]
    assert page.get_by_label("disputed 4").is_checked()
    assert page.get_by_role("searchbox").input_value() == "open"
    assert page.locator("#panel .names").inner_text() == "RayServe × Cost Plan"
    page.keyboard.press("Escape")
    assert fragment(page) == "?state=disputed&text=open"
    page.locator("[id='seldon-core.cost-plan'] > a").click()
    assert fragment(page) == "seldon-core.cost-plan?state=disputed&text=open"
    page.reload()
    assert left(page) == DISPUTED[:2]
    assert page.locator("#panel .names").inner_text() == "Seldon Core × Cost Plan"


@pytest.mark.usefixtures("folding")
def test_a_filter_closes_the_cell_that_it_hides(open_page: Any) -> None:
    """What is open is in the table; a link to a hidden cell takes the filters away."""
    page = open_page("#kubeflow.model-monitoring")
    page.get_by_label("open 16").check()
    told(page, "16 of 100 cells")
    assert not page.locator("#panel").is_visible()
    assert fragment(page) == "?state=open"
    page.click("text=RayServe × Cost Plan")
    assert page.locator("#panel .names").inner_text() == "RayServe × Cost Plan"
    told(page, "All 100 cells")


def test_links_to_sections_leave_the_filters(open_page: Any) -> None:
    """Looking at the sources, say, changes nothing in the table."""
    page = open_page("#?state=disputed")
    page.click("nav >> text=Sources")
    assert fragment(page) == "sources"
    told(page, "4 of 100 cells")


def test_what_is_no_filter_is_left_out(open_page: Any) -> None:
    """Unknown states, options and criteria in an address hide nothing."""
    page = open_page("#?state=disputed,unheard-of&option=nobody&criterion=&more=1")
    told(page, "4 of 100 cells")


def test_arrow_keys_pass_over_hidden_cells(open_page: Any) -> None:
    """The keys reach every cell in sight, and no other."""
    page = open_page("#?state=disputed")
    page.locator("#matrix a[tabindex='0']").focus()
    reached = ["ray-serve.cost-plan"]
    for key in ("ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
        reached.append(page.evaluate("document.activeElement.parentElement.id"))
    page.keyboard.press("Control+End")
    reached.append(page.evaluate("document.activeElement.parentElement.id"))
    assert reached == [
        "ray-serve.cost-plan",
        "seldon-core.cost-plan",
        "seldon-core.cost-plan",
        "vertex-ai.deployment-focus",
    ]
