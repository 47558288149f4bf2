"""The history of a request on the board: who saved it, when, and what it said before; for those whose request it is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from alliance.queries.change_history import FieldChange, Sitting, ValueChange, compare_texts
from portal.kernel.access import Actor
from practices.enums import ContentType, Encryption, ServiceKind
from practices.models import Request, RequestHistory
from practices.queries import taxonomy

Content = Mapping[str, Any]  # as practices.services.requests.content_of gives it

LABELS: Mapping[str, str | Promise] = {
    "title": _("What you are looking for"),
    "text": _("Details"),
    "harms": _("Harm"),
    "service_kinds": _("Kind of service"),
    "content_types": _("Content type"),
    "encryption": _("End-to-end encryption"),
    "languages": _("Language"),
    "language": _("Language of the text"),
}
_TEXTS = frozenset({"title", "text"})  # compared word by word


class RequestWords:
    """How the values of a request are written; the harms are read once, for all that is written by it."""

    def __init__(self) -> None:
        harms = {key: str(harm.title) for key, harm in taxonomy.harms().items()}
        self._words: Mapping[str, Callable[[str], str]] = {
            "harms": lambda key: harms.get(key, key),
            "service_kinds": _labeller(ServiceKind.choices),
            "content_types": _labeller(ContentType.choices),
            "encryption": _labeller(Encryption.choices),
            "languages": lambda code: capfirst(taxonomy.language_name(code)),
            "language": _labeller(settings.LANGUAGES),
        }

    def write(self, name: str, content: Content) -> str:
        """One value of a content as a reader sees it."""
        value = content.get(name) or ""
        if name in _TEXTS or not value:
            return str(value or "")
        word = self._words[name]
        return word(value) if isinstance(value, str) else ", ".join(map(word, value))


def _labeller(choices: Sequence[tuple[str, Any]]) -> Callable[[str], str]:
    labels = dict(choices)
    return lambda key: str(labels.get(key, key))


def versions_of(actor: Actor, request: Request) -> QuerySet[RequestHistory]:
    """All versions that are kept, the first one first."""
    rows: QuerySet[RequestHistory] = RequestHistory.objects.visible_to(actor).filter(request=request)
    return rows.order_by("pk")


def sittings_of_request(actor: Actor, request: Request) -> list[Sitting]:
    """The changes of a request, the latest first, without what was written: each save is one. One query."""
    numbers = [0, *versions_of(actor, request).values_list("pk", flat=True)]
    return [Sitting(before, last) for before, last in pairwise(numbers)][::-1]


def read_request_changes(actor: Actor, request: Request, sittings: Sequence[Sitting]) -> list[FieldChange]:
    """These changes with what was written, the latest first. Two queries."""
    numbers = {number for sitting in sittings for number in sitting}
    rows = versions_of(actor, request).filter(pk__in=numbers).select_related("written_by")
    by_number, words = {row.pk: row for row in rows}, RequestWords()
    return [
        _change(by_number.get(sitting.before), by_number[sitting.last], words)
        for sitting in sittings
        if sitting.last in by_number
    ]


def _change(before: RequestHistory | None, row: RequestHistory, words: RequestWords) -> FieldChange:
    changes = list(_content_changes(before.content if before else {}, row.content, words))
    return FieldChange(row.pk, row.written_at, row.written_by, changes)


def _content_changes(old: Content, new: Content, words: RequestWords) -> Iterator[ValueChange]:
    for name, label in LABELS.items():
        before, after = words.write(name, old), words.write(name, new)
        if name in _TEXTS:
            yield from compare_texts(label, before, after)
        elif before != after:
            yield ValueChange(label, before, after)


def version_at(actor: Actor, request: Request, version: int) -> Content | None:
    """What the request said at this version; None where the history does not have it any more."""
    row = versions_of(actor, request).filter(version=version).last()
    return row.content if row else None


def last_save(actor: Actor, request: Request) -> RequestHistory | None:
    """The newest version with its writer; None where none is kept."""
    return versions_of(actor, request).select_related("written_by").last()
