"""Blocks of cells that are pasted into the grid of all figures: where each belongs, and what is left out."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Report
from alliance.queries.report_frame import report_frame
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_charter, make_cycle, make_report
from tests.factories.charters import COUNT, HEADCOUNT
from tests.support.figure_grids import cell_name, grid_url, note_on, paste_cells, shown_fields
from tests.support.pages import signed_in
from tests.support.working_copies import save_one_figure

pytestmark = pytest.mark.django_db


def test_a_block_with_labels_finds_its_places_in_any_order(report: Report, alice: Client) -> None:
    with acting_as(SYSTEM):
        names = {row.service.slug: row.service.name_en for row in report.organisation.ownerships.all()}
        title = report.cycle.charter.indicators.get(key="content-actioned").title_ru
    # a header that somebody has broken by hand is copied in quotes, with its line end
    broken = names["aurora-kids"].replace(" ", "\n")
    head = f'\t{names["aurora-live"]}\tSomething else\t"{broken}"'
    block = f"{head}\n{title}\t12\tz\t34\nUnheard of\t1\t\t2\n"

    result = paste_cells(alice, report, block)

    taken = {name: text for name, text, _stored, _read in result["cells"]}
    kids, live = (cell_name(report, "content-actioned", slug) for slug in ("aurora-kids", "aurora-live"))
    assert taken == {live: "12", kids: "34"}
    assert "2 taken, 3 skipped" in result["text"]
    assert [line.partition(",")[0] for line in result["skipped"]] == ["line 1", "line 3"]
    assert "“Unheard of” and one more cell: no indicator has this name" in result["skipped"][1]
    assert "does not show" not in result["text"]

    away = alice.post(f"{grid_url(report)}paste/?service=aurora-live", {"text": block, "at": ""}).json()
    assert away["cells"] == result["cells"]
    assert "1 of them goes into a row or service that this page does not show." in away["text"]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("heads", "taken", "skipped"),
    [
        ("Organisation", [], ["no figure is asked for here"]),
        ("Вся организация", [], ["no figure is asked for here"]),
        ("Total", [], ["no figure is asked for here"]),
        ("Aurora Vidoe", [], ["no service has this name"]),
        ("Другая служба", [], ["no service has this name"]),
        ("Aurora Vidoe\t2025", [], ["no service has this name"] * 2),
        ("Aurora Vidoe\tИтого", [], ["no service has this name", "no figure is asked for here"]),
        ("KIDS\tOrganisation", ["648"], ["no figure is asked for here"]),
        ("2024\t2025", [], ["no service has this name"] * 2),
        ("2025", [], ["no service has this name"]),
        ("Aurora Vidoe\tKIDS", ["65"], ["no service has this name"]),
        ("KIDS\t", ["648"], ["this column has no heading"]),
        # no header: a row of figures beside a name that no indicator has
        ("12\tn/a", ["648", "65"], ["no indicator has this name"]),
        ("12\tsee below", ["648", "65"], ["no indicator has this name"]),
    ],
)
def test_beside_labels_of_rows_a_head_that_names_no_service_takes_no_column_of_one(
    report: Report, alice: Client, heads: str, taken: list[str], skipped: list[str], language: str
) -> None:
    with acting_as(SYSTEM):
        kids = report.organisation.ownerships.get(service__slug="aurora-kids").service
        title = getattr(report.cycle.charter.indicators.get(key="content-actioned"), f"title_{language}")
    block = f"\t{heads.replace('KIDS', getattr(kids, f'name_{language}') or kids.name)}\n{title}\t648"
    block += "\t65\n" if "\t" in heads else "\n"

    pasted = paste_cells(alice, report, block, at=cell_name(report, "content-actioned"))

    assert [text for _name, text, *_read in pasted["cells"]] == taken
    assert [line.rpartition(": ")[2] for line in pasted["skipped"]] == skipped


@pytest.mark.parametrize("head", ["Organisation", "Вся организация", "Итого"])
def test_a_lone_head_of_the_whole_fills_what_the_organisation_is_asked_for(cast: Cast, head: str) -> None:
    charter = make_charter("mixed", tree={"count": {"first": [("of-all", HEADCOUNT), ("of-each", COUNT)]}})
    report = make_report(make_cycle(charter), cast.aurora)
    names = {indicator.key: indicator.pk for indicator in report_frame(report).measures[0].figures}

    pasted = paste_cells(signed_in(cast.alice), report, f"Показатель\t{head}\nof-all\t648\nof-each\t77\n")

    assert [cell[:2] for cell in pasted["cells"]] == [[f"f{names['of-all']}-0", "648"]]
    assert pasted["skipped"] == ["line 3, “77”: no figure is asked for here"]


def test_a_block_without_labels_goes_down_from_the_cell_and_says_what_does_not_fit(
    report: Report, alice: Client
) -> None:
    name = cell_name(report, "content-actioned")

    result = paste_cells(alice, report, "12\t5 h\n", at=name)

    assert [cell[:2] for cell in result["cells"]] == [[name, "12"]]
    assert "5 h" in result["skipped"][0]


def test_a_share_and_a_number_in_hours_are_not_taken_for_one_another(report: Report, alice: Client) -> None:
    result = paste_cells(alice, report, "5 %\t5 h\n", at=cell_name(report, "time-to-removal"))

    live = cell_name(report, "time-to-removal", "aurora-live")
    assert [cell[:2] for cell in result["cells"]] == [[live, "5 h"]]
    [skipped] = result["skipped"]
    assert "“5 %” does not fit: this figure is in hours." in skipped

    result = paste_cells(alice, report, "5 %\t5 h\n", at=cell_name(report, "found-proactively"))
    assert [cell[1] for cell in result["cells"]] == ["5 %"]
    assert "“5 h” does not fit: this figure is in %." in result["skipped"][0]


def test_cells_outside_of_the_grid_are_counted_and_named_once(report: Report, alice: Client) -> None:
    result = paste_cells(alice, report, "1\t2\t3\t4\t5\n" * 40, at=cell_name(report, "content-actioned"))

    taken, skipped = map(int, re.findall(r"\d+", result["text"]))
    assert taken + skipped == 200
    assert sum("to the right of the last column" in line for line in result["skipped"]) == 1
    assert sum("below the last row" in line for line in result["skipped"]) == 1


def test_a_share_that_follows_from_its_part_and_whole_is_not_pasted_over(
    report: Report, alice: Client, cast: Cast
) -> None:
    values = FigureValues(numerator=Decimal(1), denominator=Decimal(4))
    save_one_figure(cast.actor("sven"), report, FigurePlace("found-proactively", "aurora-kids"), values, 0)

    result = paste_cells(alice, report, "30\n1", at=cell_name(report, "found-proactively"))

    assert "worked out from its part and whole" in result["skipped"][0]


@pytest.mark.parametrize(("language", "last"), [("en", "and 2 more"), ("ru", "и ещё 2")])
def test_a_choice_lists_its_answers_beside_its_cell_and_where_one_is_refused(
    cast: Cast, language: str, last: str
) -> None:
    words = [{"key": f"o-{n}", "title": {"en": f"Way {n}", "ru": f"Способ {n}"}} for n in range(14)]
    row = {"type": "figure", "value": "choice", "choices": words, "scope": "organisation"}
    report = make_report(
        make_cycle(make_charter("ways", tree={"way": {"first": [("way", row)]}})), cast.aurora
    )
    client = signed_in(cast.alice)
    type(cast.alice).objects.filter(pk=cast.alice.pk).update(language=language)
    [indicator] = report_frame(report).measures[0].figures
    name = f"f{indicator.pk}-0"
    own = [each["title"][language] for each in words]

    details = client.get(f"{grid_url(report)}{name}/", headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'name="cell-answer" value="([^"]*)"', details) == own
    assert paste_cells(client, report, f"way\t{own[3]}", at=name)["cells"][0][:2] == [name, own[3]]

    [skipped] = paste_cells(client, report, "way\tfoo", at=name)["skipped"]
    assert skipped.endswith(f": {'; '.join(own[:12])}; {last}.")
    refused = client.post(grid_url(report), shown_fields(client, grid_url(report)) | {f"{name}-value": "foo"})
    assert f"{own[11]}; {last}." in note_on(refused, name)


def test_a_block_of_more_than_ten_thousand_cells_is_refused_whole(report: Report, alice: Client) -> None:
    answer = alice.post(f"{grid_url(report)}paste/", {"text": "1\t2\n" * 5001, "at": ""})

    assert answer.status_code == 422
    assert answer.json()["refused"] == (
        "This block has 10,002 cells, and one paste takes at most 10,000. Nothing was taken. "
        "Paste it up to line 5,000, then the rest with the same headings."
    )
    wide = alice.post(f"{grid_url(report)}paste/", {"text": "1\t" * 10_000 + "1", "at": ""})
    assert "10,001 cells" in wide.json()["refused"]
    assert "Paste fewer columns at a time." in wide.json()["refused"]


def test_a_block_says_how_many_numbers_it_erases(cast: Cast, report: Report, alice: Client) -> None:
    place = FigurePlace("content-actioned", "aurora-kids")
    block = "\taurora-kids\taurora-live\ncontent-actioned\tn/a\tn/a\n"
    assert "erase" not in paste_cells(alice, report, block)["text"]

    save_one_figure(cast.actor("alice"), report, place, FigureValues(value=Decimal(12)), version=None)

    text = paste_cells(alice, report, block)["text"]
    assert "2 taken, 0 skipped. 1 of them erases a number or a choice that stood there" in text
