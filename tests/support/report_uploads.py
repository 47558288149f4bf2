"""Files with answers as a browser uploads them, and decides about them."""

import re
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Figure, Report, ReportUpload
from alliance.validators.table_plans import TableName
from alliance.web.forms.table_plans import name_field
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.working_copies import save_one_figure

HEADER = "indicator,service,cell,status,value,note,version\n"


def sheet(report: Report) -> str:
    return f"/workspace/reports/{report.pk}/spreadsheet/"


def send(client: Client, report: Report, rows: str, name: str = "figures.csv") -> str:
    """Upload a table of figures and read it; gives back the address of its page."""
    file = SimpleUploadedFile(name, (HEADER + rows).encode())
    answer = client.post(sheet(report), {"file": file})
    assert answer.status_code == 302, words_of(answer)
    run_all_jobs()
    return str(answer["Location"])


def fields_of(answer: Any) -> dict[str, list[str]]:
    """What a browser posts of the page: ticks and choices as they are shown."""
    html = answer.content.decode()
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = (re.search(rf' {each}="([^"]*)"', tag) for each in ("name", "value"))
        is_left_out = re.search(r'type="(checkbox|radio)"', tag) and " checked" not in tag
        if name and value and not is_left_out and re.match(r"digest|shown|take|choice-", name[1]):
            fields.setdefault(name[1], []).append(value[1])
    return fields


def act(client: Client, url: str, act: str, **changes: Any) -> Any:
    fields = {**fields_of(client.get(url)), "act": act, **changes}
    return client.post(url, {name: value for name, value in fields.items() if value is not None})


def values(report: Report) -> dict[FigurePlace, Decimal | None]:
    with acting_as(SYSTEM):
        rows = Figure.objects.filter(report=report).select_related("indicator", "service")
        return {row.place: row.value for row in rows}


def upload_of(report: Report) -> ReportUpload:
    with acting_as(SYSTEM):
        return ReportUpload.objects.filter(report=report).latest("pk")


def set_figure(cast: Cast, name: str, report: Report, place: FigurePlace, value: str) -> Figure:
    return save_one_figure(cast.actor(name), report, place, FigureValues(value=Decimal(value)), version=None)


def send_table(client: Client, report: Report, text: str, meanings: dict[str, str]) -> str:
    """Upload a table of one's own, or say anew what its names stand for; gives back the page of differences."""
    file = SimpleUploadedFile("ours.csv", text.encode())
    answer = client.post(sheet(report), {"table": file, "own": "1"})
    assert answer.status_code == 302, words_of(answer)
    run_all_jobs()
    url = str(answer["Location"])
    fields = {
        name_field(TableName(level, name)): meaning
        for name, meaning in meanings.items()
        for level in ("row", "column")
    }
    assert client.post(f"{url}columns/", {"act": "apply", **fields})["Location"] == url
    return url
