"""The words of the pages of imports of supporters: columns, and what is wrong with a cell."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.services.supporter_file import HEADINGS


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
