"""What each colleague owes, as the page of people unfolds it: links, days, what is late, and for whom it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.enums import ReportState, Role
from alliance.models import Delegation, Finding, Measure, MeasureComment, Person, Question, Report
from alliance.queries.delegations import section_title
from alliance.queries.owed_work import OwedWork, owed_work
from alliance.services.measure_comments import write_comment
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.support.delegations import give, in_days, measure_of
from tests.support.pages import signed_in, words_of
from tests.support.query_log import own_queries

pytestmark = pytest.mark.django_db
PEOPLE = "/workspace/people/"


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def owed(cast: Cast, person: Person, who: str = "sven") -> OwedWork | None:
    with acting_as(cast.actor(who)) as actor:
        return owed_work(actor, cast.aurora).get(person.pk)


def urls(work: OwedWork | None) -> list[str]:
    return [piece.url for piece in work.pieces] if work else []


def ask(cast: Cast, report: Report, measure: Measure | None) -> Question:
    with acting_as(SYSTEM):
        return Question.objects.create(
            report=report,
            organisation=cast.aurora,
            measure=measure,
            text="Whose clock?",
            language="en",
            asked_by=cast.rita,
        )


def find(cast: Cast, report: Report, measure: Measure) -> Finding:
    """Of a review that is concluded: before, its member sees none."""
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=ReportState.CONCLUDED)
        return Finding.objects.create(
            report=report,
            organisation=cast.aurora,
            measure=measure,
            text="Count the nights.",
            language="en",
            due_on=in_days(-1),
            written_by=cast.rita,
        )


def test_the_page_of_people_unfolds_sections_with_links_days_and_what_is_late(
    cast: Cast, report: Report
) -> None:
    (section,) = give(cast, report, cast.alice)
    (whole,) = give(cast, report, cast.alice, f"c{measure_of(report).commitment_id}")
    with acting_as(SYSTEM):
        Delegation.objects.filter(pk=section.pk).update(due_on=in_days(-2))
    page = signed_in(cast.sven).get(PEOPLE)

    words = words_of(page)
    assert "2 sections of a report to write, 1 late" in words
    assert f"{section_title(measure_of(report))}, {report.cycle.title} Section to write Was due" in words
    for url in (f"/workspace/reports/{report.pk}/measures/search/", f"/workspace/delegations/{whole.pk}/"):
        assert f'href="{url}"' in page.content.decode()
        assert signed_in(cast.bob).get(url).status_code == 200


def test_a_question_of_a_reviewer_is_whose_section_its_measure_is(cast: Cast, report: Report) -> None:
    give(cast, report, cast.alice)
    question = ask(cast, report, measure_of(report))
    ask(cast, report, None)  # of the whole report: nobody's by name
    assert f"/workspace/reports/{report.pk}/#question-{question.pk}" in urls(owed(cast, cast.alice))
    assert urls(owed(cast, cast.sven)) == []


def test_a_measure_that_is_given_by_itself_is_not_its_commitments(cast: Cast, report: Report) -> None:
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    give(cast, report, cast.alice)
    give(cast, report, erna, f"c{measure_of(report).commitment_id}")
    ask(cast, report, measure_of(report))
    work = owed(cast, erna)
    assert work is not None
    assert not work.others


def test_of_two_reports_the_later_one_says_whose_a_question_is(cast: Cast, report: Report) -> None:
    """Of last year's report the measure is Alice's, of this year's the whole commitment Erna's."""
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    give(cast, report, cast.alice)
    later = make_report(make_cycle(read_charter(), "2026-h2"), cast.aurora)
    give(cast, later, erna, f"c{measure_of(later).commitment_id}")
    question = ask(cast, later, measure_of(later))
    finding = find(cast, report, measure_of(report))
    pages = [
        f"/workspace/findings/#finding-{finding.pk}",
        f"/workspace/reports/{later.pk}/#question-{question.pk}",
    ]
    work = owed(cast, erna)
    assert work is not None
    assert sorted(piece.url for piece in work.others) == sorted(pages)
    assert not (owed(cast, cast.alice) or OwedWork((), ())).others


def test_a_finding_is_whose_section_its_measure_was(cast: Cast, report: Report) -> None:
    give(cast, report, cast.alice)
    finding = find(cast, report, measure_of(report))
    work = owed(cast, cast.alice)
    assert work is not None
    assert urls(work) == [f"/workspace/findings/#finding-{finding.pk}"]  # the section ended with the report
    assert work.late == 1
    assert f'id="finding-{finding.pk}"' in signed_in(cast.alice).get("/workspace/findings/").content.decode()


def test_a_comment_waits_for_whom_it_asks_until_they_write(cast: Cast, report: Report) -> None:
    measure = measure_of(report)
    with acting_as(cast.actor("sven")) as sven:
        asked = write_comment(sven, report, measure, "@Alice, whose clock?").comment
    page = f"/workspace/reports/{report.pk}/measures/search/comments/"
    with CaptureQueriesContext(connection) as captured:
        assert urls(owed(cast, cast.alice)) == [f"{page}?message={asked.pk}#message-{asked.pk}"]
    assert not [
        row for row in captured.captured_queries if f'{MeasureComment._meta.db_table}"."text"' in row["sql"]
    ]
    with acting_as(cast.actor("alice")) as alice:
        write_comment(alice, report, measure, "Ours.", parent=asked)
    assert owed(cast, cast.alice) is None


@pytest.mark.parametrize("who", ["carol", "rita", "mona"])
def test_nobody_outside_sees_what_is_owed(cast: Cast, report: Report, who: str) -> None:
    give(cast, report, cast.alice)
    ask(cast, report, measure_of(report))
    with acting_as(cast.actor(who)) as actor:
        assert owed_work(actor, cast.aurora) == {}


def test_twenty_people_with_work_cost_as_many_queries_as_one(cast: Cast, report: Report) -> None:
    def count() -> int:
        client = signed_in(cast.sven)
        client.get(PEOPLE)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(PEOPLE)
        assert page.status_code == 200
        return len(own_queries(captured.captured_queries))

    measure = measure_of(report)
    give(cast, report, cast.alice)
    ask(cast, report, measure)
    with acting_as(cast.actor("sven")) as sven:
        write_comment(sven, report, measure, "@Alice?")
    few = count()
    for number in range(20):
        person = make_person(f"Erna{number}", cast.aurora, Role.EDITOR)
        give(cast, report, person)
        ask(cast, report, measure)
        with acting_as(cast.actor("sven")) as sven:
            write_comment(sven, report, measure, "Yours?", mentions=[person.pk])
    assert count() == few
