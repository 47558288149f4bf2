"""The words of the pages of imports of supporters: columns, what is wrong with a cell, what was chosen for many."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.enums import ImportRowOutcome, SupporterKind, TwinDecision
from alliance.services.supporter_file import HEADINGS
from alliance.services.supporter_rows import DAY_FIRST
from portal.kernel.text import format_figure


def heading_of(column: str) -> str:
    """The heading of a column as a file in the reader's language has it."""
    headings = HEADINGS.get(column, (column,))
    is_russian = get_language() == "ru"
    return next((heading for heading in headings if heading.isascii() != is_russian), headings[0])


def fault_text(fault: str) -> str:
    """What is wrong with a cell, and how to put it right."""
    texts = {
        "empty": _("This cell is empty."),
        "too-long": _("The text is too long."),
        "letters": _("It mixes letters of two alphabets or has a character that nobody sees."),
        "kind": _("Not on the list of kinds."),
        "website": _("This is not an address of the web."),
        "email": _("This is not an e-mail address."),
        "date": _("There is no such day. Write 03.04.2025 or 2025-04-03."),
        "date-order": _("Day or month first? Choose for all such dates."),
        "future": _("This day has not come yet."),
    }
    return texts.get(fault, fault)


def fault_word(fault: str) -> str:
    """The same in a word or two, for a tab."""
    words = {
        "empty": _("empty"),
        "too-long": _("too long"),
        "letters": _("odd letters"),
        "kind": _("not on the list"),
        "date": _("no such day"),
        "date-order": _("day or month first"),
        "future": _("still to come"),
    }
    return words.get(fault) or fault_text(fault)


def staying_out(counts: Mapping[str, int], decisions: Mapping[str, int]) -> list[str]:
    """Which rows an import leaves out, and how many: by what they are, and what was decided of the unclear ones."""
    decided = decisions.get(TwinDecision.SAME, 0) + decisions.get(TwinDecision.OUT, 0)
    groups = (
        (_("faulty: %(n)s"), counts.get(ImportRowOutcome.FAULTY, 0)),
        (_("not decided: %(n)s"), decisions.get("", 0)),
        (_("decided to stay out: %(n)s"), decided),
        (_("here already: %(n)s"), counts.get(ImportRowOutcome.KNOWN, 0)),
        (_("twice in the file: %(n)s"), counts.get(ImportRowOutcome.REPEATED, 0)),
    )
    return [words % {"n": format_figure(count)} for words, count in groups if count]


@dataclass(frozen=True, slots=True)
class StoredChoice:
    """What was chosen for many rows of a file; `name` is what a button posts that takes it back."""

    name: str
    label: str
    value: str


def stored_choices(choices: Mapping[str, Any]) -> list[StoredChoice]:
    """The choices of an import that hold for many rows, in words."""
    stored = []
    if order := choices.get("date_order"):
        value = _("day first") if order == DAY_FIRST else _("month first")
        stored.append(StoredChoice("date_order:", _("Dates like 03/04/25"), value))
    for word, kind in choices.get("kinds", {}).items():
        stored.append(
            StoredChoice(f"kinds:{word}", _("“%(word)s”") % {"word": word}, str(SupporterKind(kind).label))
        )
    for key, value in choices.get("replacements", {}).items():
        column, _dot, fault = key.partition(".")
        label = f"{heading_of(column)}: {fault_text(fault)}"
        stored.append(StoredChoice(f"replacements:{key}", label, _replacement(column, value)))
    return stored


def emptied_text(column: str) -> str:
    """What stands where a cell is left empty."""
    return _("the day of the import") if column == "acceded_on" else _("leave the cell empty")


def _replacement(column: str, value: str) -> str:
    if not value:
        return emptied_text(column)
    return str(SupporterKind(value).label) if column == "kind" else value
