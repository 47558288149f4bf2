"""The calendar at a secret address: what a program reads, what becomes of days that move, and when it ends."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState, OrganisationState, ReportState, Role
from alliance.models import (
    CalendarAddress,
    Cycle,
    Delegation,
    Measure,
    Membership,
    Organisation,
    Person,
    Report,
)
from alliance.queries.cycle_calendar import CalendarEntry
from alliance.queries.delegations import section_title
from alliance.services.calendar_addresses import merge_events
from alliance.services.delegations import change_delegation, finish_delegation, take_back_delegation
from alliance.services.extensions import extend_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.support.delegations import give
from tests.support.icalendar import events_of, read_icalendar
from tests.support.pages import new_secret_form, signed_in
from tests.support.submissions import make_submission
from tests.support.world_reviews import make_finding, make_verdicts

pytestmark = pytest.mark.django_db
PAGE = "/workspace/reports/calendar/"
ADDRESS = r"/accounts/calendar/[\w-]{43}\.ics"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def report(cast: Cast) -> Report:
    today = timezone.localdate()
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.OPEN)
    report = make_report(cycle, cast.aurora)
    Report.objects.filter(pk=report.pk).update(due_on=today + timedelta(days=20))
    report.refresh_from_db()
    return report


@pytest.fixture
def path(cast: Cast, client: Client, report: Report) -> str:
    """The path of the address that Alice's page has shown once."""
    client.force_login(cast.alice)
    page = client.post(PAGE).content.decode()
    address = re.search(ADDRESS, page)
    assert address is not None
    return address[0]


def parse(content: bytes) -> list[dict[str, str]]:
    """The events of a file that a program keeps: each says how often it has changed, and whether it takes place."""
    events = events_of(read_icalendar(content))
    assert all({"SEQUENCE", "STATUS", "LAST-MODIFIED"} <= event.keys() for event in events)
    return events


def due(content: bytes) -> Mapping[str, str]:
    return next(
        event for event in parse(content) if event["UID"].endswith("-due@" + event["UID"].split("@")[1])
    )


def read(path: str, **headers: str) -> bytes:
    """As a program does: without a session."""
    answer = Client().get(path, headers=headers)
    assert answer.status_code == 200
    return answer.content


def test_a_program_reads_the_days_without_signing_in(path: str, report: Report) -> None:
    event = due(read(path))

    assert event["DTSTART;VALUE=DATE"] == f"{report.due_on:%Y%m%d}"
    assert event["DTEND;VALUE=DATE"] == f"{report.due_on + timedelta(days=1):%Y%m%d}"
    assert (event["SEQUENCE"], event["STATUS"]) == ("0", "CONFIRMED")
    assert "24:00" in event["DESCRIPTION"]


def test_each_day_leads_to_the_page_of_what_it_is_about(cast: Cast, path: str, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    earlier = make_report(make_cycle(report.cycle.charter, "2025-h2"), cast.aurora)
    make_submission(earlier, ReportState.CONCLUDED)
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    with acting_as(SYSTEM):
        finding = make_finding(cast, earlier, measure, "Say how.")
        Report.objects.filter(pk=earlier.pk).update(respond_by=timezone.localdate() + timedelta(days=5))

    pages = {
        event["UID"].partition("@")[0].split("-h")[1][2:]: urlsplit(event["URL"]).path
        for event in parse(read(path))
    }

    assert pages == {
        "due": f"/workspace/reports/{report.pk}/",
        "grace": f"/workspace/reports/{report.pk}/",
        "reply": f"/workspace/reports/{earlier.pk}/verdicts/",
        f"finding-{finding.pk}": f"/workspace/findings/{finding.pk}/done/",
        f"section-{section.pk}": f"/workspace/delegations/{section.pk}/",
    }
    alice = signed_in(cast.alice)
    assert {alice.get(page).status_code for page in pages.values()} == {200}


def test_a_finding_leads_those_who_cannot_report_it_done_to_where_it_is_read(
    cast: Cast, report: Report
) -> None:
    submission, charter = make_submission(report, ReportState.CONCLUDED), report.cycle.charter
    with acting_as(SYSTEM):
        make_verdicts(cast, charter, report, submission, "Because.", "It differs.")
        measure = Measure.objects.get(charter=charter, key="search")
        finding = make_finding(cast, report, measure, "Say how.")
    bob = signed_in(cast.bob)

    (event,) = events_of(read_icalendar(bob.get("/workspace/reports/calendar.ics").content))

    page = f"/workspace/reports/{report.pk}/verdicts/"
    assert event["URL"].endswith(f"{page}#finding-{finding.pk}")
    assert f'id="finding-{finding.pk}"' in bob.get(page).content.decode()


def test_a_day_that_was_given_out_without_a_page_gets_it(path: str, report: Report) -> None:
    read(path)
    with acting_as(SYSTEM):
        address = CalendarAddress.objects.get()
        for event in address.events.values():
            del event["page"]
        address.save()

    assert due(read(path))["URL"].endswith(f"/workspace/reports/{report.pk}/")


def test_the_address_is_stored_as_a_digest_alone(path: str, client: Client) -> None:
    secret = path.rsplit("/", 1)[1].removesuffix(".ics")
    with acting_as(SYSTEM):
        address = CalendarAddress.objects.get()
        assert (
            secret
            not in f"{address.sha256} {address.events} {list(Event.objects.values_list('data', flat=True))}"
        )
    assert secret not in client.get(PAGE).content.decode()


def test_a_day_that_moves_has_the_next_sequence(cast: Cast, path: str, report: Report) -> None:
    read(path)
    with acting_as(cast.actor("mona")) as mona:
        extend_report(mona, report, report.due_on + timedelta(days=7), "They asked.")

    event = due(read(path))
    assert event["DTSTART;VALUE=DATE"] == f"{report.due_on + timedelta(days=7):%Y%m%d}"
    assert event["SEQUENCE"] == "1"


def test_what_is_no_longer_due_is_cancelled_and_not_left_out(path: str, report: Report) -> None:
    uid = due(read(path))["UID"]
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state="exempt", exempt_reason="Merged.")

    event = due(read(path))
    assert (event["UID"], event["STATUS"], event["SEQUENCE"]) == (uid, "CANCELLED", "1")


def of_section(content: bytes, key: str, delegation: Delegation) -> dict[str, str] | None:
    """The event of a section: `section` of whoever writes it, `given` of whoever gave it."""
    return next((event for event in parse(content) if f"-{key}-{delegation.pk}@" in event["UID"]), None)


def test_a_section_stands_in_the_calendar_of_its_writer_until_it_is_handed_back(
    cast: Cast, path: str, report: Report
) -> None:
    (section,) = give(cast, report, cast.alice)
    event = of_section(read(path), "section", section)
    assert event is not None
    assert event["DTSTART;VALUE=DATE"] == f"{section.due_on:%Y%m%d}"
    assert section_title(section.section) in event["SUMMARY"]
    assert cast.sven.name not in event["SUMMARY"]

    with acting_as(cast.actor("sven")) as sven:
        day = section.due_on + timedelta(days=2)
        change_delegation(sven, section, assignee=cast.alice.pk, due_on=day, version=section.version)
    moved = of_section(read(path), "section", section)
    assert moved is not None
    assert (moved["UID"], moved["SEQUENCE"]) == (event["UID"], "1")
    assert moved["DTSTART;VALUE=DATE"] == f"{day:%Y%m%d}"

    with acting_as(cast.actor("alice")) as alice:
        finish_delegation(alice, section)
    done = of_section(read(path), "section", section)
    assert done is not None
    assert (done["UID"], done["SEQUENCE"], done["STATUS"]) == (event["UID"], "2", "CANCELLED")


def test_a_section_stands_in_the_calendar_of_its_giver_until_it_is_taken_back(
    cast: Cast, path: str, report: Report
) -> None:
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    (section,) = give(cast, report, erna, by="alice")
    event = of_section(read(path), "given", section)
    assert event is not None
    assert event["STATUS"] == "CONFIRMED"
    assert "Erna" not in event["SUMMARY"]
    assert of_section(read(path), "section", section) is None

    with acting_as(cast.actor("sven")) as sven:
        take_back_delegation(sven, section)
    taken_back = of_section(read(path), "given", section)
    assert taken_back is not None
    assert taken_back["STATUS"] == "CANCELLED"


def test_a_section_of_other_people_stands_in_nobody_elses_calendar(
    cast: Cast, path: str, report: Report
) -> None:
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    (section,) = give(cast, report, erna)
    assert of_section(read(path), "section", section) is None
    assert of_section(read(path), "given", section) is None


def test_an_unchanged_calendar_is_not_sent_again(path: str) -> None:
    answer = Client().get(path)
    again = Client().get(path, headers={"if-none-match": answer["ETag"]})

    assert again.status_code == 304
    assert again.content == b""
    assert "private" in answer["Cache-Control"]
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"


@pytest.mark.parametrize(
    "accept", ["text/calendar", "application/json", "image/png;q=0.1", "", "text/html;q=0, ;;"]
)
def test_a_program_reads_it_whatever_it_says_to_accept(path: str, accept: str) -> None:
    head, answer = (getattr(Client(), way)(path, headers={"accept": accept}) for way in ("head", "get"))

    assert (head.status_code, answer.status_code) == (200, 200)
    assert (head.content, head["ETag"]) == (b"", answer["ETag"])
    assert parse(answer.content)


def test_an_organisation_without_a_report_has_an_empty_calendar(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    address = re.search(ADDRESS, client.post(PAGE).content.decode())
    assert address is not None
    assert parse(read(address[0])) == []


def test_texts_are_in_the_language_of_the_profile(cast: Cast, path: str) -> None:
    with acting_as(SYSTEM):
        Person.objects.filter(pk=cast.alice.pk).update(language="ru")
        Organisation.objects.filter(pk=cast.aurora.pk).update(name_ru="Аврора")
    assert "X-WR-CALNAME:Аврора" in read(path).decode()
    assert re.search("[а-яё]", due(Client().get(path, headers={"accept-language": "en"}).content)["SUMMARY"])


def test_a_new_address_ends_the_earlier_one(path: str, client: Client) -> None:
    assert client.post(PAGE).status_code == 200
    assert Client().get(path).status_code == 404


def test_the_same_form_sent_twice_shows_one_address_and_an_older_one_brings_none_back(
    cast: Cast, client: Client, report: Report
) -> None:
    client.force_login(cast.alice)
    older = new_secret_form(client.get(PAGE))
    pages = [client.post(PAGE, older).content.decode() for _ in range(2)]
    addresses = {address for page in pages for address in re.findall(ADDRESS, page)}
    assert len(addresses) == 1
    later = re.search(ADDRESS, client.post(PAGE, new_secret_form(client.get(PAGE))).content.decode())

    refused = client.post(PAGE, older, follow=True)

    assert "It has been replaced since this page was opened" in refused.text
    assert later is not None
    assert [Client().get(path).status_code for path in (addresses.pop(), later[0])] == [404, 200]


def test_turned_off_it_is_gone_and_once_more_does_nothing(path: str, client: Client) -> None:
    for _ in range(2):
        assert client.post(f"{PAGE}off/")["Location"] == PAGE
    assert Client().get(path).status_code == 404
    assert "Turn the address off" not in client.get(PAGE).text
    again = client.post(PAGE, new_secret_form(client.get(PAGE))).text
    assert [Client().get(one).status_code for one in (path, re.search(ADDRESS, again)[0])] == [404, 200]  # type: ignore[index]  # it is there


@pytest.mark.parametrize("end", ["membership", "organisation", "person"])
def test_it_ends_with_the_owner_s_access(cast: Cast, path: str, end: str) -> None:
    with acting_as(SYSTEM):
        if end == "membership":
            Membership.objects.filter(person=cast.alice).update(ended_at=timezone.now())
        elif end == "organisation":
            Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)
        else:
            Person.objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("secret", ["x", "A" * 43, "A" * 400])
def test_an_address_that_is_none_does_not_exist(cast: Cast, secret: str) -> None:
    assert Client().get(f"/accounts/calendar/{secret}.ics").status_code == 404


def entry(day: date, key: str = "due") -> CalendarEntry:
    return CalendarEntry(day, Cycle(slug="2026-h1", title="H1"), key, "Due")


def test_a_day_that_has_passed_stays_as_it_was_and_is_forgotten_after_a_year() -> None:
    given = merge_events({}, [entry(date(2026, 2, 28))], date(2026, 2, 20), NOW)

    later = merge_events(given, [], date(2026, 3, 1), NOW)
    assert later == given
    assert merge_events(given, [], date(2027, 6, 1), NOW) == {}


def test_what_is_due_again_is_no_longer_cancelled() -> None:
    day = date(2026, 3, 20)
    given = merge_events({}, [entry(day)], date(2026, 3, 1), NOW)
    cancelled = merge_events(given, [], date(2026, 3, 2), NOW)
    again = merge_events(cancelled, [entry(day)], date(2026, 3, 3), NOW)

    assert [events["2026-h1-due"]["cancelled"] for events in (given, cancelled, again)] == [
        False,
        True,
        False,
    ]
    assert again["2026-h1-due"]["sequence"] == 2
