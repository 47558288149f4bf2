"""The history of a draft pledge: who saved it, when, and what it said before; its organisation's alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Commitment, Pledge, PledgeHistory, Service
from alliance.queries.change_history import (
    FieldChange,
    Sitting,
    ValueChange,
    compare_texts,
)
from alliance.queries.pledges import figure_indicators
from portal.kernel.access import Actor
from portal.kernel.text import format_date, format_figure

Content = Mapping[str, Any]  # as alliance.services.pledge_draft.content_of gives it

_LABELS: Mapping[str, str | Promise] = {
    "commitment": gettext_lazy("Commitment"),
    "title": gettext_lazy("Title"),
    "text": gettext_lazy("In your own words"),
    "language": gettext_lazy("Language of the text"),
    "services": gettext_lazy("Services"),
    "measures": gettext_lazy("Opt-in measures"),
    "targets": gettext_lazy("Targets"),
}
_TEXTS = frozenset({"text", "targets"})  # compared word by word


@dataclass(frozen=True, slots=True)
class PledgeWords:
    """How keys in a pledge are written: measures and indicators by key, services by id."""

    measures: Mapping[str, str]
    indicators: Mapping[str, str]
    services: Mapping[int, str]

    @classmethod
    def of(cls, actor: Actor, commitment: Commitment | None, contents: Sequence[Content]) -> "PledgeWords":
        """The words of everything that these contents name. Two queries."""
        named = {number for content in contents for number in content["services"]}
        services = {row.pk: row.name for row in Service.objects.filter(pk__in=named)} if named else {}
        optional = getattr(commitment, "optional", [])
        indicators = {row.key: row.title for row in figure_indicators(actor, commitment)}
        return cls({row.key: f"{row.code} {row.title}" for row in optional}, indicators, services)

    def write(self, name: str, content: Content) -> str:
        """One value of a content as a reader sees it."""
        value = content.get(name)
        if not value:
            return ""
        if name == "targets":
            return "\n".join(self._target(row) for row in value)
        if name == "services":
            return ", ".join(self.services.get(number, "") for number in value)
        if name == "measures":
            return ", ".join(self.measures.get(key, key) for key in value)
        return str(dict(settings.LANGUAGES).get(value, value)) if name == "language" else str(value)

    def _target(self, row: Mapping[str, Any]) -> str:
        parts = [row["text"]]
        if row["due_on"]:
            day = format_date(date.fromisoformat(row["due_on"]))
            parts.append(_("by %(day)s") % {"day": day})
        if row["indicator"]:
            number = format_figure(Decimal(row["value"])) if row["value"] else ""
            parts.append(f"{self.indicators.get(row['indicator'], row['indicator'])}: {number}")
        return " · ".join(parts)


def versions_of(actor: Actor, pledge: Pledge) -> Any:
    """All versions that are kept, the first one first."""
    return PledgeHistory.objects.visible_to(actor).filter(pledge=pledge).order_by("pk")


def sittings_of_pledge(actor: Actor, pledge: Pledge) -> list[Sitting]:
    """The changes of a pledge, the latest first, without what was written: each save is one. One query."""
    numbers = [0, *versions_of(actor, pledge).values_list("pk", flat=True)]
    return [Sitting(before, last) for before, last in pairwise(numbers)][::-1]


def read_pledge_changes(
    actor: Actor, pledge: Pledge, commitment: Commitment | None, sittings: Sequence[Sitting]
) -> list[FieldChange]:
    """These changes with what was written, the latest first. Three queries."""
    numbers = {number for sitting in sittings for number in sitting}
    rows = {
        row.pk: row for row in versions_of(actor, pledge).filter(pk__in=numbers).select_related("written_by")
    }
    words = PledgeWords.of(actor, commitment, [row.content for row in rows.values()])
    return [
        _change(rows.get(sitting.before), rows[sitting.last], words)
        for sitting in sittings
        if sitting.last in rows
    ]


def _change(before: PledgeHistory | None, row: PledgeHistory, words: PledgeWords) -> FieldChange:
    return FieldChange(
        row.pk,
        row.written_at,
        row.written_by,
        list(content_changes(before.content if before else {}, row.content, words)),
        is_by_portal=row.written_by_id is None,
    )


def content_changes(old: Content, new: Content, words: PledgeWords) -> Iterator[ValueChange]:
    """What differs between two contents of a pledge, in words."""
    for name, label in _LABELS.items():
        if old.get(name) == new.get(name):
            continue
        before, after = words.write(name, old), words.write(name, new)
        if name in _TEXTS:
            yield from compare_texts(label, before, after)
        elif before != after:
            yield ValueChange(label, before, after)


def differing_values(stored: Content, sent: Content, words: PledgeWords) -> tuple[str, str]:
    """What two contents say differently, each as one text: of the text alone without its label."""
    names = [name for name in _LABELS if stored.get(name) != sent.get(name)]
    if names == ["text"]:
        return stored["text"], sent["text"]
    return _lines(stored, names, words), _lines(sent, names, words)


def _lines(content: Content, names: Sequence[str], words: PledgeWords) -> str:
    return "\n".join(f"{_LABELS[name]}: {words.write(name, content) or '–'}" for name in names)


def version_at(actor: Actor, pledge: Pledge, version: int) -> Content | None:
    """What the draft said at this version; None where the history does not have it any more."""
    row = versions_of(actor, pledge).filter(version=version).last()
    return row.content if row else None


def last_writer(actor: Actor, pledge: Pledge) -> Any:
    """Who saved it last; None where a new version of the charter did."""
    row = versions_of(actor, pledge).select_related("written_by").last()
    return row.written_by if row else None
