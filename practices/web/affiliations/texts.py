"""What an affiliation opens, in sentences."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices.queries.affiliations import OpenedRecords


def opened_sentences(records: Iterable[OpenedRecords]) -> list[str]:
    """One line for each source: how many of its practices, uses and requests. No titles."""
    return [_("%(name)s: %(what)s") % {"name": row.source.name, "what": _counts(row)} for row in records]


def _counts(row: OpenedRecords) -> str:
    parts = (
        (row.practices, ngettext("%(n)d practice", "%(n)d practices", row.practices)),
        (row.uses, ngettext("%(n)d use of a practice", "%(n)d uses of practices", row.uses)),
        (row.requests, ngettext("%(n)d request", "%(n)d requests", row.requests)),
    )
    return ", ".join(text % {"n": number} for number, text in parts if number)
