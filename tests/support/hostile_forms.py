"""Hostile strings typed into the forms of a page, and sent by the browser."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error, Page

from tests.support.hostile_pages import Watch
from tests.support.hostile_strings import COUNT, in_order, that_fit

_DEFAULT_LENGTH = 150  # of a field that says nothing of its length, where the text is to be saved

_TYPED = (
    "input:not([type]), textarea, "
    "input:is([type=text], [type=search], [type=email], [type=url], [type=tel], [type=password], [type=number], "
    "[type=date], [type=time], [type=datetime-local])"
)
_FORMS = """(typed) => [...document.forms].map((form, place) => ({
  place, method: form.method, action: new URL(form.getAttribute("action") || location.pathname, location).pathname,
  // a moment after the last key, scripts save or fetch by themselves
  delay: form.matches("[data-autosave]") ? 1700
    : [...form.elements, form].some((each) => each.matches("[hx-trigger]")) ? 400 : 0,
  fields: [...form.elements].filter((each) => each.matches(typed) && each.name && !each.disabled && !each.readOnly)
    .map((each) => [each.name, Number(each.dataset.limit) || Math.max(each.maxLength, 0)]),
}))"""
# As somebody types who has taken all limits away with the tools of the browser.
_TYPE = """([place, typed, texts]) => {
  const form = document.forms[place];
  form.noValidate = true;
  for (const field of [...form.elements]) {
    if (!field.matches(typed) || !(field.name in texts) || field.disabled || field.readOnly) continue;
    if (field.localName === "input") field.type = "text";
    for (const limit of ["maxlength", "pattern", "required"]) field.removeAttribute(limit);
    field.focus();
    field.value = texts[field.name];
    for (const name of ["input", "change", "keyup"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  }
}"""
_SEND = """(place) => {
  const form = document.forms[place];
  if (!form) return false;
  const buttons = [...form.elements].filter((each) => each.matches("button:not([type=button]), [type=submit]"));
  for (const each of buttons) each.disabled = false;
  form.requestSubmit(buttons[0]);
  return true;
}"""


@dataclass(frozen=True)
class TypedForm:
    """A form with fields for text: its place, how long its scripts wait (ms), the length of each field, or 0."""

    place: int
    method: str
    action: str
    delay: int
    lengths: tuple[tuple[str, int], ...]

    @property
    def kind(self) -> tuple[Any, ...]:
        """The same for forms that differ in numbers alone: one row of a list stands for all."""
        without_numbers = tuple(
            "".join(each for each in name if not each.isdigit()) for name, _ in self.lengths
        )
        return self.method, "".join("#" if each.isdigit() else each for each in self.action), without_numbers


def forms_of(page: Page) -> list[TypedForm]:
    """The forms of the page that text can be typed into."""
    return [
        TypedForm(
            form["place"], form["method"], form["action"], form["delay"], tuple(map(tuple, form["fields"]))
        )
        for form in page.evaluate(_FORMS, _TYPED)
        if form["fields"]
    ]


def type_and_send(page: Page, watch: Watch, form: TypedForm, start: int, *, fitting: bool) -> None:
    """Fill in every field for text, look what scripts make of it, send the form, look at the answer.

    Each field has all of the strings, or (`fitting`) as many as may be saved; each begins with another.
    """
    texts = {}
    for number, (name, length) in enumerate(form.lengths):
        first = (start + 31 * number) % COUNT
        texts[name] = that_fit(length or _DEFAULT_LENGTH, first) if fitting else "\n\n".join(in_order(first))
    page.evaluate(_TYPE, [form.place, _TYPED, texts])
    watch.settle(page, form.delay)
    watch.look(page)
    try:
        page.evaluate(_SEND, form.place)
    except Error as error:
        if "destroyed" not in str(error):  # the answer is there already
            raise
    watch.settle(page, 50)
    watch.look(page)
