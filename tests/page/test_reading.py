"""The page in a browser: cells open by mouse, keys, touch and address, and without script."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

import mlkg
from mlkg.export.dossier import origin
from mlkg.export.part import Part

CELL = "#kubeflow\\.model-monitoring > a"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def fragment(page: Page) -> str:
    """Return what follows # in the address."""
    return page.url.partition("#")[2]


def focused(page: Page) -> str:
    """Return the anchor of the cell that has the focus, or the id of what else has it."""
    found: str = page.evaluate(
        "(document.activeElement.closest('td') ?? document.activeElement).id"
    )
    return found


def shown(page: Page) -> list[str]:
    """Return the lines of the open evidence, none when it is closed."""
    panel = page.locator("#panel")
    return panel.inner_text().split("\n") if panel.is_visible() else []


@pytest.mark.usefixtures("folding")
def test_a_click_opens_a_cell(open_page: Any) -> None:
    """It shows what the evidence says, which way it points, and its source; Close closes it."""
    page = open_page()
    assert shown(page) == []
    page.click(CELL)
    panel = page.locator("#panel")
    assert panel.locator("#panel-title .names").inner_text() == "KubeFlow × Model Monitoring"
    assert panel.locator("#panel-title .verdict").inner_text() == "✔ (Seldon Core)"
    assert panel.locator(".state").inner_text() == (
        "● supported: 1 piece of sourced evidence supports ✔, and none disputes it."
    )
    assert panel.locator(".way").inner_text() == "+ supports, indicates ✔"
    assert panel.locator(".finding").all_inner_texts() == [
        "Kubeflow monitors model metrics by way of Alibi Detect from Seldon Core."
    ]
    link = panel.locator(".source a")
    assert link.get_attribute("href") == link.inner_text()
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert panel.locator(".soft.small").inner_text() == (
        "repository · Kubeflow · by way of Seldon Core"
    )
    assert panel.locator(".of-claim").inner_text().split() == ["Relies", "on", "Seldon", "Core"]
    assert panel.locator(".permalink").get_attribute("href") == "#kubeflow.model-monitoring"
    assert fragment(page) == "kubeflow.model-monitoring"
    assert focused(page) == "panel-title"
    panel.get_by_role("button", name="Close").click()
    assert shown(page) == []
    assert focused(page) == "kubeflow.model-monitoring"
    assert fragment(page) == "table"


def test_another_cell_opens_in_its_place(open_page: Any) -> None:
    """What a claim relies on is a link to that cell; going back opens the earlier one again."""
    page = open_page("#kubeflow.model-monitoring")
    page.locator("#panel .of-claim a").click()
    assert page.locator("#panel .names").inner_text() == "Seldon Core × Model Monitoring"
    assert page.locator("td.shown").evaluate_all("cells => cells.map(cell => cell.id)") == [
        "seldon-core.model-monitoring"
    ]
    page.go_back()
    assert page.locator("#panel .names").inner_text() == "KubeFlow × Model Monitoring"


@pytest.mark.usefixtures("folding")
def test_keys_move_open_and_close(open_page: Any) -> None:
    """The table is one Tab stop; arrows, Home, End move; Enter, Space open; Escape closes."""
    page = open_page()
    tabbable = page.locator("#matrix a[tabindex='0']")
    assert tabbable.count() == 1
    tabbable.focus()
    assert focused(page) == "aws-sagemaker.supported-platforms"
    for key, reached in [
        ("ArrowLeft", "aws-sagemaker.supported-platforms"),
        ("ArrowDown", "azure-ml.supported-platforms"),
        ("ArrowRight", "azure-ml.outlier-detection"),
        ("End", "azure-ml.batch-processing"),
        ("ArrowUp", "aws-sagemaker.batch-processing"),
        ("Home", "aws-sagemaker.supported-platforms"),
        ("Control+End", "vertex-ai.batch-processing"),
        ("Control+Home", "aws-sagemaker.supported-platforms"),
    ]:
        page.keyboard.press(key)
        assert (key, focused(page)) == (key, reached)
    for key in ("Enter", "Space"):
        page.keyboard.press(key)
        assert page.locator("#panel .names").inner_text() == "AWS SageMaker × Supported Platforms"
        assert focused(page) == "panel-title"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Close"
        page.keyboard.press("Escape")
        assert shown(page) == []
        assert focused(page) == "aws-sagemaker.supported-platforms"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "aws-sagemaker.supported-platforms"


def test_a_tap_opens_a_cell(open_page: Any) -> None:
    """On a phone the evidence comes up from below, above which the cell stays in sight."""
    page = open_page(**PHONE)
    page.locator("#azure-ml\\.supported-platforms > a").tap()
    panel = page.locator("#panel")
    assert panel.locator(".names").inner_text() == "Azure ML × Supported Platforms"
    box, cell = panel.bounding_box(), page.locator("td.shown").bounding_box()
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    assert cell["y"] > 0
    assert cell["y"] + cell["height"] <= box["y"]
    panel.get_by_role("button", name="Close").tap()
    assert shown(page) == []


@pytest.mark.usefixtures("folding")
def test_an_address_opens_a_cell(open_page: Any) -> None:
    """FILE#ANCHOR shows the cell in the table, in sight, with its evidence open."""
    page = open_page("#vertex-ai.deployment-focus")
    assert page.locator("#panel .names").inner_text() == "Vertex AI × Deployment Focus"
    assert page.locator("#panel .way b").all_inner_texts() == ["ML Models"]
    cell = page.locator("td.shown")
    assert cell.get_attribute("id") == "vertex-ai.deployment-focus"
    expect(cell).to_be_in_viewport(ratio=1)


def test_an_address_of_no_cell_opens_none(open_page: Any) -> None:
    """Anchors that are none, broken ones among them, leave the page as it is."""
    for anchor in ("#nothing.here", "#%E0%A4%A", "#sources", "#?", "#?state=unheard-of"):
        page = open_page(anchor)
        assert shown(page) == []
        assert page.locator("#matrix td").count() == 100


@pytest.mark.usefixtures("folding")
def test_links_on_the_page_open_cells(open_page: Any) -> None:
    """Disputed claims, unsupported ones and what rests on a source lead to the cells."""
    page = open_page()
    page.click("text=RayServe × Cost Plan")
    assert page.locator("#panel .names").inner_text() == "RayServe × Cost Plan"
    page.click("#gaps .by-row a >> nth=0")
    assert page.locator("#panel .names").inner_text() == "AWS SageMaker × Supported Platforms"
    page.keyboard.press("Escape")
    expect(page.locator("#gaps .by-row a >> nth=0")).to_be_focused()
    page.locator("#sources").scroll_into_view_if_needed()
    page.click("#sources .resting a >> nth=0")
    assert page.locator("#panel .names").inner_text() == "Vertex AI × Batch Processing"


@pytest.mark.usefixtures("folding")
def test_everything_is_there_without_script(open_page: Any) -> None:
    """Cells are links to their evidence, all of it in sight; what needs the script is not."""
    page = open_page(java_script_enabled=False)
    for useless in ("#filter", "#theme", "#panel"):
        assert not page.locator(useless).is_visible()
    assert page.locator(".legend li").all_inner_texts() == [
        "● supported 23",
        "○ unsupported 57",
        "! disputed 4",
        "· open 16",
    ]
    assert page.locator(".record").count() == 100
    page.click("#matrix td[data-state=disputed] >> nth=0 >> a")
    assert fragment(page) == "ray-serve.cost-plan"
    record = page.locator("[id='ray-serve.cost-plan']")
    assert record.locator(".names").inner_text() == "RayServe × Cost Plan"
    assert record.locator(".finding").all_inner_texts() == [
        "Is open source. The table has it free or paid."
    ]
    box = record.bounding_box()
    assert 0 <= box["y"] < 900
    record.locator("text=Back to the table").click()
    assert page.locator("#matrix").bounding_box()["y"] < 900


def test_headings_stay_in_sight(open_page: Any) -> None:
    """When the table scrolls in its box, its first row and first column do not leave it."""
    page = open_page(viewport={"width": 390, "height": 420})
    scroller = page.locator("#scroller")
    scroller.evaluate("box => box.scrollTo(300, 200)")
    box = scroller.bounding_box()
    across = page.locator("#matrix thead th").nth(5).bounding_box()
    down = page.locator("#matrix tbody th").nth(5).bounding_box()
    assert across["y"] == pytest.approx(box["y"] + 1, abs=1)
    assert down["x"] == pytest.approx(box["x"] + 1, abs=1)


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_page_itself_never_scrolls_sideways(open_page: Any, width: int) -> None:
    """What is wider than the window scrolls in a box of its own."""
    page = open_page(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#azure-ml\\.supported-platforms > a").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.usefixtures("folding")
def test_print_holds_all_evidence(open_page: Any) -> None:
    """On paper every record is open, and what only a screen needs is gone."""
    page = open_page("#kubeflow.model-monitoring")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    records = page.locator(".record")
    assert records.count() == 100
    assert all(records.nth(number).is_visible() for number in (0, 50, 99))
    for useless in ("#panel", "#filter", "nav", "#theme"):
        assert not page.locator(useless).is_visible()
    assert page.locator(".legend").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not records.nth(0).is_visible()


def test_light_and_dark_follow_the_system_until_chosen(open_page: Any) -> None:
    """The button names the other scheme and switches to it."""
    background = "getComputedStyle(document.body).backgroundColor"
    page = open_page(color_scheme="dark")
    button = page.locator("#theme")
    dark = page.evaluate(background)
    assert button.inner_text() == "Light"
    button.click()
    assert button.inner_text() == "Dark"
    light = page.evaluate(background)
    page.emulate_media(color_scheme="light")
    assert page.evaluate(background) == light
    assert dark != light


def test_a_transposed_part(open_page: Any) -> None:
    """Criteria down, options across; cells that are not part of it are empty and are no stops."""
    part = Part(options=("rayserve", "mlflow"), states=("disputed", "open"), transpose=True)
    page = open_page("#ray-serve.cost-plan", part=part)
    heads = page.locator("#matrix thead th").all_inner_texts()
    assert heads == ["Criterion", "MLflow", "RayServe"]
    assert page.locator("#panel .names").inner_text() == "RayServe × Cost Plan"
    assert page.locator("#matrix td").count() == 8
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "ray-serve.cost-plan"
    page.keyboard.press("Control+Home")
    assert focused(page) == "mlflow.outlier-detection"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_qr_code_can_be_scanned(open_page: Any, study: mlkg.Study, scheme: str) -> None:
    """What a reader's camera sees leads to the repository, with the digest."""
    page = open_page(color_scheme=scheme)
    picture = np.frombuffer(page.locator("svg.qr").screenshot(), np.uint8)
    image = cv2.imdecode(picture, cv2.IMREAD_GRAYSCALE)
    assert image is not None
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(image)
    assert text == (
        f"https://gitlab.example.org/studies/ml-deployment?sha256={origin(study).digest}"
    )
