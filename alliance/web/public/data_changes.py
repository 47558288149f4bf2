"""What changed in the open data, release by release, in words, for the page and its feeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.models import DataRelease


@dataclass(frozen=True, slots=True)
class DataChange:
    """What changed in one table: `kind` is correction, columns, or rows."""

    key: str  # for its entry in a feed
    release: DataRelease
    at: datetime
    table: str
    kind: str
    label: str
    text: str
    examples: str


def data_changes(releases: Sequence[DataRelease]) -> list[DataChange]:
    """The changes of these releases, in their order; a release in which nothing changed has none."""
    return [_change(release, change) for release in releases for change in release.changes]


def _change(release: DataRelease, change: Mapping[str, Any]) -> DataChange:
    if change["corrected"]:
        kind, label = "correction", _("Correction")
    elif change["columns"]:
        kind, label = "columns", _("Columns")
    elif change["new"]:
        kind, label = "rows", _("New rows")
    else:
        kind, label = "rows", _("Changed rows")
    examples = "; ".join(", ".join(parts) for parts in change["examples"])
    more = sum(change[name] for name in ("new", "corrected", "changed", "removed")) > len(change["examples"])
    return DataChange(
        f"{release.pk}-{change['table']}",
        release,
        release.built_at,
        change["table"],
        kind,
        label,
        _text(change),
        f"{examples}; …" if examples and more else examples,
    )


def _text(change: Mapping[str, Any]) -> str:
    counts = (
        (change["corrected"], ngettext("%(n)d row corrected", "%(n)d rows corrected", change["corrected"])),
        (change["new"], ngettext("%(n)d new row", "%(n)d new rows", change["new"])),
        (change["changed"], ngettext("%(n)d row changed", "%(n)d rows changed", change["changed"])),
        (change["removed"], ngettext("%(n)d row removed", "%(n)d rows removed", change["removed"])),
    )
    parts = [text % {"n": count} for count, text in counts if count]
    if change["columns"]:
        parts.append(_("gained %(columns)s") % {"columns": ", ".join(change["columns"])})
    return ", ".join(parts)
