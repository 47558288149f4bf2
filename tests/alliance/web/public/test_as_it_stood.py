"""Pages as they stood on a day: what was published later is not in them, and they say so first."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client

from alliance.models import Cycle, CycleDateChange, FormerSlug, PublishedTarget
from alliance.queries.local_dates import today
from alliance.queries.public.record import current_publication_head
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, reading_as_of, touch_public_revision
from tests.factories import Cast, make_cycle, read_cast, read_charter
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
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


def test_a_target_is_due_on_a_page_of_a_day_before_its_own(client: Client, cast: Cast) -> None:
    due_on = "2026-04-30"
    record = make_published_pledge(cast.aurora, {"due_on": due_on}).record
    PublishedTarget.objects.create(
        valid_from=1, organisation=cast.aurora, record=record, number=1, due_on=due_on, outcome="late"
    )
    then = words_of(client.get("/en/members/aurora-video/?as-of=2026-03-20"))
    after = words_of(client.get("/en/members/aurora-video/?as-of=2026-05-01"))

    assert "The day of no target is over yet." in then
    assert "in 41 days" in then
    assert "Overdue" not in then
    assert "Overdue by 30 April 2026 1 day over" in after


def test_the_ledger_of_an_earlier_day_has_the_targets_and_states_of_that_day(
    client: Client, cast: Cast
) -> None:
    due_on = "2026-04-30"
    record = make_published_pledge(cast.aurora, {"text": "A table.", "due_on": due_on}).record
    PublishedTarget.objects.create(
        valid_from=1, organisation=cast.aurora, record=record, number=1, due_on=due_on, outcome="late"
    )
    then, after = (client.get(f"/en/promises/?as-of={day}") for day in ("2026-03-20", "2026-05-01"))
    states = [
        client.get(f"/en/promises.json?as-of={day}").json()["promises"][0]["state"]
        for day in ("2026-03-20", "2026-05-01")
    ]

    assert "This page is as it stood on 20 March 2026" in words_of(then)
    assert "1 Due" in words_of(then)
    assert "1 Overdue" in words_of(after)
    assert states == ["due", "late"]
    assert "/en/promises/?state=late&amp;as-of=2026-05-01" in after.text
    narrowed = client.get("/en/promises/?member=aurora-video&state=late&page=1").text
    form = narrowed[narrowed.index('class="as-of-form"') :]
    assert '<input type="hidden" name="member" value="aurora-video">' in form
    assert '<input type="hidden" name="state" value="late">' in form


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("path", ["members/aurora-video/", "commitments/find/"])
def test_a_citation_names_the_record_that_its_address_shows(client: Client, path: str) -> None:
    then, now = (client.get(f"/en/{path}{query}") for query in ("?as-of=2026-03-20", ""))
    first = Publication.objects.filter(published_at__date__lte=LONG_AGO).latest("number")
    last = Publication.objects.latest("number")

    assert f"As of publication No. {first.number}, 10 March 2026." in words_of(then)
    assert first.sha256 in then.text
    assert then.text.count(f"/en/{path}?as-of=2026-03-20</p>") == 2  # beside the citation, and on paper
    assert f"As of publication No. {last.number}, " in words_of(now)
    assert last.sha256 in now.text
    assert f"/en/{path}</p>" in now.text


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("path", ["members/aurora-video", "commitments/find", "cycles/2025-h1"])
def test_files_of_today_are_not_offered_as_those_of_a_day(client: Client, path: str) -> None:
    then, now = (client.get(f"/en/{path}/{query}").text for query in ("?as-of=2026-03-20", ""))

    for suffix in ("json", "csv", "svg"):
        address = f'href="/en/{path}.{suffix}"'
        assert [address in page for page in (then, now)] == [False, True], suffix
    assert f'href="/en/{path}.atom"' in then


def test_links_of_a_page_lead_to_the_same_day(client: Client, cast: Cast) -> None:
    due_on = "2026-04-30"
    record = make_published_pledge(cast.aurora, {"text": "A table.", "due_on": due_on}).record
    PublishedTarget.objects.create(
        valid_from=1, organisation=cast.aurora, record=record, number=1, due_on=due_on, outcome="late"
    )
    member = client.get("/en/members/aurora-video/?as-of=2026-03-20").text
    commitment = client.get("/en/commitments/find/?as-of=2026-03-20").text
    cycle = client.get("/en/cycles/2025-h1/?as-of=2026-03-20").text

    for name in ("promises.csv", "promises.json"):
        assert f'"/en/{name}?member=aurora-video&amp;as-of=2026-03-20"' in member
    assert '"/en/promises/?as-of=2026-03-20"' in member
    assert '.csv?as-of=2026-03-20"' in commitment
    assert '"?as-of=2026-03-20&amp;indicator=' in commitment
    assert '"/en/cycles/2025-h1/verdicts.csv?as-of=2026-03-20"' in cycle


@pytest.mark.usefixtures("cast")
def test_a_choice_stays_on_the_way_to_a_day_and_back(client: Client) -> None:
    commitment = client.get("/en/commitments/find/?as-of=2026-03-20&indicator=content-actioned").text
    earlier = client.get("/en/?cycle=2025-h1").text
    to_come = client.get("/en/?cycle=2025-h2&as-of=2026-03-20")
    unknown = client.get("/en/?cycle=1999-h1&as-of=2026-03-20")

    assert 'href="/en/commitments/find/?indicator=content-actioned">As it stands now' in commitment
    form = earlier[earlier.index('class="as-of-form"') :]
    assert '<input type="hidden" name="cycle" value="2025-h1">' in form
    assert (to_come.status_code, to_come.context["cycle"].slug) == (200, "2025-h1")
    assert unknown.status_code == 404


@pytest.mark.usefixtures("cast")
def test_a_cycle_that_was_published_later_has_nothing_to_cite_or_take(client: Client) -> None:
    then, now = (client.get(f"/en/cycles/2025-h2/{query}") for query in ("?as-of=2026-03-20", ""))

    assert [answer.text.count("/en/cycles/2025-h2/document/") > 0 for answer in (then, now)] == [False, True]
    assert [answer.context["is_published"] for answer in (then, now)] == [False, True]
    assert "This cycle is in review" not in words_of(then)


@pytest.mark.usefixtures("cast")
def test_a_cycle_has_the_days_that_it_had_then(client: Client, cast: Cast) -> None:
    cycle = Cycle.objects.get(slug="2025-h2")
    days = {"due_on": date(2026, 4, 30), "grace_ends_on": date(2026, 5, 10)}
    before = {"due_on_before": date(2026, 3, 31), "grace_ends_on_before": date(2026, 4, 10)}
    with acting_as(SYSTEM):
        change = CycleDateChange.objects.create(
            cycle=cycle, reason="Many asked.", changed_by=cast.mona, **days, **before
        )
        CycleDateChange.objects.filter(pk=change.pk).update(changed_at=datetime(2026, 3, 25, tzinfo=UTC))
    Cycle.objects.filter(pk=cycle.pk).update(due_on=days["due_on"])
    touch_public_revision()
    then, now = (words_of(client.get(f"/en/cycles/2025-h2/{query}")) for query in ("?as-of=2026-03-20", ""))

    assert "Reports due 31 March 2026" in then
    assert "Published " not in then
    assert "Many asked." not in then
    assert "Reports due 30 April 2026" in now
    assert "Many asked." in now


def test_a_former_address_leads_on_to_the_same_day(client: Client, cast: Cast) -> None:
    FormerSlug.objects.create(organisation=cast.aurora, slug="aurora-old")
    moved = client.get("/en/members/aurora-old/?as-of=2026-03-20")

    assert (moved.status_code, moved["Location"]) == (301, "/en/members/aurora-video/?as-of=2026-03-20")


@pytest.mark.usefixtures("cast")
def test_what_is_cited_is_the_revision_of_the_day() -> None:
    head = current_publication_head("report", "aurora-video/2025-h2")
    assert head is not None
    with reading_as_of(head.number - 1):
        assert current_publication_head("report", "aurora-video/2025-h2") is None


@pytest.mark.usefixtures("cast")
def test_a_day_before_the_record_is_said_beside_the_field(client: Client) -> None:
    words = words_of(client.get("/en/?as-of=2026-01-01"))

    assert "The record begins on 10 March 2026. You see today’s page." in words


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("text", ["2099-01-01", ""])
def test_today_and_a_day_to_come_is_the_page_itself(client: Client, text: str) -> None:
    answer = client.get(f"/en/?as-of={text}")

    assert answer.status_code == 200
    assert "This page is as it stood" not in words_of(answer)


@pytest.mark.usefixtures("cast", "cycle")
@pytest.mark.parametrize(
    "address",
    [
        "?as-of=2026-02-30", "members/aurora-video/?as-of=2026-13-01", "commitments/find/?as-of=2025-02-29",
        "promises/?as-of=2026-02-30", "promises.csv?as-of=2026-02-30", "promises.json?as-of=2026-00-10",
        "changes/?since=2026-02-30", "changes/?since=2026-02-01&until=2026-02-30", "changes.csv?since=2026-02-30",
    ],
)  # fmt: skip
def test_a_day_that_is_none_is_not_taken_for_another(client: Client, address: str) -> None:
    assert client.get(f"/en/{address}").status_code == 404
