"""What the grid of all figures shows: filters, chosen services, sets of columns; and what is left in the others."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Charter, Report
from tests.factories import Cast, make_cycle, make_report
from tests.factories.cast import make_services
from tests.support.figure_grids import cell_name, grid_url, shown_fields
from tests.support.pages import signed_in, words_of
from tests.support.working_copies import save_one_figure

pytestmark = pytest.mark.django_db


def test_filters_show_the_rows_that_they_count(report: Report, alice: Client, cast: Cast) -> None:
    place = FigurePlace("content-actioned", "aurora-kids")
    save_one_figure(cast.actor("sven"), report, place, FigureValues(value=Decimal("4.5")), 0)

    page = alice.get(f"{grid_url(report)}?show=eyes")

    rows = [row for group in page.context["groups"] for row in group.rows]
    assert [row.indicator.key for row in rows] == ["content-actioned"]
    assert 'aria-current="true"' in page.content.decode()
    assert page.context["grid"].counts["eyes"] == 1


def test_chosen_services_alone_are_shown_and_stay_chosen_through_filters_and_search(
    report: Report, alice: Client
) -> None:
    page = alice.get(f"{grid_url(report)}?service=aurora-live&service=unheard-of")

    grid, every = page.context["grid"], page.context["copy"].frame.services
    assert [service.slug for service in grid.services] == ["aurora-live"]
    assert f"1 of {len(every)} services" in words_of(page)
    assert all("service=aurora-live" in each["url"] for each in page.context["filters"])
    assert '<input type="hidden" name="service" value="aurora-live">' in page.content.decode()
    assert list(alice.get(f"{grid_url(report)}?service=unheard-of").context["grid"].services) == list(every)


def test_the_form_and_the_upload_stand_beside_the_grid_of_those_who_write(
    report: Report, alice: Client, cast: Cast
) -> None:
    ways = ['name="document" value="form.xlsx"', f"/reports/{report.pk}/spreadsheet/#upload-heading"]

    assert all(way in alice.get(grid_url(report)).content.decode() for way in ways)
    assert not any(way in signed_in(cast.bob).get(grid_url(report)).content.decode() for way in ways)


def test_filters_and_headings_count_the_services_shown_and_say_what_is_left_in_the_others(
    report: Report, alice: Client, cast: Cast
) -> None:
    place = FigurePlace("content-actioned", "aurora-kids")
    save_one_figure(cast.actor("sven"), report, place, FigureValues(value=Decimal("4.5")), 0)
    every = alice.get(f"{grid_url(report)}?show=eyes").context["grid"]

    page = alice.get(f"{grid_url(report)}?show=eyes&service=aurora-live")

    grid = page.context["grid"]
    assert page.context["groups"] == []
    assert (every.counts["eyes"], grid.counts["eyes"]) == (1, 0)
    hidden = len(every.kinds) - len(grid.kinds)
    assert (
        f"{hidden} figures of services not shown are empty or need your eyes. Show all services"
        in words_of(page)
    )
    assert 'href="?show=eyes"' in page.content.decode()
    headings = words_of(alice.get(f"{grid_url(report)}?service=aurora-live"))
    assert "in services not shown" in headings


@pytest.fixture
def wide(cast: Cast, charter: Charter) -> Report:
    """A report of nine services: two sets of columns; of the last service a figure is wrong."""
    make_services(*((cast.aurora, f"more-{number}") for number in range(1, 8)))
    report = make_report(make_cycle(charter, "2026-h1"), cast.aurora)
    place = FigurePlace("content-actioned", "more-7")
    save_one_figure(cast.actor("sven"), report, place, FigureValues(value=Decimal("4.5")), 0)
    return report


def test_a_filter_shows_no_row_whose_mark_stands_in_a_column_of_another_set(
    wide: Report, alice: Client
) -> None:
    first, second = (alice.get(f"{grid_url(wide)}?show=eyes{more}") for more in ("", "&services=2"))

    assert [len(each) for each in first.context["grid"].column_sets] == [7, 2]
    assert (first.context["groups"], first.context["grid"].counts["eyes"]) == ([], 0)
    [group] = second.context["groups"]
    [row] = group.rows
    assert "error" in [cell.mark for cell in row.all_cells]
    assert second.context["grid"].counts["eyes"] == 1
    assert all("services=2" in each["url"] for each in second.context["filters"])
    assert [n for _services, n in first.context["grid"].counted_sets] == [0, 1]
    assert "1 figure to look at" in words_of(first)


def test_a_link_to_a_cell_opens_the_set_of_columns_in_which_it_stands(wide: Report, alice: Client) -> None:
    name = cell_name(wide, "content-actioned", "more-7")

    assert f'id="{name}"' in alice.get(f"{grid_url(wide)}?at={name}").content.decode()
    assert f'id="{name}"' not in alice.get(grid_url(wide)).content.decode()


def test_an_autosave_says_anew_what_is_left_in_services_not_shown(
    report: Report, alice: Client, cast: Cast
) -> None:
    address = f"{grid_url(report)}?service=aurora-live"
    before = len(alice.get(address).context["grid"].hidden_kinds)
    name = cell_name(report, "content-actioned", "aurora-live")
    fields = shown_fields(alice, address)
    place = FigurePlace("content-actioned", "aurora-kids")
    save_one_figure(cast.actor("sven"), report, place, FigureValues(value=Decimal(45)), 0)

    typed = {f"{name}-value": "12", f"{name}-read": fields[f"{name}-read"], "autosave": "1"}
    answer = alice.post(address, typed).content.decode()

    assert re.search(r'id="services-not-shown" hx-swap-oob="true"', answer)
    assert f"{before - 1} figures of services not shown" in answer
