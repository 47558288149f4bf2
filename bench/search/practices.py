"""Practices by the ten thousand, written straight into the tables: of all labels and kinds, in two languages."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.utils import timezone
from psycopg2.extras import execute_values

from bench.search.population import Population
from bench.search.vocabulary import Vocabulary
from portal.kernel.access import owner_alias
from practices.enums import (
    AgeBand,
    ContentType,
    Encryption,
    EvidenceGrade,
    Label,
    PermittedUse,
    PracticeKind,
    PracticeStage,
    ServiceKind,
)

HARMS = [f"harm-{number}" for number in range(1, 15)]
MEASURES = [f"measure-{number}" for number in range(1, 31)]
_LANGUAGES = ("en", "ru", "kk", "uz", "tg", "de")
_LABELS = {Label.CLEAR: 25, Label.GREEN: 45, Label.AMBER: 15, Label.AMBER_STRICT: 10, Label.RED: 5}
_PORTION = 5_000


def insert_practices(crowd: Population, first: int, last: int, seed: int = 1) -> None:
    """Write the practices with the numbers from `first` to `last`, each with one version, as the owner."""
    chance = Random(seed + first)
    writers = {language: Vocabulary(language, Random(seed)) for language in ("en", "ru")}
    with indexed_afterwards("practices_searchentry"):
        for begin in range(first, last + 1, _PORTION):
            numbers = range(begin, min(begin + _PORTION, last + 1))
            _insert(list(_rows(crowd, numbers, chance, writers)))
    _adopt(first, last)
    with connections[owner_alias()].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def indexed_afterwards(table: str) -> Iterator[None]:
    """Make the indexes when all rows are there: it takes a fraction of the time."""
    with connections[owner_alias()].cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT LIKE '%%_pkey'",
            [table],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            cursor.execute(definition)


def _rows(
    crowd: Population, numbers: range, chance: Random, writers: dict[str, Vocabulary]
) -> Iterator[tuple[list[Any], list[Any]]]:
    first_day = timezone.now() - timedelta(days=5 * 365)
    for number in numbers:
        # about in the order in which they were drafted, a few weeks up or down
        shared_at = first_day + timedelta(minutes=20 * number + chance.randrange(30 * 24 * 60))
        author = chance.choice(crowd.people)
        label = chance.choices(list(_LABELS), list(_LABELS.values()))[0]
        language = chance.choices(("en", "ru"), (6, 4))[0]
        state = "retired" if chance.random() < 0.03 else "shared"
        yield (
            [
                *(number, str(UUID(int=number)), author[1], [f"{author[0]}.{author[1]}"], state, label),
                *(*_readers(crowd, chance, label), language, "", shared_at, shared_at, shared_at),
            ],
            [
                *(number, number, 1, json.dumps(_content(chance, writers[language]), ensure_ascii=False)),
                *("", "0" * 64, author[0], shared_at, "[]"),
            ],
        )


def _readers(crowd: Population, chance: Random, label: str) -> list[Any]:
    if label in (Label.CLEAR, Label.GREEN):
        return [[], [], []]
    some = [[], chance.sample(crowd.organisations, chance.randint(1, 4)), chance.sample(crowd.groups, 1)]
    return [chance.sample(crowd.names(), 3), [] if label == Label.RED else some[1], chance.choice(some[::2])]


def _content(chance: Random, writer: Vocabulary) -> dict[str, Any]:
    """About as long as a practice is: some 250 words, now and then a policy text of 600 more."""
    return {
        "title": writer.sentence(chance.randint(4, 9)).rstrip("."),
        "kind": chance.choice(PracticeKind.values),
        "stage": chance.choice(PracticeStage.values),
        "harms": chance.sample(HARMS, chance.randint(1, 3)),
        "content_types": chance.sample(ContentType.values, chance.randint(0, 3)),
        "service_kinds": chance.sample(ServiceKind.values, chance.randint(0, 3)),
        "encryption": chance.choice(Encryption.values),
        "languages": chance.sample(_LANGUAGES, chance.randint(0, 2)),
        "age_bands": chance.sample(AgeBand.values, chance.randint(0, 3)),
        "summary": writer.text(36),
        "triggers": writer.text(24),
        "steps": [{"text": writer.text(24), "by": "automatic"} for _ in range(chance.randint(2, 5))],
        "limits": writer.text(36),
        "false_alarms": writer.text(24),
        "grade": chance.choice(EvidenceGrade.values),
        "permitted_use": PermittedUse.USE.value,
        "measures": chance.sample(MEASURES, chance.randint(0, 4)),
    } | ({"definitions": writer.text(600)} if chance.random() < 0.1 else {})


def _insert(rows: list[tuple[list[Any], list[Any]]]) -> None:
    connection = connections[owner_alias()]
    with transaction.atomic(using=owner_alias()), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.kind', 'system', true)")
        for part, table in enumerate((_PRACTICE, _VERSION)):
            execute_values(
                cursor.cursor, f"INSERT INTO {table} VALUES %s", [row[part] for row in rows], page_size=500
            )


def _adopt(first: int, last: int) -> None:
    """Every third practice is used or tried by another organisation, visibly for the community."""
    with transaction.atomic(using=owner_alias()), connections[owner_alias()].cursor() as cursor:
        cursor.execute("SELECT set_config('portal.kind', 'system', true)")
        cursor.execute(
            "INSERT INTO practices_adoption (key, practice_id, practice_label, organisation_id, author_people, label,"
            " reader_people, reader_organisations, reader_groups, state, since, version, asked_because, created_at,"
            " updated_at)"
            " SELECT gen_random_uuid(), p.id, p.label, o.id, '{}', 'green', '{}', '{}', '{}',"
            "   CASE WHEN p.id %% 2 = 0 THEN 'in_use' ELSE 'trial' END, current_date, 1, '', now(), now()"
            " FROM practices_practice p"
            " JOIN LATERAL (SELECT id FROM alliance_organisation ORDER BY (id + p.id) %% 17 LIMIT 2) o"
            "   ON o.id <> p.organisation_id"
            " WHERE p.id BETWEEN %s AND %s AND p.id %% 3 = 0",
            [first, last],
        )


_PRACTICE = (
    "practices_practice (id, key, organisation_id, author_people, state, label, reader_people, reader_organisations,"
    " reader_groups, language, state_reason, labelled_at, created_at, shared_at)"
)
_VERSION = "practices_version (id, practice_id, number, content, note, sha256, written_by_id, shared_at, attachments)"
