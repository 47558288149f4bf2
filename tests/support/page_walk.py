"""The pages that everybody may read, looked at in each colour scheme and width with one load of the page."""

from collections.abc import Mapping, Sequence
from zlib import crc32

from portal.display import CHOICES, stylesheet, to_cookie
from tests.support.page_inspection import EVERY, NARROW, NO_COLOURS, REFLOW, WIDE, Inspector

LANGUAGES = ("en", "ru")
WIDTHS = (WIDE, NARROW, REFLOW)
SCHEMES = CHOICES["scheme"][1:]  # each by its name; the first one follows the system
_AS_USUAL = {name: values[0] for name, values in CHOICES.items()}
# In the place of the reader's own stylesheet, which names the same layer: nothing is loaded again, nothing runs again.
_SHOW = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [sheet];
}"""
# Whether a text stands out follows from its colour, its size and what is painted behind it. Axe looks at the elements
# that bring one of these together for the first time in the walk: a few after the first pages.
_LOOK_AT_COLOURS = """async () => {
  const seen = new Set(JSON.parse(localStorage.getItem("seen colours") || "[]")), fresh = [];
  const grounds = new Map();
  const groundOf = (element) => {
    if (!element) return "";
    if (!grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity].join();
      const isPlain = own === "rgba(0, 0, 0, 0),none,1";
      grounds.set(element, isPlain ? groundOf(element.parentElement) : `${own}/${groundOf(element.parentElement)}`);
    }
    return grounds.get(element);
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  for (const element of document.body.querySelectorAll("*")) {
    if (!element.matches("input, select, textarea") && !hasText(element)) continue;
    if (!element.checkVisibility()) continue;
    const { color, fill, fontSize, fontWeight } = getComputedStyle(element);
    const key = [color, element instanceof SVGElement ? fill : "", fontSize, fontWeight, groundOf(element)].join("|");
    if (!seen.has(key)) fresh.push(element);
    seen.add(key);
  }
  if (!fresh.length) return [];
  localStorage.setItem("seen colours", JSON.stringify([...seen]));
  const runOnly = { type: "rule", values: ["color-contrast"] };
  const options = { runOnly, resultTypes: ["violations"], preload: false };
  const results = await axe.run({ include: fresh }, options);
  return results.violations.flatMap((violation) => violation.nodes.map((node) => node.html.slice(0, 160)));
}"""

# What is wrong with the element that has the focus; null at the end of the page. The button within a field for a day
# has a ring of the browser's own.
_FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const box = element.getBoundingClientRect();
  const isPainted = (each) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
  };
  const faults = [];
  if (![element, ...(element.labels || [])].some(isPainted) && element.type !== "date") faults.push("no ring");
  const isSeen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  if (!isSeen) faults.push("out of sight");
  for (let each = element; each !== document.body; each = each.parentElement) {
    const { width, height } = each.getBoundingClientRect(), { overflow, display } = getComputedStyle(each);
    if (display !== "contents" && width * height <= 4 && overflow === "hidden") faults.push("within what is not shown");
  }
  return faults.length ? `${faults.join(", ")}: ${element.outerHTML.slice(0, 160)}` : "";
}"""
_MOST_STOPS = 600
_HAS_HEAD = "document.querySelector('.masthead') !== null"  # in a frame on another site there is none
_FIRST_STOP = "document.activeElement.getAttribute('href')"


def looks_of(name: str, language: str, *, full: bool, turns: int = 1) -> Mapping[int, Sequence[str]]:
    """The widths in which the page of this name is looked at in a language, each with its schemes.

    When `full` all widths: in one turn each scheme comes up in one of them and of the languages, in five turns in all.
    Else one width and scheme in one of the languages, by the name alone.
    """
    turn = crc32(name.encode())
    if not full:
        is_its = LANGUAGES[turn % 2] == language
        return {WIDTHS[turn // 2 % 3]: (SCHEMES[turn // 6 % 5],)} if is_its else {}
    first = turn + LANGUAGES.index(language) * len(WIDTHS)
    return {
        width: [SCHEMES[(first + place + each) % len(SCHEMES)] for each in range(min(turns, len(SCHEMES)))]
        for place, width in enumerate(WIDTHS)
    }


class Walk(Inspector):
    """Goes through pages, and keeps what is wrong with each."""

    def look(self, address: str, looks: Mapping[int, Sequence[str]], status: int = 200) -> None:
        """Open the page once. At each width axe looks at its structure, then in its schemes at its colours."""
        self.page.set_viewport_size({"width": next(iter(looks)), "height": 900})
        response = self.page.goto(address)
        if response is None or response.status != status:
            self.faults.append(f"{address}: answered {response and response.status} instead of {status}")
            return
        for width, schemes in looks.items():
            self.page.set_viewport_size({"width": width, "height": 900})
            self.axe(f"{address} at {width}", EVERY, NO_COLOURS)
            for scheme in schemes:
                self.page.evaluate(_SHOW, stylesheet(to_cookie(_AS_USUAL | {"scheme": scheme})))
                for place in self.page.evaluate(_LOOK_AT_COLOURS):
                    self.faults.append(f"{address} at {width}, {scheme}: too little contrast: {place}")
        self.measure(address)
        self.listen(address, status)

    def tab_through(self, address: str, width: int) -> None:
        """Open the page and press Tab until its end: a way past the head first, then nothing unseen, and no trap."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.goto(address)
        self.page.keyboard.press("Tab")
        if self.page.evaluate(_HAS_HEAD) and self.page.evaluate(_FIRST_STOP) != "#main":
            self.faults.append(f"{address} at {width}: Tab does not come to the way past the head first")
        for _stop in range(_MOST_STOPS):
            fault = self.page.evaluate(_FOCUS)
            if fault is None:
                return
            if fault:
                self.faults.append(f"{address} at {width}: by Tab: {fault}")
            self.page.keyboard.press("Tab")
        self.faults.append(f"{address} at {width}: Tab does not come to the end")

    def dim(self, selector: str) -> list[str]:
        """What the look at colours says once a text has nearly the colour of its ground."""
        self.page.evaluate(
            "(selector) => { document.querySelector(selector).style.color = '#eee'; }", selector
        )
        self.page.evaluate(_SHOW, stylesheet(to_cookie(_AS_USUAL | {"scheme": "light"})))
        return list(self.page.evaluate(_LOOK_AT_COLOURS))
