"""One day everywhere of a moment around midnight: the alliance's, on pages, in drawings, documents and files."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from alliance.documents.report import charts
from alliance.enums import CycleState, ReportState, SupporterState
from alliance.models import Indicator, PublishedPledge, Report, Site
from alliance.queries.public.commitments import with_earlier_versions
from alliance.queries.site import read_site
from alliance.services.site import set_time_zone
from alliance.services.target_outcomes import project_targets
from alliance.web.public.pledges import pledged_values_of
from portal.kernel import clock, privacy
from portal.kernel.access import acting_as
from portal.kernel.publishing import touch_public_revision
from tests.factories import Cast, make_cycle, make_report, make_service, read_charter
from tests.support.pages import signed_in, words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_report
from tests.support.submissions import make_submission, submitted_figure
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db

# on New Year's Eve in UTC and New York, on 1 January in Moscow
MOMENT = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
WORDS = {date(2025, 12, 31): "31 December 2025", date(2026, 1, 1): "1 January 2026"}


@pytest.fixture(params=[("Europe/Moscow", date(2026, 1, 1)), ("America/New_York", date(2025, 12, 31))])
def day(request: pytest.FixtureRequest, cast: Cast) -> date:
    """What the alliance calls the day of that moment, by the zone of its settings page."""
    zone, day = request.param
    version = Site.objects.get_or_create(id=1)[0].version
    with acting_as(cast.actor("mona")) as mona:
        set_time_zone(mona, expected_version=version, zone=ZoneInfo(zone))
    read_site.forget()
    return day


@pytest.fixture
def pledge(cast: Cast, day: date) -> PublishedPledge:
    """Aurora's, signed in that moment, with a figure and a target."""
    make_service(cast.aurora, "clips")
    target = {"indicator": "time-to-removal", "due_on": "2027-12-31", "text": "Six hours.", "value": "6"}
    made = make_published_pledge(cast.aurora, target)
    PublishedPledge.objects.filter(pk=made.pk).update(signed_at=MOMENT)
    figures = {"search": [submitted_figure("time-to-removal", "12", service="clips")]}
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    project_targets(make_published_report(cycle, cast.aurora, figures), [])
    touch_public_revision()
    return PublishedPledge.objects.get(pk=made.pk)


@pytest.mark.parametrize("address", ["promises/", "commitments/find/", "members/aurora-video/"])
def test_every_page_names_the_day_of_a_pledge(
    client: Client, pledge: PublishedPledge, day: date, address: str
) -> None:
    words = words_of(client.get(f"/en/{address}"))

    assert WORDS[day] in words
    assert [other for other in WORDS if other != day and WORDS[other] in words] == []


def test_every_drawing_begins_on_the_day_of_a_pledge(
    client: Client, pledge: PublishedPledge, day: date
) -> None:
    (group,) = client.get("/en/promises/").context["groups"]
    indicator = Indicator.objects.get(charter=read_charter(), key="time-to-removal")
    (pledged,) = pledged_values_of(with_earlier_versions([pledge]), indicator, day)

    assert [(row.track.signed_on, row.track.first.year) for row in group.rows] == [(day, day.year)]
    assert pledged.signed_on == day
    assert charts._goal(pledge, pledge.targets[0]).signed_on == day


def test_the_queue_of_reviews_as_a_file_names_the_day_of_a_submission(cast: Cast, day: date) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, ReportState.SUBMITTED)
    Report.objects.filter(pk=report.pk).update(submitted_at=MOMENT)

    table = signed_in(cast.mona).get("/secretariat/reviews/csv/?state=any")

    assert f",{day}," in b"".join(table.streaming_content).decode()  # type: ignore[attr-defined]  # a stream


def test_retention_counts_days_in_the_time_zone_of_the_alliance(
    cast: Cast, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended_on = date(2025, 12, 31)
    make_supporter(read_charter(), "Harbour School", state=SupporterState.ENDED, ended_on=ended_on)
    monkeypatch.setattr(clock, "database_now", lambda: MOMENT + timedelta(days=30))

    assert privacy.count_expired()["supporter-contacts"] == (1 if ended_on < day else 0)
