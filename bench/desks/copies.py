"""Rows of a pattern, copied for the crowd by statements of the database: one for each table, whatever its columns are.

What a copy belongs to stands in two temporary tables, `copied_report` and `copied_publication`: from which row it is
copied, to whom, by how long its moments are moved, and which words of its texts are replaced.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.utils import CursorWrapper
from psycopg2.extras import execute_values

from alliance.models import (
    Answer,
    Cycle,
    Evidence,
    Figure,
    InternalNote,
    MeasureConfirmation,
    Organisation,
    Person,
    Pledge,
    Question,
    Report,
    ReviewAssignment,
    Service,
    Submission,
    Verdict,
)
from alliance.models.reviews import ChangesRequest
from portal.kernel.access import owner_alias
from portal.kernel.journal import Event
from portal.kernel.publishing import Projection, Publication
from portal.kernel.search import SearchDocument

# in the order in which one refers to another; a submission is looked up by its number in the report
_OF_REPORTS = (
    Submission, Answer, Figure, Evidence, MeasureConfirmation, ReviewAssignment, Verdict, Question, ChangesRequest,
    InternalNote,
)  # fmt: skip
# The triggers of the field history catch an error for each setting that is not there, and going back from an error
# goes over every row that the statement has written so far: a hundred thousand rows would take hours.
_SETTINGS = (
    ("portal.kind", "system"),
    ("pgtrigger.ignore", "{}"),
    ("pghistory.context_id", "00000000-0000-4000-8000-000000000000"),
    ("pghistory.context_metadata", "{}"),
)
_COLUMNS = {
    "source": "bigint", "target": "bigint", "organisation": "bigint", "cycle": "bigint", "moved": "interval",
    "slug": "text", "own_slug": "text", "number": "text", "own_number": "text", "period": "text", "own_period": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: of which row it is, and whose it becomes; `slug` and the like are what its texts say, and shall say."""

    source: int
    target: int
    organisation: int | None
    cycle: int | None
    moved: timedelta
    slug: str = ""
    own_slug: str = ""
    number: str = ""
    own_number: str = ""
    period: str = ""
    own_period: str = ""


@contextmanager
def owner_cursor() -> Iterator[CursorWrapper]:
    """As the owner of the tables, who sees all of their rows."""
    with connections[owner_alias()].cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _SETTINGS)
        )
        yield cursor


def map_members(
    cursor: CursorWrapper, people: Sequence[tuple[int, int, int]], services: Sequence[tuple[int, int, int]]
) -> None:
    """Who stands in a copy for a person or a service of the pattern: source, organisation, target."""
    for name, rows in (("copied_person", people), ("copied_service", services)):
        cursor.execute(f"CREATE TEMPORARY TABLE {name} (source bigint, organisation bigint, target bigint)")
        execute_values(cursor.cursor, f"INSERT INTO {name} VALUES %s", rows)
        cursor.execute(f"CREATE UNIQUE INDEX ON {name} (source, organisation); ANALYZE {name}")


def copy_publications(cursor: CursorWrapper, copies: Sequence[Copy]) -> None:
    """Publications with the rows that public pages read of them; targets are numbers of publications."""
    _name_copies(cursor, "copied_publication", copies)
    # the record of a pledge is its id
    record = f"CASE WHEN t.type LIKE 'pledge%%' THEN ({copied_uuid('t.record')})::text ELSE {_reworded('t.record')} END"
    own = {"number": "c.target", "record": record, **_reworded_body()}
    _insert(cursor, Publication, "copied_publication", "t.number = c.source", own)
    for model in apps.get_models():
        if issubclass(model, Projection):
            own = {"valid_from": "c.target"}
            if any(
                field.name == "record" and isinstance(field, models.UUIDField) for field in model._meta.fields
            ):
                own["record"] = copied_uuid("t.record")
            _insert(
                cursor, model, "copied_publication", "t.valid_from = c.source AND t.valid_to IS NULL", own
            )
    # what is found of them; of figures the last ones alone
    own = {
        "number": "c.target",
        "scope": _reworded("t.scope"),
        "facets": "string_to_array(" + _reworded("array_to_string(t.facets, ' ')") + ", ' ')",
    }
    last = "t.number = c.source AND (t.kind <> 'figure' OR c.moved = interval '0')"
    _insert(cursor, SearchDocument, "copied_publication", last, own)


def copy_reports(cursor: CursorWrapper, copies: Sequence[Copy]) -> None:
    """Everything that belongs to a report, for reports that are there already; targets are their ids."""
    _name_copies(cursor, "copied_report", copies)
    _write_state(cursor)
    for table in ("answer", "figure", "evidence"):  # what was taken over from the last report
        cursor.execute(f"DELETE FROM alliance_{table} USING copied_report c WHERE report_id = c.target")
    for model in _OF_REPORTS:
        own = {"report_id": "c.target"}
        if model is Submission:
            own |= _reworded_body()
        _insert(cursor, model, "copied_report", "t.report_id = c.source", own)
    own = {
        "target_id": "c.target",
        "tenant_id": "c.organisation",
        "person_id": _of_member("copied_person", "t.person_id"),
    }
    _insert(
        cursor, Event, "copied_report", "t.target_type = 'alliance.report' AND t.target_id = c.source", own
    )


def copy_pledges(cursor: CursorWrapper, copies: Sequence[Copy]) -> None:
    """The pledges of members, under ids of their own; sources and targets are ids of organisations."""
    _name_copies(cursor, "copied_member", copies)
    _insert(
        cursor, Pledge, "copied_member", "t.organisation_id = c.source", {"record": copied_uuid("t.record")}
    )
    copied = (
        "JOIN alliance_pledge t ON t.id = r.pledge_id JOIN copied_member c ON c.source = t.organisation_id"
        f" JOIN alliance_pledge p ON p.record = {copied_uuid('t.record')} AND p.revision = t.revision"
    )
    cursor.execute(
        "INSERT INTO alliance_target (pledge_id, position, text, due_on, indicator_key, value)"
        f" SELECT p.id, r.position, r.text, r.due_on, r.indicator_key, r.value FROM alliance_target r {copied}"
    )
    cursor.execute(
        "INSERT INTO alliance_pledge_services (pledge_id, service_id)"
        f" SELECT p.id, {_of_member('copied_service', 'r.service_id')} FROM alliance_pledge_services r {copied}"
    )


def copied_uuid(column: str) -> str:
    """An id that follows from the pattern's and from whose it becomes."""
    return f"md5({column}::text || c.organisation)::uuid"


def _name_copies(cursor: CursorWrapper, table: str, copies: Sequence[Copy]) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
    assert [field.name for field in fields(Copy)] == list(_COLUMNS)
    cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TEMPORARY TABLE {table} ({columns})")
    execute_values(cursor.cursor, f"INSERT INTO {table} VALUES %s", [astuple(copy) for copy in copies])
    cursor.execute(f"CREATE INDEX ON {table} (source); ANALYZE {table}")


def _write_state(cursor: CursorWrapper) -> None:
    """How far a report is, as it is with its pattern."""
    given = ("id", "organisation_id", "cycle_id")
    columns = [field for field in Report._meta.concrete_fields if field.column not in given]
    values = ", ".join(f"{field.column} = {_value(field)}" for field in columns)
    cursor.execute(
        f"UPDATE alliance_report r SET {values} FROM copied_report c JOIN alliance_report t ON t.id = c.source"
        " WHERE r.id = c.target"
    )


def _insert(
    cursor: CursorWrapper, model: type[models.Model], copies: str, condition: str, own: dict[str, str]
) -> None:
    columns = [
        field
        for field in model._meta.concrete_fields
        if not (field.generated or isinstance(field, models.AutoField))
    ]
    values = ", ".join(own.get(str(field.column)) or _value(field) for field in columns)
    names = ", ".join(str(field.column) for field in columns)
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t JOIN {copies} c ON {condition}"
        " ORDER BY c.target, t." + str(model._meta.pk.column)
    )


def _value(field: "models.Field[Any, Any]") -> str:
    """A column of a copy: whose it becomes, when, in which words; else what it is."""
    column, to = f"t.{field.column}", field.related_model
    if to is Organisation:
        return "c.organisation"
    if to is Cycle:
        return "c.cycle"
    if to is Submission:
        return (
            "(SELECT s.id FROM alliance_submission s JOIN alliance_submission o ON o.number = s.number"
            f" WHERE s.report_id = c.target AND o.id = {column})"
        )
    if to in (Person, Service):
        return _of_member("copied_person" if to is Person else "copied_service", column)
    if isinstance(field, models.DateField):  # a moment is one, too
        return f"({column} + c.moved)::date" if type(field) is models.DateField else f"{column} + c.moved"
    if isinstance(field, models.JSONField):
        return f"({_reworded(f'{column}::text')})::jsonb"
    return column


def _reworded_body() -> dict[str, str]:
    text = _reworded("convert_from(t.body, 'UTF8')")
    return {
        "body": f"convert_to({text}, 'UTF8')",
        "sha256": f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')",
    }


def _of_member(table: str, column: str) -> str:
    mapped = f"SELECT m.target FROM {table} m WHERE m.source = {column} AND m.organisation = c.organisation"
    return f"COALESCE(({mapped}), {column})"


def _reworded(text: str) -> str:
    for old, new in (("slug", "own_slug"), ("number", "own_number"), ("period", "own_period")):
        text = f"replace({text}, c.{old}, c.{new})"
    return text
