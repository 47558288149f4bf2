"""Two people in one field: wherever that is shown, who came late reads who was quicker, with what, and when."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.enums import Disclosure
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Report
from alliance.queries.report_frame import report_frame
from alliance.queries.working_copy import working_copy
from alliance.services.answers import save_answer
from alliance.services.figures import FigureChange, save_figures
from alliance.services.reports import set_disclosure
from portal.kernel.access import acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.editor import editor_url, figure_name, form_data, text_name
from tests.support.pages import words_of
from tests.support.query_log import own_queries
from tests.support.working_copies import fill_report, save_one_figure

pytestmark = pytest.mark.django_db
PLACE = FigurePlace("content-actioned", "aurora-kids")
AT = r"\d{1,2} \w+, \d\d:\d\d"


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def attention_url(report: Report) -> str:
    return reverse("workspace:report-check", args=[report.pk])


def attention_data(client: Client, report: Report) -> dict[str, str]:
    rows = client.get(f"{attention_url(report)}?kind=empty").context["page"].object_list
    fields = [field for row in rows for field in row.form or ()]
    return {field.html_name: str(field.field.prepare_value(field.value()) or "") for field in fields}


def grid_data(client: Client, report: Report) -> dict[str, str]:
    content = client.get(reverse("workspace:report-figures", args=[report.pk])).content.decode()
    return dict(re.findall(r'name="(f[0-9-]+(?:value|read))" value="([^"]*)"', content))


def empty_the_figure(cast: Cast, report: Report) -> None:
    target = report_frame(report).find(PLACE)
    with acting_as(cast.actor("sven")) as sven:
        save_figures(sven, report, [FigureChange(target, None, None)])


def late_posts(client: Client, report: Report, act: Any) -> list[str]:
    """What the two lists say to somebody who types a number that they had not read, after `act`."""
    name = figure_name(report, PLACE.indicator)
    lists = [
        (attention_url(report), attention_data(client, report)),
        (reverse("workspace:report-figures", args=[report.pk]), grid_data(client, report)),
    ]
    act()
    return [words_of(client.post(url, {**data, name: "6"})) for url, data in lists]


def test_a_number_that_a_colleague_has_saved(cast: Cast, alice: Client, report: Report) -> None:
    values = FigureValues(value=Decimal(5))

    pages = late_posts(alice, report, lambda: save_one_figure(cast.actor("sven"), report, PLACE, values, 0))

    assert all(re.search(rf"{cast.sven.name} saved “5” meanwhile \({AT}\)", page) for page in pages)


def test_a_number_that_a_colleague_has_emptied(cast: Cast, alice: Client, report: Report) -> None:
    save_one_figure(cast.actor("alice"), report, PLACE, FigureValues(value=Decimal(5)), 0)
    posted = grid_data(alice, report)
    empty_the_figure(cast, report)

    name = figure_name(report, PLACE.indicator)
    page = alice.post(reverse("workspace:report-figures", args=[report.pk]), {**posted, name: "6"})

    assert re.search(rf"{cast.sven.name} emptied this meanwhile \({AT}\)", words_of(page))


def test_a_text_is_shown_beside_the_other_one_with_their_words_marked(
    cast: Cast, alice: Client, report: Report
) -> None:
    story, name = report.charter.indicators.get(key="search-story"), text_name(report)
    posted = attention_data(alice, report)
    with acting_as(cast.actor("sven")) as sven:
        save_answer(sven, report, story, text="We search by machine.", language="en", version=0)

    page = alice.post(attention_url(report), {**posted, name: "We search by hand."})

    words = words_of(page)
    assert page.status_code == 409
    assert re.search(rf"{cast.sven.name} wrote this text meanwhile \({AT}\)", words)
    assert "From theirs to yours, word by word We search by Removed: machine Added: hand ." in words
    assert "css/differences" in page.content.decode()


def test_the_page_of_a_measure_names_day_and_time_too(cast: Cast, alice: Client, report: Report) -> None:
    posted = form_data(alice, editor_url(report))
    save_one_figure(cast.actor("sven"), report, PLACE, FigureValues(value=Decimal(5)), 0)

    page = alice.post(editor_url(report), {**posted, figure_name(report, PLACE.indicator): "6"})

    assert re.search(rf"{cast.sven.name}, {AT} 5 You, \d\d:\d\d 6", words_of(page))


def test_a_number_that_was_left_empty_for_its_readers_is_said_to_be_emptied(
    cast: Cast, alice: Client, report: Report
) -> None:
    figure = save_one_figure(cast.actor("alice"), report, PLACE, FigureValues(value=Decimal(5)), 0)
    with acting_as(cast.actor("sven")) as sven:
        set_disclosure(sven, report, figure, Disclosure.SECRETARIAT, "A trade secret.")
    grid, editor = grid_data(alice, report), form_data(alice, editor_url(report))
    empty_the_figure(cast, report)

    typed = {figure_name(report, PLACE.indicator): "6"}
    listed = words_of(alice.post(reverse("workspace:report-figures", args=[report.pk]), {**grid, **typed}))
    beside = words_of(alice.post(editor_url(report), {**editor, **typed}))

    assert re.search(rf"{cast.sven.name} emptied this meanwhile \({AT}\)", listed)
    assert re.search(rf"{cast.sven.name}, {AT} Nothing You, \d\d:\d\d 6", beside)


def test_the_same_queries_say_of_one_cell_and_of_a_pasted_block_who_was_quicker(
    cast: Cast, alice: Client, report: Report
) -> None:
    fill_report(cast.actor("alice"), report)
    with acting_as(cast.actor("sven")) as sven:
        figures = [row for row in working_copy(report).figures.values() if row.value == 120]
        targets = [report_frame(report).find(row.place) for row in figures]
        changes = [
            FigureChange(target, FigureValues(value=Decimal(7)) if number % 2 else None, None)
            for number, target in enumerate(targets)
        ]
        save_figures(sven, report, changes)
    names = [f"f{row.indicator_id}-{row.service_id or 0}" for row in figures]

    def queries(block: list[str]) -> int:
        cells = {f"{name}-value": "6" for name in block} | {f"{name}-read": "1.000000" for name in block}
        with CaptureQueriesContext(connection) as captured:
            page = alice.post(reverse("workspace:report-figures", args=[report.pk]), cells)
        assert page.status_code == 409
        return len(own_queries(captured))

    assert len(names) > 4
    assert queries(names[:1]) == queries(names)
