"""Pages as they stood on a day: what was published later is not in them, and they say so first."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client

from alliance.models import Cycle
from alliance.queries.local_dates import today
from portal.kernel import clock
from portal.kernel.publishing import touch_public_revision
from tests.factories import Cast, make_cycle, read_cast, read_charter
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db

LONG_AGO = date(2026, 3, 10)


@pytest.fixture
def cast() -> Cast:
    """Aurora's first report was published on 10 March with a verdict that rose in its second one, a day ago."""
    cast, charter = read_cast(), read_charter()
    days = {"2025-h1": LONG_AGO, "2025-h2": today() - timedelta(days=1)}
    for (slug, day), verdict in zip(days.items(), ("limited", "complete"), strict=True):
        cycle = make_cycle(charter, slug)
        at = datetime.combine(day, time(12), UTC)
        with clock.at(at):
            make_published_report(cycle, cast.aurora, verdicts={"find": verdict})
            make_published_cycle(cycle)
        Cycle.objects.filter(pk=cycle.pk).update(published_at=at)
    touch_public_revision()
    return cast


PAGES = ("", "members/aurora-video/", "commitments/find/", "cycles/2025-h1/")


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("path", PAGES)
def test_a_day_in_the_past_shows_what_was_public_then(client: Client, path: str) -> None:
    then = client.get(f"/en/{path}?as-of=2026-03-20")
    now = client.get(f"/en/{path}")

    assert "This page is as it stood on 20 March 2026" in words_of(then)
    assert "This page is as it stood" not in words_of(now)
    assert f'/en/{path}">' in then.text[then.text.index('rel="canonical"') :][:120]
    shown = ["2025-II" in words_of(answer) or "Half 2 of 2025" in words_of(answer) for answer in (then, now)]
    assert shown == [False, path != "cycles/2025-h1/"]


@pytest.mark.usefixtures("cast")
def test_a_day_before_the_record_is_said_beside_the_field(client: Client) -> None:
    words = words_of(client.get("/en/?as-of=2026-01-01"))

    assert "The record begins on 10 March 2026. Shown is the page of today." in words


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("text", ["2099-01-01", "2026-13-45", ""])
def test_today_and_what_is_no_day_is_the_page_itself(client: Client, text: str) -> None:
    answer = client.get(f"/en/?as-of={text}")

    assert answer.status_code == 200
    assert "This page is as it stood" not in words_of(answer)
