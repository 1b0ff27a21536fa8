"""axe-core in a page: all of its rules of all elements, but contrast once for each look.

Contrast is three quarters of the time of axe-core on a page of thousands of elements,
most of which look the same: the same colours on the same backgrounds.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

_AXE = files("axe_playwright_python").joinpath("axe.min.js")

_ONE_OF_EACH_LOOK = """() => {
  const OFTEN = 3;  // of one look, for axe-core cannot tell the background of some
  const KEYS = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize", "fontWeight", "textShadow",
    "textDecorationLine", "borderBottom", "display", "position"];
  let looks, times;
  const look = (element) => {
    if (!element) return "";
    if (!looks.has(element)) {
      const style = getComputedStyle(element), own = KEYS.map(key => style[key]).join();
      const around = look(element.parentElement);
      looks.set(element, around.endsWith(own) ? around : `${around}\\n${own}`);
    }
    return looks.get(element);
  };
  for (const rule of axe._audit.rules.filter(({ id }) => ["color-contrast", "link-in-text-block"].includes(id))) {
    const matches = rule.matches;
    rule.matches = (element, ...others) => {
      const key = rule.id + look(element), seen = times.get(key) ?? 0;
      const chosen = seen < OFTEN && matches.call(rule, element, ...others);
      if (chosen) times.set(key, seen + 1);
      return chosen;
    };
  }
  window.violations = async (options) => {
    looks = new Map();
    times = new Map();
    return (await axe.run(document, options)).violations;
  };
}"""


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core has to say against a page as it is now, by all of its rules or by some."""
    if page.evaluate("window.violations === undefined"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
        page.evaluate(_ONE_OF_EACH_LOOK)
    options: dict[str, Any] = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    return [
        f"{rule['id']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for rule in page.evaluate("options => violations(options)", options)
        for node in rule["nodes"]
    ]
