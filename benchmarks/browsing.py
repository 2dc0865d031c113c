"""Measure the page of a made-up study in Chromium: how long it takes to load, filter and scroll.

    python benchmarks/browsing.py M

Sizes are those of generate.py. Times are in milliseconds, the median of the runs; the browser is
`CHROMIUM` from the environment, or what is on the path.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generate import SIZES, generate
from playwright.sync_api import sync_playwright

import mlkg
from mlkg.export import export

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# A double frame: the second callback runs after the first frame was laid out and painted.
PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
FILTER = f"""async value => {{
  const box = document.forms[0].elements.text;
  box.value = value;
  const begun = performance.now();
  box.dispatchEvent(new Event("input", {{ bubbles: true }}));
  await new Promise(done => setTimeout(done, 160));
  await {PAINTED};
  return performance.now() - begun - 160;
}}"""
CHOOSE = f"""async number => {{
  const box = document.querySelectorAll("input[name=state]")[number];
  const begun = performance.now();
  box.click();
  await {PAINTED};
  return performance.now() - begun;
}}"""
OPEN = f"""async () => {{
  const links = document.querySelectorAll("#matrix td:not(.out) > a");
  const begun = performance.now();
  links[Math.floor(links.length / 2)].click();
  await {PAINTED};
  return performance.now() - begun;
}}"""
SCROLL = """async () => {
  const box = document.getElementById("scroller");
  const frames = [];
  let before = performance.now();
  for (let step = 0; step < 60; step += 1) {
    box.scrollBy(40, 60);
    await new Promise(done => requestAnimationFrame(done));
    const now = performance.now();
    frames.push(now - before);
    before = now;
  }
  return Math.max(...frames.slice(1));
}"""


def measure(page: Path, runs: int) -> Iterator[tuple[str, float]]:
    """Yield what was measured with its median in milliseconds, or MB for memory."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"
    found: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        found.setdefault(name, []).append(value)

    with sync_playwright() as playwright:
        for _ in range(runs):
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            tab: Any = browser.new_page(viewport={"width": 1440, "height": 900})
            tab.set_default_timeout(180_000)
            begun = time.monotonic()
            tab.goto(page.as_uri(), timeout=180_000)
            tab.evaluate(PAINTED)
            note("load until painted", 1000 * (time.monotonic() - begun))
            note(
                "until its script has run",
                tab.evaluate(
                    "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
                ),
            )
            note("elements", tab.evaluate("document.getElementsByTagName('*').length"))
            note("longest frame while scrolling", tab.evaluate(SCROLL))
            note("open a cell", tab.evaluate(OPEN))
            tab.keyboard.press("Escape")
            note("first search for text", tab.evaluate(FILTER, "vendor"))
            note("second search for text", tab.evaluate(FILTER, "option 7 criterion 5"))
            note("search reset", tab.evaluate(FILTER, ""))
            note("choose a state", tab.evaluate(CHOOSE, 2))
            browser.close()
    for name, values in found.items():
        yield name, statistics.median(values)


def main() -> None:
    """Read the arguments, write the page, and print what was measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), *SIZES[arguments.size])
        study = mlkg.load(folder)
        begun = time.monotonic()
        content = export(study, "html")
        print(f"{'written in':32}{1000 * (time.monotonic() - begun):10.0f}")
        print(f"{'size in kB':32}{len(content) / 1000:10.0f}")
        page = Path(folder) / "page.html"
        page.write_bytes(content)
        for name, value in measure(page, arguments.runs):
            print(f"{name:32}{value:10.0f}")


if __name__ == "__main__":
    main()
