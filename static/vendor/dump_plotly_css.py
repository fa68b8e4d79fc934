"""Write plotly/plotly.css: the rules that Plotly would inject, so that a strict CSP needs no inline styles.

Needs playwright and a Chromium; run it before update.py whenever Plotly changes.
"""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

PLOTLY = Path(__file__).resolve().parent / "plotly"
READ_RULES = """async () => {
  await Plotly.newPlot("plot", [{y: [1, 2]}]);
  return [...document.getElementById("plotly.js-style-global").sheet.cssRules].map((rule) => rule.cssText);
}"""


def read_rules(chromium: str) -> list[str]:
    """The style rules that Plotly adds to an empty page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content('<div id="plot"></div>')
        page.add_script_tag(path=str(PLOTLY / "plotly-basic.min.js"))
        rules: list[str] = page.evaluate(READ_RULES)
        browser.close()
    return rules


if __name__ == "__main__":
    rules = read_rules(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    (PLOTLY / "plotly.css").write_text("\n".join(rules) + "\n")
