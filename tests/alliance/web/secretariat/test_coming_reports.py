"""Reviewers of reports that are still to come: given on the desk of the cycle, many at once; nothing is seen by it."""

from typing import Any

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Answer, DeclaredInterest, Figure, Report
from alliance.services.assignments import assign_reports, take_over_report, unassign_report
from alliance.services.recalls import recall_report
from portal.kernel.access import acting_as
from portal.kernel.errors import Forbidden, WrongState
from portal.kernel.notices import Delivery
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.submissions import make_submission
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db
DRAFT = "Canary of the working copy"


@pytest.fixture
def coming(cast: Cast, sven_edits: None) -> Report:
    """Aurora's report, which it writes."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("sven"), report, DRAFT)
    return report


def give(cast: Cast, report: Report, name: str = "mona") -> Any:
    with acting_as(cast.actor(name)) as actor:
        return assign_reports(actor, [report], cast.rita.pk)


def test_a_manager_gives_coming_reports_on_the_desk(
    cast: Cast, coming: Report, mona: Client, rita: Client
) -> None:
    desk = f"/secretariat/cycles/{coming.cycle.slug}/"
    assert "reviews/assign/" in mona.get(desk).text
    assert "reviews/assign/" not in rita.get(desk).text
    address = f"/secretariat/reviews/assign/?cycle={coming.cycle.slug}&all=1&show=all"
    page = mona.get(address)
    assert (page.status_code, f"/reviews/{coming.pk}/" in page.text) == (200, False)
    done = mona.post(address, {"reviewer": cast.rita.pk, "second_reader": "", "report": [coming.pk]})
    assert (done.status_code, done["Location"]) == (302, f"/secretariat/cycles/{coming.cycle.slug}/")
    coming.refresh_from_db()
    assert (coming.reviewer_id, coming.state) == (cast.rita.pk, ReportState.DRAFT)


def test_the_working_copy_stays_hidden_from_the_allocated_reviewer(
    cast: Cast, coming: Report, rita: Client
) -> None:
    give(cast, coming)
    with acting_as(cast.actor("rita")) as actor:
        for model in (Answer, Figure):
            assert not model.objects.visible_to(actor).filter(report=coming).exists()
    assert rita.get(f"/secretariat/reviews/{coming.pk}/").status_code == 404
    queue, desk = rita.get("/secretariat/reviews/"), rita.get(f"/secretariat/cycles/{coming.cycle.slug}/")
    assert "Aurora" not in words_of(queue)
    assert DRAFT not in desk.text


def test_it_stays_with_its_reviewer_when_it_is_filed_and_recalled(cast: Cast, coming: Report) -> None:
    give(cast, coming)
    run_all_jobs()
    assert not Delivery.objects.filter(event__kind="report.assign").exists()
    with acting_as(cast.actor("rita")) as rita, pytest.raises(WrongState):
        take_over_report(rita, coming, "Mine.", cast.rita.pk)
    coming.refresh_from_db()
    make_submission(coming, ReportState.SUBMITTED, assigned=False)
    assert Report.objects.get().reviewer_id == cast.rita.pk
    with acting_as(cast.actor("sven")) as sven:
        assert recall_report(sven, coming).reviewer_id == cast.rita.pk


def test_only_a_manager_gives_what_is_to_come_and_to_nobody_with_an_interest(
    cast: Cast, coming: Report
) -> None:
    with pytest.raises(Forbidden):
        give(cast, coming, "rita")
    DeclaredInterest.objects.create(
        person=cast.rita, organisation=cast.aurora, reason="A cousin.", recorded_by=cast.mona
    )
    with pytest.raises(Exception, match="has declared an interest"):
        give(cast, coming)
    assert Report.objects.get().reviewer_id is None


def test_the_queue_lists_coming_reports_with_their_reviewers_but_not_their_content(
    cast: Cast, coming: Report, mona: Client, rita: Client
) -> None:
    queue = "/secretariat/reviews/?show=coming"
    (row,) = mona.get(queue).context["rows"]
    assert (row.report.reviewer_id, row.may_be_chosen, row.may_be_taken_back) == (None, True, False)
    give(cast, coming)

    page = mona.get(f"{queue}&reviewer={cast.rita.pk}")

    (row,) = page.context["rows"]
    assert (row.report.waits_for, row.may_be_taken_back) == ("member", True)
    assert [text in words_of(page) for text in ("to submit by", "To come 1", DRAFT)] == [True, True, False]
    assert f"/secretariat/reports/{coming.pk}/take-back/" in page.text
    (row,) = rita.get(queue).context["rows"]
    assert (row.may_be_chosen, row.may_be_taken_back) == (False, False)


def test_a_manager_takes_an_allocation_back(cast: Cast, coming: Report, mona: Client, rita: Client) -> None:
    give(cast, coming)
    address = f"/secretariat/reports/{coming.pk}/take-back/"
    desk = f"/secretariat/cycles/{coming.cycle.slug}/"
    assert [address in client.get(desk).text for client in (mona, rita)] == [True, False]
    assert rita.get(address).status_code == 403
    with acting_as(cast.actor("rita")) as actor, pytest.raises(Forbidden):
        unassign_report(actor, coming, "Not mine.", cast.rita.pk)

    done = mona.post(address, {"reason": "She is away.", "seen_reviewer": cast.rita.pk})

    assert done["Location"] == f"{desk}#reports"
    coming.refresh_from_db()
    assert (coming.reviewer_id, coming.state) == (None, ReportState.DRAFT)
    run_all_jobs()
    [recipient] = set(
        Delivery.objects.filter(event__kind="report.unassign").values_list("recipient", flat=True)
    )
    assert recipient == cast.rita.pk
    assert "Nobody is assigned" in words_of(mona.get(address))
