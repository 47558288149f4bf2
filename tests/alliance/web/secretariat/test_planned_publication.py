"""The hour at which a cycle is published by itself, on the pages: planned, seen, moved, cancelled, refused."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.enums import CycleState, ReportState
from alliance.models import Charter, Cycle
from alliance.services.planned_publication import publish_planned_cycle
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
PAGE = "/secretariat/cycles/2026-h1/"
PLAN, CANCEL = f"{PAGE}plan-publication/", f"{PAGE}cancel-publication/"


@pytest.fixture
def cycle(cast: Cast, charter: Charter) -> Cycle:
    cycle = make_cycle(charter, state=CycleState.CLOSED)
    Cycle.objects.update(due_on=timezone.localdate() - timedelta(days=20))
    make_submission(make_report(cycle, cast.aurora), ReportState.CONCLUDED)
    return cycle


def hour(days: int = 3, at: str = "10:30") -> dict[str, str]:
    return {"day": (timezone.localdate() + timedelta(days=days)).isoformat(), "hour": at}


def test_a_plan_is_seen_on_the_page_and_in_the_calendar_moved_and_cancelled(
    cast: Cast, cycle: Cycle, mona: Client, client: Client
) -> None:
    assert "Plan the publication" in words_of(mona.get(PAGE))
    assert mona.post(PLAN, hour()).status_code == 302

    page = words_of(mona.get(PAGE))
    assert "10:30 MSK, without anybody having to do anything." in page
    assert "Planned by Mona." in page
    assert "nothing would stand in the way" in page
    assert "The cycle is published by itself, at 10:30" in words_of(mona.get(f"{PAGE}calendar/"))
    assert "Choose another hour" not in words_of(signed_in(cast.rita).get(PAGE))
    assert "10:30" not in words_of(client.get("/en/cycles/2026-h1/"))
    assert "is not published by itself on" in words_of(mona.get(f"{PAGE}reopen/"))

    assert mona.get(PLAN).context["form"]["hour"].value().strftime("%H:%M") == "10:30"
    planned = mona.get(PLAN).context["form"]["day"].value()
    days = {
        asked: mona.get(f"{PLAN}?day={asked}").context["form"]["day"].value()
        for asked in ("2099-05-04", "4 May")
    }
    assert days == {"2099-05-04": date(2099, 5, 4), "4 May": planned}
    mona.post(PLAN, hour(at="11:00"))
    assert "11:00 MSK" in words_of(mona.get(PAGE))
    assert "11:00 MSK" in words_of(mona.get(CANCEL))
    assert mona.post(CANCEL).status_code == 302
    late = mona.post(CANCEL)
    assert late.status_code == 422
    assert "No publication is planned any more." in words_of(late)
    assert "without anybody" not in words_of(mona.get(PAGE))


def test_a_plan_that_another_manager_has_changed_is_neither_replaced_nor_cancelled_unseen(
    cast: Cast, cycle: Cycle, mona: Client
) -> None:
    mona.post(PLAN, hour())
    seen = mona.get(CANCEL).context["form"]["seen"].value()
    assert "is planned for" in words_of(mona.get(PLAN))
    mona.post(PLAN, hour(at="11:00"))

    for address, values in ((CANCEL, {}), (PLAN, hour(at="12:00"))):
        late = mona.post(address, {**values, "seen": seen})
        assert late.status_code == 422
        assert "11:00 MSK now." in words_of(late)
        assert "Open the page again" not in words_of(late)
        assert (
            late.context["form"]["seen"].value() != seen
        )  # sent again, it is of the plan that the page lists
    entries = words_of(mona.get("/secretariat/journal/"))
    assert "11:00 MSK" in entries
    assert "T08:00:00" not in entries

    present = late.context["form"]["seen"].value()
    assert mona.post(PLAN, {**hour(at="12:00"), "seen": present}).status_code == 302
    present = mona.get(CANCEL).context["form"]["seen"].value()
    assert mona.post(CANCEL, {"seen": present}).status_code == 302
    late = mona.post(PLAN, {**hour(), "seen": present})
    assert "The plan was cancelled meanwhile." in words_of(late)
    assert mona.post(PLAN, {**hour(), "seen": late.context["form"]["seen"].value()}).status_code == 302


def test_pages_say_what_would_stand_in_the_way_and_what_has(cast: Cast, cycle: Cycle, mona: Client) -> None:
    make_report(cycle, cast.beacon, ReportState.IN_REVIEW)
    obstacle = "1 report is not submitted or not decided: Beacon Search"
    plan = mona.get(PLAN)
    assert obstacle in words_of(plan)
    assert [member.row.name for member in plan.context["members"]] == ["Aurora Video"]
    assert "Would become public today" in words_of(plan)
    assert "1 of 2 reports" in words_of(plan)
    mona.post(PLAN, hour())
    assert f"it would not be published: {obstacle}" in words_of(mona.get(PAGE))

    Cycle.objects.update(publish_at=timezone.now() - timedelta(minutes=1))
    with acting_as(SYSTEM):
        publish_planned_cycle(cycle.pk)

    page = words_of(mona.get(PAGE))
    assert f"and was not. This stood in the way: {obstacle}" in page
    mona.post(PLAN, hour())
    assert "Not published as planned" not in words_of(mona.get(PAGE))


def test_a_plan_that_comes_too_late_keeps_what_was_typed(cycle: Cycle, mona: Client) -> None:
    past = mona.post(PLAN, hour(days=-1))
    assert past.status_code == 422
    assert "This hour has passed." in words_of(past)

    Cycle.objects.update(state=CycleState.PUBLISHED)
    late = mona.post(PLAN, hour())
    assert late.status_code == 422
    assert "10:30" in words_of(late)


def test_the_page_of_a_plan_reads_the_reports_of_the_cycle_once(
    cast: Cast, cycle: Cycle, mona: Client
) -> None:
    mona.get(PLAN)

    with CaptureQueriesContext(connection) as queries:
        page = mona.get(PLAN)

    lists = [each for each in queries if 'FROM "alliance_report"' in each["sql"] and "name_en" in each["sql"]]
    assert (len(lists), page.context["member_count"]) == (1, 1)
