"""What axe says of a page: its structure at each width, its colours in each theme, and whether keys reach what a mouse does."""

from __future__ import annotations

from collections.abc import Sequence

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.support.pages import OVERFLOW

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
DESKS = ((DESK, "light", "everything"), (DESK, "dark", "colours"))
PHONES = ((PHONE, "dark", "width"), (PHONE, "light", "colours"))
# A theme changes colours and nothing else.
COLOURS = ["color-contrast", "link-in-text-block"]
# Not among axe's usual rules: what is pressed is 24 pixels wide and high, or has that much room.
ALSO = ["target-size"]
# What another width can change: what there is room for, what is shown instead of something else, tables that become cards.
BY_WIDTH = [
    *ALSO, "aria-hidden-focus", "button-name", "empty-table-header", "heading-order", "label", "link-name",
    "page-has-heading-one", "scrollable-region-focusable", "select-name", "th-has-data-cells",
]  # fmt: skip
# The frame is the same around every page. A test of its own looks at its colours.
FRAME = ".sidebar, .topbar, .skip"

# The page shows what it has, in this theme, and whatever moves has arrived.
STILL = """async (dark) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  while (document.querySelector('.skeletons') || document.documentElement.classList.contains('dark') !== dark) await frame();
  await frame();
  await frame();
  await Promise.all(document.getAnimations().map((item) => item.finished.catch(() => 0)));
}"""

# Elements with words of their own, one for each combination of what decides about contrast: colour, size, and everything that
# is drawn behind. The hundred rows of a list are asked about once.
SAMPLE = """(roots) => {
  const seen = new Set();
  const behind = new Map([[null, '']]);
  const drawn = (element) => {
    if (!behind.has(element)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
      const clear = backgroundColor === 'rgba(0, 0, 0, 0)' && backgroundImage === 'none' && opacity === '1';
      behind.set(element, drawn(element.parentElement) + (clear ? '' : `|${backgroundColor} ${backgroundImage} ${opacity}`));
    }
    return behind.get(element);
  };
  return roots.flatMap((root) => [...root.querySelectorAll('*')]).filter((element) => {
    const speaks = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!speaks && !element.matches('input, select, textarea')) return false;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const key = `${element.tagName === 'A'} ${element.matches(':disabled')} ${color} ${fontSize} ${fontWeight} ${drawn(element)}`;
    return !seen.has(key) && seen.add(key);
  });
}"""

# React keeps an element's handlers beside it.
UNREACHED = """(roots) => roots.flatMap((root) => [...root.querySelectorAll('*')]).filter((element) => {
  const props = element[Object.keys(element).find((name) => name.startsWith('__reactProps'))];
  return props?.onClick && element.tabIndex < 0 && element.checkVisibility()
    && !element.matches('label, dialog, .popover, [role=option], [role=tab], :disabled');
}).map((element) => `no key reaches what a click is for: ${element.outerHTML.slice(0, 160)}`)"""

ASK = f"""async ({{ root, depth }}) => {{
  const roots = [...document.querySelectorAll(root)];
  const whole = root === 'main';
  const usual = {{ resultTypes: ['violations'] }};
  const set = (ids, enabled) => ids.map((id) => [id, {{ enabled }}]);
  const rules = Object.fromEntries([...set({COLOURS}, false), ...set({ALSO}, true)]);
  const part = whole ? document : {{ include: roots }};
  const asked = {{ everything: {{ ...usual, rules }}, width: {{ ...usual, runOnly: {BY_WIDTH} }} }}[depth];
  const answers = asked ? [await axe.run(part, asked)] : [];
  const include = ({SAMPLE})(roots).filter((element) => !whole || !element.closest('{FRAME}'));
  if (include.length) answers.push(await axe.run({{ include }}, {{ ...usual, runOnly: {COLOURS} }}));
  const told = answers.flatMap((answer) => answer.violations).flatMap((item) => item.nodes.slice(0, 3).map((node) =>
    `${{item.id}}: ${{item.help}}: ${{node.html.slice(0, 160)}} ${{(node.failureSummary || '').slice(0, 300)}}`));
  const wide = {OVERFLOW} > 0 ? ['the page is wider than the window'] : [];
  return [...told, ...wide, ...(asked ? ({UNREACHED})(roots) : [])];
}}"""


def look(page: Page, root: str = "main") -> dict[str, list[str]]:
    """What is wrong within `root`, and at which width and in which theme. Of `main`, the structure around it counts too."""
    found = _look(page, root, (*DESKS, *PHONES))
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    return found


def look_on_a_phone(page: Page, root: str) -> dict[str, list[str]]:
    """As `look`, of what only a phone has."""
    return _look(page, root, PHONES)


def _look(page: Page, root: str, views: Sequence[tuple[dict[str, int], str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    for size, theme, depth in views:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.evaluate(STILL, theme == "dark")
        for violation in page.evaluate(ASK, {"root": root, "depth": depth}):
            found.setdefault(violation, []).append(f"{size['width']} px {theme}")
    return found
