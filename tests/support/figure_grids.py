"""The grid of all figures of a report: its cells as a page shows them, and as the tables have them."""

import html
import re
from typing import Any

from django.test import Client

from alliance.models import Figure, Report
from portal.kernel.access import SYSTEM, acting_as
from tests.support.editor import figure_name


def grid_url(report: Report) -> str:
    return f"/workspace/reports/{report.pk}/figures/"


def shown_fields(client: Client, address: str) -> dict[str, str]:
    """What a browser posts: every cell of the page as it is shown."""
    return cells_of(client.get(address))


def cells_of(answer: Any) -> dict[str, str]:
    fields = re.findall(r'name="(f[0-9-]+(?:value|read))" value="([^"]*)"', answer.content.decode())
    return {name: html.unescape(value) for name, value in fields}


def note_on(answer: Any, name: str) -> str:
    """What the page says of a cell."""
    match = re.search(rf'href="#{name}">([^<]*)<', answer.content.decode())
    return html.unescape(match[1]) if match else ""


def stored_figure(report: Report, key: str, service: str = "aurora-kids") -> Figure | None:
    with acting_as(SYSTEM):
        return report.figures.filter(indicator__key=key, service__slug=service, cell="").first()


def cell_name(report: Report, key: str, service: str = "aurora-kids") -> str:
    return figure_name(report, key, service, "value").removesuffix("-value")


def paste_cells(client: Client, report: Report, text: str, at: str = "") -> dict[str, Any]:
    answer = client.post(f"{grid_url(report)}paste/", {"text": text, "at": at})
    result: dict[str, Any] = answer.json()
    return result
