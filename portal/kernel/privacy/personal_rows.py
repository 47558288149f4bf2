"""What is stored about a person, read a few rows at a time: however much it is, it costs no memory."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from portal.kernel.access import Actor, acting_as, reading_as

PersonalDataRow = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NumberedRows:
    """Rows in the order of their primary keys, which are numbers; `write` puts what was read at once into plain values.

    They are read as `reader`, where the person may not see them by the database's rules: what they may is decided here.
    """

    objects: QuerySet[Any, Any]  # of model instances, or of tuples that begin with the primary key
    write: Callable[[Sequence[Any]], Sequence[PersonalDataRow]]
    reader: Actor | None = None

    def read_after(self, number: int, limit: int) -> list[tuple[int, PersonalDataRow]]:
        """The next rows, each with its primary key."""
        if self.reader is None:
            return self._read_after(number, limit)
        with acting_as(self.reader):
            return self._read_after(number, limit)

    def _read_after(self, number: int, limit: int) -> list[tuple[int, PersonalDataRow]]:
        objects = list(self.objects.filter(pk__gt=number).order_by("pk")[:limit])
        numbers = [each[0] if isinstance(each, tuple) else each.pk for each in objects]
        return list(zip(numbers, self.write(objects), strict=True))


PersonalDataSource = Callable[[Actor], Iterable[PersonalDataRow] | NumberedRows]


def columns_of(
    rows: QuerySet[Any, Any], columns: Sequence[str] | Mapping[str, str], *, reader: Actor | None = None
) -> NumberedRows:
    """These columns of the rows, each under its own name or the one to which it is given."""
    fields = columns if isinstance(columns, Mapping) else {column: column for column in columns}
    names = tuple(fields)

    def write(values: Sequence[Any]) -> Sequence[PersonalDataRow]:
        return [dict(zip(names, row[1:], strict=True)) for row in values]

    return NumberedRows(rows.values_list("pk", *fields.values()), write, reader)


@dataclass(frozen=True, slots=True)
class RowsOfPerson:
    """What of a model names the person in one of its fields."""

    model: Any
    person_field: str
    fields: Mapping[str, str]

    def __call__(self, actor: Actor) -> NumberedRows:
        rows = self.model.objects.visible_to(actor).filter(**{self.person_field: actor.person_id})
        return columns_of(rows, self.fields)

    @property
    def column(self) -> str:
        return f"{self.model._meta.label}.{self.person_field}"


def rows_of(model: Any, person_field: str, **fields: str) -> PersonalDataSource:
    """What of a model names the person in the field `person_field`, as far as they see it: each value under its
    name.
    """
    return RowsOfPerson(model, person_field, fields)


@dataclass(frozen=True, slots=True)
class PersonalDataPage:
    """Some rows, and the number after which the next ones are; None where there are none."""

    rows: Sequence[PersonalDataRow]
    after: int | None


def read_page(
    source: PersonalDataSource, actors: Sequence[Actor], after: int, limit: int
) -> PersonalDataPage:
    """The rows with numbers beyond `after` that the person sees as any of these actors, each once.

    `limit` are read at most as each of them, in a transaction of its own. What is not numbered is read as a whole.
    """
    by_number: dict[tuple[int, str], PersonalDataRow] = {}
    horizon: int | None = None  # beyond it somebody may see rows that were not read
    for actor in actors:
        with reading_as(actor):
            rows, is_full = _read(source(actor), after, limit)
        if is_full:
            horizon = rows[-1][0] if horizon is None else min(horizon, rows[-1][0])
        for number, row in rows:
            by_number.setdefault((number, _text_of(row)), row)
    places = [place for place in by_number if horizon is None or place[0] <= horizon]
    # what is not numbered stays in the order in which it was read
    return PersonalDataPage([by_number[place] for place in sorted(places, key=lambda each: each[0])], horizon)


def _read(
    rows: Iterable[PersonalDataRow] | NumberedRows, after: int, limit: int
) -> tuple[list[tuple[int, PersonalDataRow]], bool]:
    """Rows with their numbers, and whether there may be more."""
    if isinstance(rows, NumberedRows):
        numbered = rows.read_after(after, limit)
        return numbered, len(numbered) == limit
    return [(0, row) for row in rows], False


def _text_of(row: PersonalDataRow) -> str:
    return json.dumps(row, cls=DjangoJSONEncoder, sort_keys=True)
