"""The carry-over of a next report that is being written already when another submission comes to stand before it."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.enums import CycleState, Disclosure
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Answer, Measure, Report
from alliance.queries.working_copy import CarriedOver, working_copy
from alliance.services.answers import remove_answers, save_answer
from alliance.services.carry_over import carry_over_answers, confirm_carried_over
from alliance.services.carry_over_renewal import renew_carry_over
from alliance.services.evidence import add_link, remove_evidence
from alliance.services.figures import write_note
from alliance.services.recalls import recall_report
from alliance.services.reports import set_disclosure
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.working_copies import fill_report, save_one_figure

pytestmark = pytest.mark.django_db

COUNT = FigurePlace("content-actioned", "aurora-kids")


def fill(cast: Cast, report: Report, text: str) -> None:
    """Everything is answered, with a method and a link that have the same words."""
    alice = cast.actor("alice")
    fill_report(alice, report, text)
    save_one_figure(alice, report, COUNT, FigureValues(value=Decimal(120), method=text), None)
    with acting_as(alice):
        for row in report.evidence.filter(carried_over=True):
            remove_evidence(alice, report, row)
        measure = Measure.objects.get(indicators__key="content-actioned", charter=report.charter)
        add_link(alice, report, measure, "https://aurora.example/rules", text, Disclosure.PUBLIC)
        copy = working_copy(report)
        if places := {finding.place for finding in copy.unanswered_warnings}:
            write_note(alice, copy, [copy.figures[place] for place in places], "As it was.")


def submit(cast: Cast, report: Report) -> None:
    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, report)


def open_report(slug: str, *, carries_over: bool = True) -> Report:
    report = make_report(make_cycle(read_charter(), slug, CycleState.OPEN), read_cast().aurora)
    if carries_over:
        carry_over_answers(report)
    return report


def two_open_reports() -> tuple[Cast, Report, Report]:
    """The first half of 2025 is filed; the second half is written while that of 2026 is open already."""
    cast = read_cast()
    oldest = open_report("2025-h1")
    fill(cast, oldest, "Oldest.")
    submit(cast, oldest)
    middle, latest = open_report("2025-h2"), open_report("2026-h1")
    fill(cast, middle, "Middle.")
    return cast, middle, latest


def carried_words(report: Report) -> dict[str, set[str]]:
    """What stands in the report as carried over: its texts, methods and titles of evidence."""
    with acting_as(SYSTEM):
        rows = {"carried_over": True, "report": report}
        return {
            "texts": set(Answer.objects.filter(**rows).values_list("text", flat=True)),
            "methods": set(report.figures.filter(**rows).exclude(method="").values_list("method", flat=True)),
            "evidence": set(report.evidence.filter(**rows).values_list("title", flat=True)),
        }


def words(*texts: str) -> dict[str, set[str]]:
    return {name: set(texts) for name in ("texts", "methods", "evidence")}


def test_a_report_that_is_filed_late_renews_what_the_next_one_has_carried_over() -> None:
    cast, middle, latest = two_open_reports()
    before = carried_words(latest)

    submit(cast, middle)

    assert before == words("Oldest.")
    assert carried_words(latest) == words("Middle.")
    with acting_as(SYSTEM):
        assert set(latest.answers.values_list("version", "updated_by")) == {(2, None)}


def test_a_first_report_that_is_filed_late_fills_the_next_one() -> None:
    cast = read_cast()
    first, second = open_report("2025-h2"), open_report("2026-h1")
    fill(cast, first, "First.")

    submit(cast, first)

    assert carried_words(second) == words("First.")


def test_what_was_changed_confirmed_or_emptied_stays() -> None:
    cast, middle, latest = two_open_reports()
    with acting_as(cast.actor("alice")) as alice:
        copy = working_copy(latest)
        changed, confirmed, emptied = copy.unconfirmed[:3]
        assert changed.indicator is not None
        save_answer(alice, latest, changed.indicator, text="Mine.", language="en", version=changed.version)
        evidence = copy.unconfirmed_evidence
        confirm_carried_over(alice, latest, CarriedOver([confirmed], evidence=evidence))
        remove_answers(alice, latest, [emptied.subject_key])

    submit(cast, middle)

    with acting_as(SYSTEM):
        texts = {row.subject_key: (row.text, row.carried_over) for row in latest.answers.all()}
        titles = set(latest.evidence.values_list("title", "carried_over"))
    assert texts[changed.subject_key] == ("Mine.", False)
    assert texts[confirmed.subject_key] == ("Oldest.", False)
    assert emptied.subject_key not in texts
    assert titles == {("Oldest.", False), ("Middle.", True)}


def test_evidence_that_somebody_removed_does_not_come_back() -> None:
    cast, middle, latest = two_open_reports()
    submit(cast, middle)
    with acting_as(cast.actor("alice")) as alice:
        remove_evidence(alice, latest, latest.evidence.get())

    with acting_as(SYSTEM):
        renew_carry_over(middle)

    assert carried_words(latest)["evidence"] == set()


def test_who_may_read_a_text_stays_as_a_signatory_has_decided() -> None:
    cast, middle, latest = two_open_reports()
    with acting_as(cast.actor("sven")) as sven:
        answer = latest.answers.order_by("pk")[0]
        set_disclosure(sven, latest, answer, Disclosure.SECRETARIAT, "A trade secret.")

    submit(cast, middle)

    with acting_as(SYSTEM):
        answer.refresh_from_db()
    assert (answer.text, answer.carried_over) == ("Middle.", True)
    assert (answer.disclosure, answer.disclosure_reason) == ("secretariat", "A trade secret.")


def test_a_recalled_submission_gives_way_to_what_was_filed_before_it() -> None:
    cast, middle, latest = two_open_reports()
    submit(cast, middle)
    with acting_as(cast.actor("sven")) as sven:
        recall_report(sven, middle)

    assert carried_words(latest) == words("Oldest.")


def test_nothing_is_left_of_a_recalled_first_report() -> None:
    cast = read_cast()
    first, second = open_report("2025-h2"), open_report("2026-h1")
    fill(cast, first, "First.")
    submit(cast, first)
    with acting_as(cast.actor("sven")) as sven:
        answer = second.answers.order_by("pk")[0]
        set_disclosure(sven, second, answer, Disclosure.SECRETARIAT, "A trade secret.")
        recall_report(sven, first)

    assert carried_words(second) == words()
    with acting_as(SYSTEM):
        left = [(row.pk, row.text, row.carried_over, row.disclosure) for row in second.answers.all()]
    assert left == [(answer.pk, "", False, "secretariat")]


def test_the_same_queries_renew_one_answer_and_all() -> None:
    cast, middle, latest = two_open_reports()
    submit(cast, middle)

    def queries() -> int:
        with acting_as(SYSTEM), CaptureQueriesContext(connection) as captured:
            renew_carry_over(middle)
        return len(captured)

    with acting_as(SYSTEM):
        Answer.objects.filter(pk=latest.answers.order_by("pk")[0].pk).update(text="Other.")
        one = queries()
        latest.answers.update(text="Other.")

        assert queries() == one
    assert carried_words(latest) == words("Middle.")
