"""The page of what needs a person's eyes, as a browser has it."""

from django.test import Client
from django.urls import reverse

from alliance.models import Report
from tests.support.editor import carried_from


def check_url(report: Report, query: str = "") -> str:
    return reverse("workspace:report-check", args=[report.pk]) + query


def fields_of(client: Client, url: str) -> dict[str, str]:
    """What a browser would post of the page's rows: every field as it is shown."""
    page = client.get(url)
    posted = carried_from(page)
    for row in page.context["page"].object_list:
        for field in row.form or ():
            value = field.value()
            posted[field.html_name] = "" if value is None else str(field.field.prepare_value(value))
    return posted
