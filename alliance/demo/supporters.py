"""The supporters of the demonstration, imported from a file as the secretariat would, public at once."""

import csv
import io
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from alliance.demo import files
from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast
from alliance.models import Charter
from alliance.queries.site import load_site, read_site
from alliance.services.site import choose_supporters_charter
from alliance.services.supporter_file import read_supporter_file
from alliance.services.supporter_import_work import check_rows, import_rows
from alliance.services.supporter_imports import confirm_import, send_supporters
from portal.kernel.access import SYSTEM, acting_as

_NAME = "supporters.csv"


def import_demo_supporters(cast: Cast, calendar: Calendar, charter: Charter) -> None:
    """Open the charter to supporters and import the file: regions, kinds, names in both alphabets."""
    content = _in_calendar(calendar).encode()
    with cast.acting("mona", "secretariat") as actor:
        choose_supporters_charter(actor, expected_version=load_site().version, key=charter.key)
        read_site.forget()  # all is one transaction: what is read once a second is older than the choice
        upload = send_supporters(actor, SimpleUploadedFile(_NAME, content))
    with acting_as(SYSTEM), transaction.atomic():
        check_rows(upload.pk, upload.round, read_supporter_file(_NAME, content))
    with cast.acting("mona", "secretariat") as actor:
        confirm_import(actor, upload, is_public_at_once=True)
    with acting_as(SYSTEM), transaction.atomic():
        import_rows(upload.pk)


def _in_calendar(calendar: Calendar) -> str:
    """The file with its days in the demonstration's calendar, none of them later than a week before the present."""
    latest, buffer = calendar.day_ago(7), io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    with (files.DATA / "demo" / _NAME).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter=";")
        heading = next(rows)
        writer.writerow(heading)
        place = heading.index("acceded on")
        for row in rows:
            row[place] = min(calendar.day(date.fromisoformat(row[place])), latest).isoformat()
            writer.writerow(row)
    return buffer.getvalue()
