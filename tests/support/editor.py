"""The editor of a report's measure, as a browser fills it in."""

import re
from typing import Any

from django.test import Client

from alliance.models import Report
from portal.kernel.access import SYSTEM, acting_as


def editor_url(report: Report, measure: str = "search") -> str:
    return f"/workspace/reports/{report.pk}/measures/{measure}/"


def form_data(client: Client, url: str) -> dict[str, str]:
    """What a browser would post: every field of the page's editor as it is shown."""
    page = client.get(url)
    editor, posted = page.context["editor"], carried_from(page)
    for entry in editor.fields():
        for field in entry.form:
            value = field.value()
            if value is not None and value is not False:
                posted[field.html_name] = "on" if value is True else str(field.field.prepare_value(value))
    return posted


def carried_from(page: Any) -> dict[str, str]:
    """The field that names the submission from which the page shows what is carried over, where it shows any."""
    return dict(re.findall(r'name="(carried_from)" value="(\d+)"', page.content.decode()))


def text_name(report: Report, key: str = "search-story") -> str:
    return f"t{report.cycle.charter.indicators.get(key=key).pk}-text"


def figure_name(report: Report, key: str, service: str = "aurora-kids", field: str = "value") -> str:
    indicator = report.cycle.charter.indicators.get(key=key)
    owner = report.organisation.ownerships.get(service__slug=service).service_id
    return f"f{indicator.pk}-{owner}-{field}"


def stored_rows(model: Any) -> list[Any]:
    with acting_as(SYSTEM):
        return list(model.objects.order_by("pk"))
