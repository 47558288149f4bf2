"""The journal as an export: every selected entry in words, a portion at a time."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db.models import CharField, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import override

from alliance.queries.journal import JournalFilter, details_text_of, journal_events
from alliance.queries.journal_names import JournalNames, journal_names
from alliance.queries.journal_values import ChangedValues, changed_values
from alliance.queries.review_state import reports_read_blind
from portal.kernel import journal
from portal.kernel.access import Actor, acting_as, reading_as
from portal.kernel.journal import Event

BATCH_SIZE = 20_000  # entries; each portion reads the visible rows anew, which costs as much as thousands

_MAX_ID = 2**63 - 1  # as an entry's number


class JournalExportRow(NamedTuple):
    """One entry in words; `target_number` is None where a number would reveal how many there are."""

    number: int
    at: str  # ISO 8601
    kind: str
    sentence: str
    actor: str
    person: int | None
    person_name: str
    organisation: int | None
    organisation_name: str
    subject: int | None  # whom it was done to; as with the number, none of restricted targets
    subject_name: str
    target: str
    target_name: str
    target_number: int | None
    target_title: str  # empty where the reader may not see the target, or it is gone
    concerned: int | None  # the organisation whose the target is, whoever acted
    concerned_name: str
    details: str
    request: str


def export_batches(
    actor: Actor, filters: JournalFilter, language: str
) -> Iterator[Iterator[JournalExportRow]]:
    """All entries, newest first, each portion read in a transaction of its own: for files as they stream.

    Names are read in this language; a portion is put into words, in the language that is active then, as it is gone
    through.
    """
    with acting_as(actor):
        events = _plain_values(journal_events(actor, filters))
    before = _MAX_ID
    while True:
        with reading_as(actor), override(language):
            batch = list(events.filter(pk__lt=before)[:BATCH_SIZE])
            people = {pk for row in batch for pk in (row[4], row[6], row[7])}
            tenants = {tenant for row in batch for tenant in (row[5], row[12])}
            data = {text: json.loads(text) for text in {row[10] for row in batch}}
            names = journal_names(actor, people, tenants, data.values())
            titles = _titles_of(actor, batch)
            hidden_reports = reports_read_blind(actor)
            values = changed_values(actor, [(row[0], row[2], row[9]) for row in batch])
        yield _export_rows(batch, data, names, titles, hidden_reports, values)
        if len(batch) < BATCH_SIZE:
            return
        before = batch[-1][0]


def _plain_values(events: QuerySet[Event]) -> QuerySet[Event, Any]:
    """The entries as plain values, times and data as text: fast enough for very many."""
    utc = Func(Value("UTC"), F("at"), function="timezone")
    timestamp = Func(utc, Value('YYYY-MM-DD"T"HH24:MI:SS.US'), function="to_char", output_field=CharField())
    return events.annotate(written_at=timestamp, written_data=Cast("data", TextField())).values_list(
        "pk", "written_at", "kind", "actor_kind", "person_id", "tenant_id", "subject_id", "successor_id",
        "target_type", "target_id", "written_data", "request_id", "target_tenant_id",
    )  # fmt: skip


def _titles_of(actor: Actor, batch: Sequence[Any]) -> dict[tuple[str, int], str]:
    """What the targets of a portion are called, by model and number. One query for each kind of target."""
    targets: dict[str, set[int]] = {}
    for row in batch:
        targets.setdefault(row[8], set()).add(row[9])
    return {place: link.title for place, link in journal.target_links(actor, targets).items()}


def _export_rows(
    rows: Sequence[Any],
    data_of: Mapping[str, Mapping[str, object]],
    names: JournalNames,
    titles: dict[tuple[str, int], str],
    hidden_reports: Collection[int],
    values: Mapping[int, ChangedValues],
) -> Iterator[JournalExportRow]:
    people, tenants = names.people, names.organisations
    sentence = cache(journal.sentence_for)
    target_name = cache(lambda target: journal.target_name(target.rpartition(".")[2]))
    is_restricted = cache(lambda target: journal.is_restricted(Event(target_type=target)))
    details = cache(
        lambda data, target, hidden: details_text_of(
            data_of[data],
            target,
            people,
            is_restricted=hidden,
            hidden_reports=hidden_reports,
            names=names.facts,
        )
    )
    for (
        number, at, kind, actor, person, tenant, subject, _next, target, target_number, data, request, concerned,
    ) in rows:  # fmt: skip
        hidden = is_restricted(target)
        named = None if hidden else subject
        yield JournalExportRow(
            number, at.removesuffix(".000000") + "+00:00", kind, sentence(kind), actor,
            person, people.get(person or 0, ""), tenant, tenants.get(tenant or 0, ""),
            named, people.get(named or 0, ""),
            target, target_name(target), None if hidden else target_number, titles.get((target, target_number), ""),
            None if hidden else concerned, "" if hidden else tenants.get(concerned or 0, ""),
            _with_values(details(data, target, hidden), values.get(number)), request,
        )  # fmt: skip


def _with_values(details: str, values: ChangedValues | None) -> str:
    """The further facts of an entry, and what the correction that it is about changes."""
    return "; ".join(filter(None, (details, values.text if values else "")))
