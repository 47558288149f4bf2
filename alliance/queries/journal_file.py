"""The journal as it is taken away: every line that was asked for, in words, a portion at a time."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db.models import CharField, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import override

from alliance.queries.journal import Asked, details_of, journal_lines, names_of
from portal.kernel import journal, journal_words
from portal.kernel.access import Actor
from portal.kernel.models import Event
from portal.kernel.row_security import acting_as

PORTION = (
    20_000  # lines: each portion asks anew what its reader may see, which costs as much as thousands of lines
)

_AFTER_ALL = 2**63 - 1  # as a line's number


class Entry(NamedTuple):
    """One line in words; `thing_number` is None where a number would tell how many such things there are."""

    number: int
    at: str  # ISO 8601
    kind: str
    says: str
    actor: str
    person: int | None
    person_name: str
    organisation: int | None
    organisation_name: str
    thing: str
    thing_name: str
    thing_number: int | None
    details: str
    request: str


def every_portion(actor: Actor, asked: Asked, language: str) -> Iterator[Iterator[Entry]]:
    """All lines, newest first, each portion read in a transaction of its own: for files as they stream.

    Names are read in this language; a portion is put into words, in the language that is active then, as it is gone
    through.
    """
    with acting_as(actor):
        lines = _plain(journal_lines(actor, asked))
    before = _AFTER_ALL
    while True:
        with acting_as(actor), override(language):
            found = list(lines.filter(pk__lt=before)[:PORTION])
            names = names_of(actor, {line[4] for line in found}, {line[5] for line in found})
        yield _in_words(found, *names)
        if len(found) < PORTION:
            return
        before = found[-1][0]


def _plain(lines: QuerySet[Event]) -> QuerySet[Event, Any]:
    """The lines as plain values, times and data as text: of very many, no more is made of each than is needed."""
    utc = Func(Value("UTC"), F("at"), function="timezone")
    written = Func(utc, Value('YYYY-MM-DD"T"HH24:MI:SS.US'), function="to_char", output_field=CharField())
    return lines.annotate(written_at=written, written_data=Cast("data", TextField())).values_list(
        "pk", "written_at", "kind", "actor_kind", "person_id", "tenant_id", "target_type", "target_id",
        "written_data", "request_id",
    )  # fmt: skip


def _in_words(found: Sequence[Any], people: dict[int, str], tenants: dict[int, str]) -> Iterator[Entry]:
    sentence, thing, shaded, details = (
        cache(journal_words.sentence),
        cache(_thing),
        cache(_is_shaded),
        cache(_details),
    )
    for number, at, kind, actor, person, tenant, target, target_number, data, request in found:
        hidden = shaded(target)
        yield Entry(
            number, at.removesuffix(".000000") + "+00:00", kind, sentence(kind), actor,
            person, people.get(person, ""), tenant, tenants.get(tenant, ""),
            target, thing(target), None if hidden else target_number, details(data, target, hidden), request,
        )  # fmt: skip


def _thing(target: str) -> str:
    return journal_words.thing(target.rpartition(".")[2])


def _is_shaded(target: str) -> bool:
    return journal.is_shaded(Event(target_type=target))


def _details(data: str, target: str, is_shaded: bool) -> str:
    return details_of(json.loads(data), target, is_shaded=is_shaded)
