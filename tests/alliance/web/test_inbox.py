"""The inbox: one's own lines, what is new, what was read."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.queries.inbox import unread_count
from portal.kernel import journal
from portal.kernel.notices import Channel, Delivery, subject_of
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db
INBOX = "/workspace/inbox/"


@pytest.fixture
def inbox_cast(cast: Cast) -> Cast:
    """Alice and Sven have three new messages each, Rita has one."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    for kind, by in [
        ("report.request_changes", "rita"),
        ("report.conclude", "rita"),
        ("report.extend", "mona"),
    ]:
        journal.record(cast.actor(by), kind, report)
    journal.record(cast.actor("sven"), "report.respond", report)
    run_all_jobs()
    return cast


def lines_of(person: Any) -> Any:
    return Delivery.objects.filter(recipient=person, channel=Channel.INBOX)


def test_every_page_leads_to_the_inbox_once_and_the_inbox_says_that_one_is_there(
    inbox_cast: Cast, client: Client
) -> None:
    client.force_login(inbox_cast.alice)
    assert client.get("/workspace/reports/").content.decode().count(f'href="{INBOX}"') == 1
    assert f'href="{INBOX}" aria-current="page"' in client.get(INBOX).content.decode()


def test_the_inbox_shows_ones_own_newest_first(inbox_cast: Cast, client: Client) -> None:
    client.force_login(inbox_cast.alice)
    page = client.get(INBOX)
    assert [subject_of(line) for line in page.context["page"]] == [
        "Deadline extended: report for Half 1 of 2026",
        "The review is concluded: report for Half 1 of 2026",
        "Changes requested: report for Half 1 of 2026",
    ]
    assert page.context["unread_count"] == 3


def test_an_inbox_is_counted_by_its_index_alone(inbox_cast: Cast, client: Client) -> None:
    """Joined with what each item is about, thousands of them would cost a page a tenth of a second."""
    client.force_login(inbox_cast.alice)
    with CaptureQueriesContext(connection) as captured:
        client.get(INBOX)

    counted = [
        query["sql"] for query in captured if 'COUNT(*) AS "__count" FROM "portal_delivery"' in query["sql"]
    ]
    assert len(counted) == 1
    assert "portal_event" not in counted[0]


def test_the_masthead_counts_what_is_new(inbox_cast: Cast, client: Client) -> None:
    client.force_login(inbox_cast.alice)
    assert '<span class="count">3<span' in client.get("/workspace/people/").content.decode()
    lines_of(inbox_cast.alice).update(read_at="2026-01-01T00:00Z")
    assert 'class="count"' not in client.get("/workspace/people/").content.decode()


def test_opening_a_line_marks_it_and_leads_on(inbox_cast: Cast, client: Client) -> None:
    client.force_login(inbox_cast.alice)
    line = lines_of(inbox_cast.alice).first()
    assert line
    response = client.post(f"{INBOX}{line.pk}/read/", {"open": "1"})
    assert response["Location"] == line.url
    assert unread_count(inbox_cast.actor("alice")) == 2


def test_marking_stays_on_the_page(inbox_cast: Cast, client: Client) -> None:
    client.force_login(inbox_cast.alice)
    line = lines_of(inbox_cast.alice).first()
    assert line
    assert client.post(f"{INBOX}{line.pk}/read/")["Location"] == INBOX
    assert client.post(f"{INBOX}read-all/")["Location"] == INBOX
    assert (unread_count(inbox_cast.actor("alice")), unread_count(inbox_cast.actor("sven"))) == (0, 3)


def test_a_colleagues_line_is_not_found(inbox_cast: Cast, client: Client) -> None:
    client.force_login(inbox_cast.alice)
    line = lines_of(inbox_cast.sven).first()
    assert line
    assert client.post(f"{INBOX}{line.pk}/read/").status_code == 404
    assert unread_count(inbox_cast.actor("sven")) == 3


def test_the_secretariat_has_the_same_inbox(inbox_cast: Cast, client: Client) -> None:
    client.force_login(inbox_cast.rita)
    page = client.get("/secretariat/inbox/")
    assert [subject_of(line) for line in page.context["page"]] == ["Aurora Video has replied to the verdicts"]
    assert client.post("/secretariat/inbox/read-all/")["Location"] == "/secretariat/inbox/"


def test_looking_marks_nothing(inbox_cast: Cast, client: Client) -> None:
    client.force_login(inbox_cast.alice)
    client.get(INBOX)
    assert unread_count(inbox_cast.actor("alice")) == 3


@pytest.mark.parametrize("address", [INBOX, "/workspace/"])
def test_notices_are_read_in_the_language_of_today(inbox_cast: Cast, client: Client, address: str) -> None:
    client.force_login(inbox_cast.alice)
    assert "The review is concluded: report for Half 1 of 2026" in client.get(address).content.decode()

    type(inbox_cast.alice).objects.filter(pk=inbox_cast.alice.pk).update(language="ru")

    page = client.get(address).content.decode()
    assert "Проверка завершена: отчёт за 2026 год, полугодие 1" in page
    assert "The review is concluded" not in page


def test_a_line_of_old_keeps_its_words(inbox_cast: Cast, client: Client) -> None:
    lines_of(inbox_cast.alice).update(quotes={}, subject="As it was told then")
    client.force_login(inbox_cast.alice)
    assert client.get(INBOX).content.decode().count("As it was told then") >= 3
