"""What the secretariat reads from files: a draft of the next version of the charter, and files of supporters."""

from datetime import date
from typing import Any

import yaml
from django.utils import timezone

from alliance.demo.cast import Cast
from alliance.enums import ImportRowOutcome
from alliance.models import Charter, CharterUpload, Supporter, SupporterImport, SupporterImportRow
from alliance.services.charters import load_charter
from bench.desks.charter import charter_file
from bench.desks.members import MANAGER

RENAMED, _NEW_KEY = (
    "find-harmful-content",
    "find-and-restrict",
)  # a commitment that has another key in the draft
_FAULTY, _UNCLEAR = 33, 50  # every so many rows: three per cent cannot be taken
_LEAST = 3_000  # rows of a file: faulty and unclear ones fill a page in an alliance of any size
_FAULTS = (
    ("kind", "kind", "gymnasium"),
    ("acceded_on", "date-order", "03/04/25"),
    ("email", "email", "a@@b"),
)


def draft_file(commitments: int, measures: int) -> bytes:
    """The same charter as its second version: each title is another, and one commitment is renamed."""
    charter = yaml.safe_load(charter_file(commitments, measures))
    charter |= {
        "version": 2,
        "supersedes": 1,
        "mapping": [{"from": RENAMED, "to": _NEW_KEY}],
    }
    for chapter in charter["chapters"]:
        for commitment in chapter["commitments"]:
            if commitment["key"] == RENAMED:
                commitment["key"] = _NEW_KEY
            for each in (commitment, *commitment["measures"]):
                each["title"] = {code: f"{title} 2" for code, title in each["title"].items()}
    return yaml.safe_dump(charter, allow_unicode=True, sort_keys=False).encode()


def add(cast: Cast, charter: Charter, commitments: int, measures: int, supporters: int) -> None:
    """A draft with its upload, a file of as many rows that waits for a decision, and one that was imported."""
    rows = max(supporters, _LEAST)
    raw = draft_file(commitments, measures)
    with cast.acting(MANAGER, "secretariat") as actor:
        load_charter(actor, raw)
    manager, now = cast.people[MANAGER], timezone.now()
    CharterUpload.objects.create(person=manager, name="charter-2.yaml", content=raw)
    common: dict[str, Any] = {"person": manager, "charter": charter, "sha256": "0" * 64, "size": 1 << 20}
    waiting = SupporterImport.objects.create(name="schools.csv", checked_at=now, **common)
    entries = list(Supporter.objects.order_by("pk")[: rows // _UNCLEAR + 1])
    brought = [_row(waiting, number, entries) for number in range(2, rows + 2)]
    SupporterImportRow.objects.bulk_create(brought, batch_size=2000)
    waiting.counts = {each.value: sum(row.outcome == each for row in brought) for each in ImportRowOutcome}
    waiting.rows_done = waiting.rows_total = rows
    waiting.save()
    moments = {"checked_at": now, "confirmed_at": now, "imported_at": now}
    SupporterImport.objects.create(name="clubs.csv", rows_done=rows, rows_total=rows, **moments, **common)


def _row(upload: SupporterImport, number: int, entries: list[Supporter]) -> SupporterImportRow:
    values = {
        "name": f"Library {number:05}", "kind": "library", "region": f"Region {number % 80}", "town": "",
        "email": f"{number}@library.example", "website": "", "acceded_on": date(2026, 3, 1).isoformat(),
        "signatory": "", "office": "",
    }  # fmt: skip
    row = SupporterImportRow(
        upload=upload, number=number, values=values, name_key=f"library {number:05}", outcome="new"
    )
    if number % _FAULTY == 0:
        row.fault_column, row.fault, cell = _FAULTS[number // _FAULTY % len(_FAULTS)]
        row.outcome, row.values = ImportRowOutcome.FAULTY, values | {row.fault_column: cell}
    elif number % _UNCLEAR == 0:
        row.outcome, row.twin, row.likeness = ImportRowOutcome.UNCLEAR, entries[number % len(entries)], 90
    return row
