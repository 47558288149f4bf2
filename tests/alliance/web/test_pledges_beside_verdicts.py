"""Beside an old verdict stands the pledge that it is about, as it stood then, and not the one of today."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.enums import ReportState
from alliance.models import Pledge, Report
from alliance.queries.pledge_quotes import quoted_targets
from alliance.queries.review_context import pledge_to
from alliance.services.pledge_draft import TargetDraft
from alliance.services.pledges import (
    draft_pledge,
    edit_pledge,
    publish_pledge,
    revise_pledge,
    sign_pledge,
    withdraw_pledge,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import revision_cache
from tests.alliance.web.secretariat.test_verdicts import commitment_url, measure_url
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.pages import signed_in, words_of
from tests.support.pledges import draft_with, published
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.query_log import own_queries
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
PUBLIC = "/en/reports/aurora-video/2026-h1/"
AS_IT_STOOD = "as it stood when the report was published"
CAME_LATER = "made after the report was published"


def pledge_words(half: str) -> Any:
    return draft_with(text=f"We will find {half}.", targets=(TargetDraft(text=f"Find {half}."),))


@pytest.fixture
def pledge(cast: Cast) -> Pledge:
    with acting_as(SYSTEM):
        return published(cast, read_charter(), pledge_words("half of it"))


@pytest.fixture
def report(cast: Cast, pledge: Pledge) -> Report:
    """Judged and published while the pledge stood."""
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, verdicts={"find": "limited"})
    make_published_cycle(cycle)
    Report.objects.update(state=ReportState.PUBLISHED, published_at=timezone.now())
    return Report.objects.get()


def revise(cast: Cast, pledge: Pledge) -> Pledge:
    with acting_as(SYSTEM):
        draft = revise_pledge(cast.actor("alice"), Pledge.objects.get(pk=pledge.pk))
        edited = edit_pledge(cast.actor("alice"), draft, pledge_words("all of it"), draft.version)
        return publish_pledge(cast.actor("mona"), sign_pledge(cast.actor("sven"), edited))


def test_the_secretariat_reads_the_revision_that_stood_and_is_led_to_the_one_in_force(
    cast: Cast, pledge: Pledge, report: Report
) -> None:
    later, rita = revise(cast, pledge), signed_in(cast.rita)

    for url in (measure_url(report), commitment_url(report)):
        answer = rita.get(url)
        page = words_of(answer)
        assert "We will find half of it." in page
        assert "We will find all of it." not in page
        assert f"{AS_IT_STOOD} As it is now" in page
        assert f'href="/secretariat/pledges/{later.pk}/">As it is now' in answer.content.decode()


def test_the_pledge_beside_a_verdict_takes_as_many_queries_as_it_says(
    cast: Cast, pledge: Pledge, report: Report
) -> None:
    for is_revised in (False, True):
        if is_revised:
            revise(cast, pledge)
        with acting_as(cast.actor("rita")) as rita:
            row = Report.objects.select_related("organisation", "cycle__charter").get()
            revision_cache.clear()  # else it may learn of the last publication in between
            pledge_to(rita, row, "find")  # what is cached of the charter is read
            with CaptureQueriesContext(connection) as of_one_in_review:
                pledge_to(rita, Report(organisation_id=row.organisation_id, cycle=row.cycle), "find")
            with CaptureQueriesContext(connection) as of_a_published_one:
                beside = pledge_to(rita, row, "find")
        # but for what is read anew once a second
        assert [len(own_queries(each)) for each in (of_one_in_review, of_a_published_one)] == [2, 8]
        assert beside is not None
        assert [target.text for target in quoted_targets(beside)] == ["Find half of it."]


def test_a_pledge_that_stands_unchanged_says_nothing_of_that(cast: Cast, report: Report) -> None:
    page = words_of(signed_in(cast.rita).get(measure_url(report)))

    assert "We will find half of it." in page
    assert AS_IT_STOOD not in page


def test_a_pledge_that_was_withdrawn_since_stays_beside_the_verdict(
    cast: Cast, pledge: Pledge, report: Report
) -> None:
    with acting_as(SYSTEM):
        withdraw_pledge(cast.actor("sven"), Pledge.objects.get(pk=pledge.pk), "We have closed the service.")

    page = words_of(signed_in(cast.rita).get(measure_url(report)))

    assert "We will find half of it." in page
    assert f"{AS_IT_STOOD} Withdrawn" in page


def test_the_list_of_what_is_to_be_countersigned_says_that_this_is_nothing_not_that_there_are_no_pledges(
    cast: Cast, pledge: Pledge
) -> None:
    mona = signed_in(cast.mona)

    waiting, public = (words_of(mona.get(f"/secretariat/pledges/{each}")) for each in ("", "?show=public"))

    assert "Nothing waits for a countersignature" in waiting
    assert "We will find half of it." in public


def test_a_review_of_today_reads_the_pledge_of_today(cast: Cast, pledge: Pledge, report: Report) -> None:
    later_cycle = make_cycle(read_charter(), "2026-h2")
    now = make_report(later_cycle, cast.aurora)
    make_submission(now, ReportState.IN_REVIEW)
    revise(cast, pledge)

    page = words_of(signed_in(cast.rita).get(measure_url(now)))

    assert "We will find all of it." in page
    assert AS_IT_STOOD not in page


def test_a_pledge_that_came_later_says_so(cast: Cast) -> None:
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, verdicts={"find": "limited"})
    make_published_cycle(cycle)
    Report.objects.update(state=ReportState.PUBLISHED, published_at=timezone.now())
    with acting_as(SYSTEM):
        draft = draft_pledge(cast.actor("alice"), cast.aurora, pledge_words("half of it"))
        publish_pledge(cast.actor("mona"), sign_pledge(cast.actor("sven"), draft))

    assert f"Find half of it. {CAME_LATER}" in words_of(Client().get(PUBLIC))
    assert CAME_LATER in words_of(signed_in(cast.rita).get(measure_url(Report.objects.get())))


def test_the_public_reads_the_targets_that_stood(cast: Cast, pledge: Pledge, report: Report) -> None:
    before = words_of(Client().get(PUBLIC))
    revise(cast, pledge)

    after = words_of(Client().get(PUBLIC))

    assert "Find half of it." in before
    assert AS_IT_STOOD not in before
    assert "Find half of it." in after
    assert "Find all of it." not in after
    assert AS_IT_STOOD in after
