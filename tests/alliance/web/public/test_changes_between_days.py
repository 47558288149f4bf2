"""What changed between two days: the record as it stood on each, and what happened to it in between."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import (
    Cycle,
    PublishedPledge,
    PublishedReport,
    Report,
    TimelineEntry,
)
from alliance.queries.local_dates import today
from alliance.services.pledges import withdraw_pledge
from alliance.services.publications import record_report_notice
from alliance.services.target_outcomes import project_targets
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, touch_public_revision
from portal.kernel.text import format_date
from tests.factories import (
    Cast,
    make_cycle,
    make_report,
    make_service,
    read_cast,
    read_charter,
)
from tests.support.changes import HOURS, csv_rows, make_changing_cycles
from tests.support.corrections import KIDS, REPLY, correct, figures
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.pledges import published as publish_pledge_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure
from tests.support.withdrawals import withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_changing_cycles()


@pytest.mark.parametrize(
    ("since", "until", "became"),
    [
        ("2025-12-15", "2026-01-15", {"late": ["Two days.", "Six hours.", "Never said how."]}),
        ("2026-01-15", "2026-04-01", {}),
        ("2026-04-01", "2026-04-30", {"missed": ["Six hours."], "kept": ["Two days."]}),
        ("2025-10-01", "2026-04-30", {
            "missed": ["Six hours."], "late": ["Never said how."], "kept": ["Two days."]
        }),
    ],
)  # fmt: skip
def test_between_two_days_a_promise_becomes_what_the_record_said_on_each(
    client: Client, since: str, until: str, became: dict[str, list[str]]
) -> None:
    """Their day was over in December; the report that decides two of three came out in April."""
    cast, charter = read_cast(), read_charter()
    cycle, day = make_cycle(charter, "2025-h2"), {"due_on": "2025-12-31"}
    make_service(cast.aurora, "clips")
    with clock.at(datetime(2025, 11, 3, 12, tzinfo=UTC)):
        number = make_published_report(make_cycle(charter, "2025-h1"), cast.beacon).number
        for text, hours in (("Two days.", "48"), ("Six hours.", "6")):
            make_published_pledge(cast.aurora, {**day, "text": text, "indicator": HOURS, "value": hours})
        make_published_pledge(cast.beacon, {**day, "text": "Never said how."})
        PublishedPledge.objects.update(valid_from=number)
        project_targets(Publication.objects.get(number=number), [cast.aurora.pk, cast.beacon.pk])
    with clock.at(datetime(2026, 4, 10, 12, tzinfo=UTC)):
        make_published_report(cycle, cast.aurora, {"speed": [submitted_figure(HOURS, "12", service="clips")]})
    touch_public_revision()
    query = f"since={since}&until={until}"
    changes = client.get(f"/en/changes/?{query}").context["changes"]
    then = client.get(f"/en/promises/?as-of={until}")

    by_state = {
        state: sorted(promise.standing.text for promise in part.rows)
        for state, part in changes.promises.items()
        if part.rows
    }
    assert by_state == {state: sorted(texts) for state, texts in became.items()}
    stood = {row.standing.text: row.standing.state for group in then.context["groups"] for row in group.rows}
    assert all(stood[text] == state for state, texts in became.items() for text in texts)
    in_file = [(row["Now"], row["About"]) for row in csv_rows(client, query) if row["Kind"] == "promise"]
    assert sorted(in_file) == sorted((state, text) for state, texts in became.items() for text in texts)


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(("since", "until", "fell"), [(20, 0, 1), (5, 0, 0), (20, 15, 0)])
def test_days_compare_the_record_as_it_stood(client: Client, since: int, until: int, fell: int) -> None:
    days = [(today() - timedelta(days=ago)).isoformat() for ago in (since, until)]

    answer = client.get(f"/en/changes/?since={days[0]}&until={days[1]}")

    assert answer.context["changes"].fell.total == fell
    assert ("Nothing that this page counts changed in between." in words_of(answer)) is (fell == 0)


@pytest.mark.usefixtures("cast")
def test_days_before_the_record_compare_nothing_and_show_when_it_begins(client: Client) -> None:
    words = words_of(client.get("/en/changes/?since=2001-01-01&until=2001-02-01"))
    begin = " ".join(format_date(today() - timedelta(days=40)).split())

    assert "Nothing was published by then" in words
    assert f"The record begins on {begin}. Choose a later day." in words


@pytest.mark.usefixtures("cast")
def test_from_a_day_before_the_record_all_of_it_is_new(client: Client) -> None:
    answer = client.get(f"/en/changes/?since=2001-01-01&until={today() - timedelta(days=20)}")
    changes, words = answer.context["changes"], words_of(answer)

    assert (changes.new_verdicts, changes.not_filed.total, changes.fell.total) == (1, 1, 0)
    assert "all of it is new" in words
    assert "verdicts rose" not in words


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("since", [None, 20])
def test_future_days_are_cut_with_a_note(client: Client, since: int | None) -> None:
    begin = "2999-01-01" if since is None else (today() - timedelta(days=since)).isoformat()
    answer = client.get(f"/en/changes/?since={begin}&until=2999-02-01")

    assert "Of days to come nothing is known" in words_of(answer)
    assert answer.context["span"].days[1] == today()
    assert answer.context["changes"].fell.total == (0 if since is None else 1)


def test_a_report_that_was_filed_late_changes_its_cycle(client: Client) -> None:
    cast, charter = read_cast(), read_charter()
    cycle, ages = make_cycle(charter, "2025-h2"), (40, 30)
    first, late = (datetime.combine(today() - timedelta(days=age), time(12), UTC) for age in ages)
    with clock.at(first):
        record_report_notice(SYSTEM, make_report(cycle, cast.beacon, ReportState.NOT_FILED))
        make_published_cycle(cycle)
    Cycle.objects.filter(pk=cycle.pk).update(published_at=first)
    with clock.at(late):
        number = make_published_report(make_cycle(charter, "2025-h1"), cast.aurora).number
    notice = PublishedReport.objects.filter(cycle=cycle)
    notice.update(valid_to=number)
    PublishedReport.objects.create(
        valid_from=number, cycle=cycle, organisation=cast.beacon, submitted_at=late, late=True
    )
    touch_public_revision()
    days = [(today() - timedelta(days=ago)).isoformat() for ago in (35, 20)]
    answer = client.get(f"/en/changes/?since={days[0]}&until={days[1]}")
    changes = answer.context["changes"]

    assert [each.organisation.slug for each in changes.filed_again.rows] == ["beacon-search"]
    assert changes.not_filed.total == 0
    assert "Filed late Beacon Search" in words_of(answer)


@pytest.mark.usefixtures("pages_are_new")
def test_pledges_are_new_and_end_also_before_any_cycle_is_published(client: Client) -> None:
    cast = read_cast()
    pledge = publish_pledge_of(cast, read_charter())
    since = (today() - timedelta(days=1)).isoformat()
    words = words_of(client.get(f"/en/changes/?since={since}"))
    rows = [row["Now"] for row in csv_rows(client, f"since={since}") if row["Kind"] == "pledge"]

    assert "1 new pledge." in words
    assert "New Aurora Video: We will find more." in words
    assert rows == ["new"]

    withdraw_pledge(cast.actor("sven"), pledge, "It was not ours to make.")
    touch_public_revision()
    words = words_of(client.get(f"/en/changes/?since={since}"))

    assert "1 pledge ended." in words
    assert "Withdrawn Aurora Video: We will find more." in words
    assert "It was not ours to make." in words


@pytest.mark.usefixtures("pages_are_new")
def test_corrections_and_withdrawals_show_their_reasons(client: Client) -> None:
    cast, cycle = read_cast(), make_cycle(read_charter(), "2026-h1")
    first = make_published_report(
        cycle, cast.aurora, figures("10", "20"), {"find": "limited"}, {"find": "No."}
    )
    make_published_cycle(cycle)
    with acting_as(SYSTEM):
        report = Report.objects.get(cycle=cycle, organisation=cast.aurora)
    correct(cast, report, KIDS, "12")
    correct(cast, report, REPLY, {"text": "Yes."})
    words = words_of(client.get(f"/en/changes/?since={today() - timedelta(days=1)}"))
    entries = TimelineEntry.objects.filter(valid_from__gt=first.number, detail__has_key="reasons")

    assert words.count("1 value · Two digits were exchanged.") == 2
    assert "Aurora Kids: 10 → 12" in words
    assert "2 corrections." in words
    assert "Show more of each" not in words
    assert {entry.detail["corrected_values"] for entry in entries} == {1}

    last = Publication.objects.filter(type="response").latest("number")
    withdraw(cast, last, {"en": "It was not theirs.", "ru": "Это был не их ответ."})
    touch_public_revision()
    words = words_of(client.get(f"/en/changes/?since={today() - timedelta(days=1)}"))

    assert "1 correction. 1 withdrawal." in words
    assert "It was not theirs." in words
