"""Second readings: asked of whom, given and sent; until then no review is concluded."""

import pytest
from django.utils import timezone

from alliance.enums import PledgeState, ReportState, Role
from alliance.models import (
    Measure,
    Person,
    Pledge,
    Report,
    Verdict,
)
from alliance.queries.review_figures import (
    agreement,
    agreement_cases,
    cycle_figures,
    reader_figures,
    second_opinions,
    verdict_counts,
)
from alliance.queries.second_readings import reading_rows
from alliance.services.assignments import take_over_report
from alliance.services.reviews import conclude_report, start_review
from alliance.services.second_readings import (
    give_opinion,
    send_reading,
)
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.publishing import revision_cache
from tests.factories import Cast, actor_of, make_person
from tests.support.pages import signed_in, words_of
from tests.support.second_readings import ask, measure_of
from tests.support.submissions import make_submission, submitted_figure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row_security_open")]


def test_a_reading_that_agrees_lets_the_review_be_concluded(rita: Actor, roy: Person, report: Report) -> None:
    reading = ask(rita, report, roy, "search")
    with pytest.raises(DomainError, match="Roy has been asked for a second reading"):
        conclude_report(rita, report)
    give_opinion(actor_of(roy), reading, measure_of(report), value="limited")

    sent = send_reading(actor_of(roy), reading)

    assert sent.state == "agrees"
    assert conclude_report(rita, report).state == "concluded"


def test_a_measure_that_is_judged_no_more_stops_no_reading(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    reading = ask(rita, report, roy)
    Measure.objects.filter(charter=report.cycle.charter, key="speed").update(core=False)
    Verdict.objects.filter(measure__key="speed").delete()
    Pledge.objects.create(
        organisation=cast.aurora, commitment_key="find", title="Fast", text="Within a day.", language="en",
        state=PledgeState.WITHDRAWN, measure_keys=["speed"], signatory_name="Sven", signed_by=cast.sven,
        signed_at=timezone.now(),
    )  # fmt: skip
    revision_cache.clear()
    reader = actor_of(roy)

    measures = [row.step.measure for row in reading_rows(reader, reading)]
    for measure in measures:
        assert measure is not None
        give_opinion(reader, reading, measure, value="limited")

    assert "speed" not in [measure.key for measure in measures if measure]
    assert send_reading(reader, reading).state == "agrees"


def test_a_reading_is_sent_whole(rita: Actor, roy: Person, report: Report) -> None:
    reading = ask(rita, report, roy)
    give_opinion(actor_of(roy), reading, measure_of(report), value="limited")

    with pytest.raises(DomainError, match=r"Your verdict on 1\.2 Speed is missing"):
        send_reading(actor_of(roy), reading)


def test_a_different_verdict_needs_a_reason(rita: Actor, roy: Person, report: Report) -> None:
    reading = ask(rita, report, roy, "search")

    with pytest.raises(DomainError) as refusal:
        give_opinion(actor_of(roy), reading, measure_of(report), value="complete")
    with pytest.raises(DomainError):
        give_opinion(actor_of(roy), reading, measure_of(report, "speed"), value="limited")

    assert refusal.value.field == "reason"


def test_only_the_reader_reads(cast: Cast, rita: Actor, roy: Person, report: Report) -> None:
    reading = ask(rita, report, roy, "search")

    for name in ("rita", "mona", "sven"):
        with pytest.raises(Forbidden):
            give_opinion(cast.actor(name), reading, measure_of(report), value="limited")


def test_the_reviewer_is_not_asked_and_nobody_twice(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    ask(rita, report, roy)

    with pytest.raises(DomainError, match="The reviewer cannot be the second reader"):
        ask(rita, report, cast.rita)
    with pytest.raises(DomainError, match="Roy is its second reader"):
        ask(rita, report, roy)


def test_the_second_reader_does_not_become_the_reviewer(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    ask(rita, report, roy)

    with pytest.raises(DomainError, match="Roy is its second reader"):
        take_over_report(actor_of(roy), report, "I read it anyway.", cast.rita.pk)


def test_the_second_reader_does_not_start_the_review_either(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    Report.objects.update(state=ReportState.SUBMITTED, reviewer=None)
    report.refresh_from_db()
    ask(cast.actor("mona"), report, roy)

    with pytest.raises(DomainError, match="You are its second reader"):
        start_review(actor_of(roy), report)
    page = words_of(signed_in(roy).get(f"/secretariat/reviews/{report.pk}/"))

    assert "Start the review" not in page
    assert start_review(rita, report).state == ReportState.IN_REVIEW


def test_an_answer_that_has_changed_since_is_judged_anew_before_the_reading_is_sent(
    rita: Actor, roy: Person, report: Report
) -> None:
    reading, reader = ask(rita, report, roy, "search", "speed"), actor_of(roy)
    for key in ("search", "speed"):
        give_opinion(reader, reading, measure_of(report, key), value="limited")
    figures = {"search": [submitted_figure("content-actioned", "10")]}
    make_submission(report, ReportState.IN_REVIEW, number=2, figures=figures)

    with pytest.raises(DomainError, match=r"The member has changed its answer on 1\.1 Search since"):
        send_reading(reader, reading)
    page = words_of(signed_in(roy).get(f"/secretariat/readings/{reading.pk}/"))
    assert page.count("answer changed") == 1
    assert "Send the second reading" not in page

    give_opinion(reader, reading, measure_of(report), value="limited")
    assert send_reading(reader, reading).state == "agrees"


def test_a_conclusion_names_a_reading_of_an_earlier_submission(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    reading = ask(rita, report, roy, "search")
    give_opinion(actor_of(roy), reading, measure_of(report), value="limited")
    send_reading(actor_of(roy), reading)
    make_submission(report, ReportState.IN_REVIEW, number=2)

    page = words_of(signed_in(cast.rita).get(f"/secretariat/reviews/{report.pk}/conclude/"))

    assert "Second reading: Roy As of submission 1: the member has submitted again since" in page


def test_the_figures_of_one_person_are_the_managers_and_their_own(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    reading = ask(rita, report, roy, "search", "speed")
    give_opinion(actor_of(roy), reading, measure_of(report), value="complete", reason="All is there.")
    give_opinion(actor_of(roy), reading, measure_of(report, "speed"), value="limited")
    send_reading(actor_of(roy), reading)
    outsider = actor_of(make_person("Ruth", cast.secretariat, Role.REVIEWER))

    def seen(actor: Actor) -> tuple[list[str], int, int]:
        cycle, opinions = report.cycle, second_opinions(actor, report.cycle)
        figures = reader_figures(actor, cycle_figures(actor, cycle), verdict_counts(actor, cycle), opinions)
        cases = agreement_cases(actor, cycle, roy.pk, cast.rita.pk)
        return [row.person.name for row in figures], len(agreement(actor, opinions).cells), len(cases)

    assert seen(cast.actor("mona")) == (["Rita", "Roy"], 1, 1)
    assert seen(rita) == (["Rita"], 1, 1)
    assert seen(outsider) == ([], 0, 0)
    whole = agreement(outsider, second_opinions(outsider, report.cycle))
    assert (whole.same, whole.total) == (1, 2)
