"""What was carried over, on the pages of the report: its mark, and the ways to confirm it."""

import pytest
from django.test import Client
from django.urls import reverse

from alliance.enums import CycleState, Disclosure
from alliance.models import Answer, Evidence, Figure, Measure, Report
from alliance.services.carry_over import carry_over_answers
from alliance.services.evidence import add_link
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.editor import editor_url, figure_name, form_data, stored_rows
from tests.support.pages import signed_in
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def carried() -> tuple[Cast, Report, Client]:
    """Aurora's second report: it begins with the texts, the yes and the link of the first."""
    cast = read_cast()
    earlier = make_report(make_cycle(read_charter(), "2025-h2", CycleState.CLOSED), cast.aurora)
    with acting_as(cast.actor("alice")) as alice:
        fill_report(alice, earlier)
        measure = Measure.objects.get(indicators__key="hash-matching", charter=earlier.charter)
        add_link(alice, earlier, measure, "https://aurora.example/rules", "Our rules", Disclosure.PUBLIC)
    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, earlier)
    report = make_report(make_cycle(earlier.charter, "2026-h1"), cast.aurora)
    carry_over_answers(report)
    return cast, report, signed_in(cast.alice)


def measure_url(report: Report) -> str:
    measure = Measure.objects.get(indicators__key="hash-matching", charter=report.charter)
    return reverse("workspace:report-measure", args=[report.pk, measure.key])


def marked(report: Report) -> set[str]:
    """Of what something in the report still waits for a confirmation."""
    with acting_as(SYSTEM):
        models = (Answer, Figure, Evidence)
        return {
            each.__name__ for each in models if each.objects.filter(report=report, carried_over=True).exists()
        }


def test_a_figure_is_marked_and_one_button_says_that_it_is_still_true(
    carried: tuple[Cast, Report, Client],
) -> None:
    _cast, report, alice = carried
    page = measure_url(report)
    shown = alice.get(page).content.decode()
    posted = form_data(alice, page)
    with acting_as(SYSTEM):
        figure = report.figures.get(indicator__key="hash-matching", service__slug="aurora-kids")
    name = f"f{figure.indicator_id}-{figure.service_id}"

    answer = alice.post(page, {**posted, "confirm": name})

    with acting_as(SYSTEM):
        figure.refresh_from_db()
    assert f'name="confirm" value="{name}"' in shown
    assert (answer.status_code, figure.carried_over, figure.version) == (302, False, 2)


def test_all_of_a_measure_is_confirmed_with_one_button(carried: tuple[Cast, Report, Client]) -> None:
    cast, report, alice = carried
    page = measure_url(report)

    answer = alice.post(page, {**form_data(alice, page), "confirm": "all"})

    assert answer.status_code == 302
    with acting_as(SYSTEM):
        figures = report.figures.filter(indicator__key="hash-matching")
        assert {(row.carried_over, row.updated_by_id) for row in figures} == {(False, cast.alice.pk)}
        assert not report.evidence.filter(carried_over=True).exists()
        assert report.answers.filter(carried_over=True).exists()


def test_evidence_is_confirmed_by_itself_and_says_from_then_on_who_has_added_it(
    carried: tuple[Cast, Report, Client],
) -> None:
    cast, report, alice = carried
    added = f"· {cast.alice.name}, "
    with acting_as(SYSTEM):
        evidence = report.evidence.get()
    before = alice.get(measure_url(report)).content.decode()

    answer = alice.post(reverse("workspace:evidence-confirm", args=[evidence.pk]))

    assert answer.status_code == 302
    assert "https://aurora.example/rules" in before
    assert (added in before, added in alice.get(measure_url(report)).content.decode()) == (False, True)
    assert marked(report) == {"Answer", "Figure"}


def test_the_page_of_what_is_missing_names_texts_figures_and_evidence(
    carried: tuple[Cast, Report, Client],
) -> None:
    _cast, report, alice = carried

    page = alice.get(reverse("workspace:report-check", args=[report.pk]) + "?kind=carried").content.decode()

    listed = page[page.index('id="rows"') :]
    with acting_as(SYSTEM):
        figure = report.figures.get(indicator__key="hash-matching", service__slug="aurora-kids")
    assert "Our rules" in listed
    assert f"#id_f{figure.indicator_id}-{figure.service_id}-value" in listed
    assert report.answers.model.__name__ in marked(report)


def test_a_number_is_typed_over_what_was_carried_over_beside_it(carried: tuple[Cast, Report, Client]) -> None:
    _cast, report, alice = carried
    page = editor_url(report)

    answer = alice.post(page, {**form_data(alice, page), figure_name(report, "content-actioned"): "1,234"})

    assert answer.status_code == 302
    values = {row.value for row in stored_rows(Figure) if row.report_id == report.pk}
    assert 1234 in values


def test_an_autosave_takes_the_marks_away_from_what_was_written_anew(
    carried: tuple[Cast, Report, Client],
) -> None:
    _cast, report, alice = carried
    page = measure_url(report)
    posted = form_data(alice, page)
    with acting_as(SYSTEM):
        figure = report.figures.get(indicator__key="hash-matching", service__slug="aurora-kids")
    name = f"f{figure.indicator_id}-{figure.service_id}"
    before = alice.get(page).content.decode()

    saved = alice.post(
        page, {**posted, f"{name}-value": "0", "autosave": "1"}, headers={"HX-Request": "true"}
    ).content.decode()
    again = alice.post(
        page,
        {**form_data(alice, page), f"{name}-value": "1", "autosave": "1"},
        headers={"HX-Request": "true"},
    ).content.decode()

    assert f'id="carried-over-{name}"' in before
    assert f'<div id="carried-over-{name}" hx-swap-oob="delete">' in saved
    assert 'id="carried-over" hx-swap-oob="true"' in saved
    assert "carried-over-" not in again
