"""Hostile strings in every text column of a world, past all validators: straight in the database, which is thrown away.

Every column holds all of them, beginning with another in each row. Limits of length, checks and indexes that stand in
the way are dropped, triggers and row-level security set aside meanwhile.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils import timezone
from psycopg2.extras import Json

from alliance.models import (
    Cycle,
    Evidence,
    FormerName,
    FormerServiceName,
    Measure,
    PublishedFigure,
    PublishedResponse,
    PublishedTotal,
    PublishedVerdict,
    ReferenceCount,
    ReferenceLoad,
    Report,
    Service,
    Site,
    WithdrawnPublication,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import canonical, digest
from practices.fields import FIELDS, FieldType
from practices.models import SearchEntry
from tests.factories import Cast
from tests.support import database
from tests.support.every_row import MODELS, make_missing_rows
from tests.support.hostile_strings import COUNT, in_order

# Columns that hold no text of a person, by their names or the ends of them, each with the reason.
EXEMPT = {
    **dict.fromkeys(("slug", "record"), "addresses are made of it"),
    **dict.fromkeys(
        ("key", "keys", "harms", "measures", "cell", "choice", "indicator"), "of the charter, as a key"
    ),
    **dict.fromkeys(
        ("sha256", "digest", "digests", "ChainCheck.link", "fingerprint", "password", "bounced_address"),
        "a digest",
    ),
    **dict.fromkeys(("salt", "request_id", "hint"), "made of chance"),
    **dict.fromkeys(
        ("language", "languages", "roles", "scopes", "labels", "label"), "from a list in the code"
    ),
    **dict.fromkeys(
        ("service_kinds", "content_types", "facets", "media_type", "time_zone"), "from a list in the code"
    ),
    **dict.fromkeys(
        ("kind", "type", "channel", "group", "action", "notice", "about", "last_fault"), "a name in the code"
    ),
    **dict.fromkeys(
        ("tokens", "earlier_readers", "people", "organisations", "groups", "mentions", "payload"),
        "numbers of rows",
    ),
    **dict.fromkeys(("file", "path", "position", "logo"), "a path in the storage"),
    **dict.fromkeys(("location", "Delivery.url", "headers", "reference"), "an address of ours"),
    **dict.fromkeys(("bounce_code", "Delivery.code", "Digest.code"), "three numbers"),
    "Heartbeat.name": "a name in the code",
    "Evidence.source": "a name in the code",
    "Indicator.breakdowns": "keys of breakdowns",
    "pgh_label": "a name in the code",
    "session_data": "signed",
    "word": "one word of the search",
    "data": "names and numbers; of second factors secrets",
    "quotes": "names in the code and numbers",
}
FILLED_ALL_THE_SAME = {"Authenticator.data"}  # a passkey has a name
# Words of JSON that are people's, by their keys; a title in two languages has them one level deeper.
_JSON_TEXTS = {
    "text", "title", "name", "office", "reason", "url", "note", "message", "summary", "en", "ru", "file_name",
    "what", "unit", "scheme", "statement", "method", "definition_note", "disclosure_reason", "id", "publisher",
    *(field.key for field in FIELDS if field.field_type in (FieldType.LINE, FieldType.TEXT)),
}  # fmt: skip
_TITLES = {"en": "x", "ru": "x"}
_BEFORE_CORRECTION = {
    "status": "reported", "value": "1", "text": "x", "note": "x", "method": "x", "reason": "x", "verdict": "limited",
}  # fmt: skip
_ENTRY = {"text": "x", "by": "person", "what": "x", "unit": "x", "before": "1", "after": "2"}
_CONTENT = {
    **{field.key: "x" for field in FIELDS if field.field_type in (FieldType.LINE, FieldType.TEXT)},
    **{field.key: [_ENTRY] for field in FIELDS if field.field_type in (FieldType.STEPS, FieldType.EFFECTS)},
}
_LINK = {
    "id": 0, "evidence": None, "kind": "link", "title": "x", "url": "x", "file_name": "", "media_type": "", "size": 0,
    "sha256": "", "disclosure": "public", "source": "", "reference": "", "measure": "search", "practice": "",
}  # fmt: skip
_DECISION = {"state": "missed", "reason": _TITLES, "decided_on": "2030-02-01"}
_TARGET = {"text": "x", "due_on": "2030-01-01", "indicator": "", "value": None, "decision": _DECISION}
# Parts that JSON may have beside those that the world has.
_COMPLETE: dict[str, Any] = {
    "PublishedReport.evidence": [_LINK],
    "PublishedReport.was": {"standing": "not_filed", "reason": "x"},
    "Charter.sources": [{"title": _TITLES, "url": "x", "name": "x"}],
    "Charter.breakdowns": [{"key": "x", "title": _TITLES, "cells": [{"key": "x", "title": _TITLES}]}],
    "Harm.identifiers": [{"scheme": "x", "id": "x"}],
    "PublishedPledge.services": [{"slug": "aurora-kids", "name": _TITLES}],
    "PublishedPledge.targets": [{**_TARGET, "was": _TARGET, "corrected_in": 1}],
    "ImportedFile.report": {"faults": [{"line": 1, "field": "x", "message": "x"}]},
    **{f"{model}.content": _CONTENT for model in ("Draft", "Version", "PublishedPractice")},
}
# Where the whole text is an address, it begins with one that would run.
_ADDRESSES = ("url", "website")
FIRST_LINK, LINKS = 140, 5  # the first of the links among the strings, and how many run as they are
# Bytes of JSON, of which another column is the digest.
_BODIES = ("Submission.body", "Publication.body")
_TEXTS = (models.CharField, models.TextField, models.JSONField, ArrayField)


def text_columns() -> list[tuple[type[models.Model], Any]]:
    """Every column with people's words, with its model."""
    return [
        (model, field)
        for model in MODELS.values()
        for field in model._meta.concrete_fields
        if f"{model.__name__}.{field.name}" in _BODIES
        or (isinstance(field, _TEXTS) and not field.generated and not _exempt(model, field))
    ]


def _exempt(model: type[models.Model], field: Any) -> bool:
    if f"{model.__name__}.{field.name}" in FILLED_ALL_THE_SAME:
        return False
    base = getattr(field, "base_field", field)
    own = field.name.rpartition("_")[0] if field.name.endswith(("_en", "_ru")) else field.name
    ends = any(f"{model.__name__}.{own}" == name or f"_{own}".endswith(f"_{name}") for name in EXEMPT)
    return (
        bool(base.choices)
        or isinstance(base, models.SlugField)
        or ends
        or model._meta.app_label == "sessions"
    )


def make_rows(cast: Cast) -> None:
    """What the world has nothing of, where something of it can hold text."""
    make_missing_rows(cast)
    now = timezone.now()
    with acting_as(SYSTEM):
        Site.objects.update_or_create(
            id=1, defaults={"name_en": "x", "name_ru": "x", "contact": "a@b.example"}
        )
        FormerName.objects.create(organisation=cast.aurora, until=now.date())
        kids = Service.objects.get(slug="aurora-kids")
        FormerServiceName.objects.create(service=kids, until=now.date())
        report = Report.objects.get(organisation=cast.aurora, cycle__slug="2026-h1")
        Evidence.objects.create(
            report=report,
            organisation=cast.aurora,
            measure=Measure.objects.filter(key="search")[0],
            kind="link",
        )
        load = ReferenceLoad.objects.create(sha256="0" * 64, rows=1)
        for cycle in Cycle.objects.filter(slug__in=("2023-h2", "2026-h1")):
            figure = {"indicator_key": "search-rate", "value": 1, "observer": "x", "source": "x"}
            ReferenceCount.objects.create(
                load=load,
                organisation=cast.aurora,
                starts_on=cycle.starts_on,
                ends_on=cycle.ends_on,
                **figure,
            )
        for commitment in ("", "find"):
            PublishedResponse.objects.create(
                organisation=cast.aurora, cycle=Cycle.objects.get(slug="2023-h2"), commitment_key=commitment,
                language="en", signed_at=now, valid_from=1,
            )  # fmt: skip
        for model in (PublishedFigure, PublishedTotal, PublishedResponse):
            model.objects.update(corrected_in=1, was=_BEFORE_CORRECTION)
        PublishedVerdict.objects.update(corrected_in=1, was={**_BEFORE_CORRECTION, "value": "limited"})
        WithdrawnPublication.objects.create(
            type="report", record="hostile/2023-h2", number=1, organisation=cast.aurora, at=now, reason=_TITLES,
            valid_from=1,
        )  # fmt: skip


def fill(turn: int = 0) -> dict[str, int]:
    """Write all strings into every text column of every row; gives back how many rows of each column hold them.

    Each turn begins each field with another string, and every second turn takes them in another order.
    """
    counts: dict[str, int] = {}
    by_model: dict[type[models.Model], list[Any]] = {}
    for model, column in text_columns():
        by_model.setdefault(model, []).append(column)
    with database.owner_cursor() as cursor:
        cursor.execute("SELECT set_config('portal.kind', 'system', false)")
        for model, columns in by_model.items():
            table = model._meta.db_table
            generated = [field for field in model._meta.local_concrete_fields if field.generated]
            _free(cursor, table, columns, generated)
            names = ", ".join(f'"{column.column}"' for column in columns)
            cursor.execute(f'SELECT ctid, {names} FROM "{table}"')
            for number, (place, *values) in enumerate(cursor.fetchall()):
                entries: dict[str, Any] = {}
                for index, (column, value) in enumerate(zip(columns, values, strict=True)):
                    name = f"{model.__name__}.{column.name}"
                    strings = _Strings(turn, number + 7 * len(counts) + 31 * index)
                    if name in _BODIES:
                        body = strings.instead_of(_complete(name, json.loads(bytes(value))), "")
                        entries |= {"body": canonical(body), "sha256": digest(canonical(body))}
                    else:
                        entries[column.column] = _hostile(column, _complete(name, value), strings)
                    counts[name] = counts.get(name, 0) + (entries[column.column] is not None)
                sets = ", ".join(f'"{name}" = %s' for name in entries)
                cursor.execute(f'UPDATE "{table}" SET {sets} WHERE ctid = %s', [*entries.values(), place])
            for field in generated:
                expression, parameters = field.generated_sql(connection)
                cursor.execute(f'UPDATE "{table}" SET "{field.column}" = {expression}', parameters)
            if model is SearchEntry:  # a search for the word finds them all, and marks it in their texts
                vector = "search_vector || to_tsvector('portal_words', 'hostile')"
                cursor.execute(f'UPDATE "{table}" SET search_vector = {vector}')
            cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER')
    return counts


def _free(cursor: Any, table: str, columns: list[Any], generated: list[Any]) -> None:
    """Lift what keeps the table from holding them; `generated`: what is worked out of columns, and keeps their type."""
    cursor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER')
    names = [column.column for column in columns]
    cursor.execute(
        "SELECT DISTINCT conname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)"
        " WHERE conrelid = %s::regclass AND contype IN ('c', 'u') AND attname = ANY (%s)",
        [table, names],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    cursor.execute(
        "SELECT indexrelid::regclass FROM pg_index WHERE indrelid = %s::regclass AND NOT indisprimary"
        " AND pg_get_indexdef(indexrelid) ~ %s",
        [table, rf"\m({'|'.join(names)})\M"],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")
    cursor.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
        " AND (tgattr <> '' OR tgqual IS NOT NULL)",
        [table],
    )  # a trigger that names columns, or asks for their values, keeps their type
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
    for column in generated:
        cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column.column}" DROP EXPRESSION')
    for column in columns:
        if isinstance(getattr(column, "base_field", column), models.CharField):
            kind = "text[]" if isinstance(column, ArrayField) else "text"
            cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column.column}" TYPE {kind}')


def _complete(name: str, value: Any) -> Any:
    part = _COMPLETE.get(name)
    if name == "Submission.body":
        measures = [{**measure, "evidence": [*measure["evidence"], _LINK]} for measure in value["measures"]]
        return {**value, "measures": measures}
    if part is None:
        return value
    return {**(value or {}), **part} if isinstance(part, dict) else [*(value or ()), *part]


def _hostile(column: Any, value: Any, strings: "_Strings") -> Any:
    """What stands in the place of the value: of JSON and lists their words."""
    if isinstance(column, models.JSONField):
        return None if value is None else Json(strings.instead_of(value, ""))
    if isinstance(column, ArrayField):
        return [strings.instead_of(each, "text") for each in value or ()]
    return strings.instead_of(value or "", column.name if column.name in _ADDRESSES else "text")


class _Strings:
    """All hostile strings as one text, another for each field."""

    def __init__(self, turn: int, number: int) -> None:
        self._start, self._step = 37 * turn + number, (1, COUNT - 1, 3, 77)[turn % 4]

    def instead_of(self, value: Any, key: str) -> Any:
        if isinstance(value, Mapping):
            return {name: self.instead_of(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self.instead_of(each, key) for each in value]
        return self._next(key) if isinstance(value, str) and key in _JSON_TEXTS | {*_ADDRESSES} else value

    def _next(self, key: str) -> str:
        self._start += 11
        start = FIRST_LINK + self._start % LINKS if key in _ADDRESSES else self._start
        return "\n\n".join(in_order(start, self._step))


def empty_columns(counts: Mapping[str, int]) -> Iterator[str]:
    """Columns that no row of the world has."""
    for model, column in text_columns():
        if not counts.get(f"{model.__name__}.{column.name}"):
            yield f"{model.__name__}.{column.name}"
