"""A member that merges into another: records stay, services go over, people are invited, and the way back."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client

from alliance.enums import CycleState, InvitationState, OrganisationState, ReportState
from alliance.models import Invitation, Membership, Organisation, Ownership, Report, Service
from alliance.queries.local_dates import today
from alliance.services.mergers import MergerPlan, merge_organisation, take_back_merger
from alliance.services.obligations import enqueue_missed_reports, exempt_report
from alliance.services.ownership import take_back_transfer, transfer_service
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.publishing import Publication
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, make_organisation, make_report, make_service, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 1)
REASON = "Aurora is a part of Beacon since April."


@pytest.fixture
def service(cast: Cast) -> Service:
    service = make_service(cast.aurora, "dune-chat")
    Ownership.objects.filter(service=service).update(starts_on=date(2024, 1, 1))
    return service


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter(), "2026-h1", CycleState.OPEN), cast.aurora)


def merge(
    cast: Cast, *, on: date = DAY, into: Organisation | None = None, **chosen: set[int]
) -> Organisation:
    with acting_as(cast.actor("mona")) as mona:
        return merge_organisation(mona, cast.aurora, MergerPlan(into or cast.beacon, on, REASON, **chosen))


def take_back(cast: Cast) -> Organisation:
    with acting_as(cast.actor("mona")) as mona:
        return take_back_merger(mona, cast.aurora, "It was recorded by mistake.")


def owner_of(service: Service) -> tuple[str, date]:
    rows = Ownership.objects.filter(service=service, ends_on__isnull=True)
    return rows.values_list("organisation__slug", "starts_on").get()


def test_services_go_over_and_the_record_stays_with_a_link(
    cast: Cast, service: Service, client: Client
) -> None:
    merged = merge(cast)

    assert (merged.state, merged.successor, merged.merged_on) == (OrganisationState.FORMER, cast.beacon, DAY)
    assert owner_of(service) == ("beacon-search", DAY)
    publication = Publication.objects.get(type="organisation", record="aurora-video")
    assert publication.title["en"] == "Aurora Video has merged into Beacon Search"
    page = words_of(client.get("/en/members/aurora-video/"))
    assert "This organisation merged into Beacon Search on 1 April 2026" in page
    assert REASON in page


def test_each_draft_and_each_person_is_decided_by_itself(cast: Cast, report: Report) -> None:
    other = make_report(make_cycle(report.cycle.charter, "2025-h2", CycleState.OPEN), cast.aurora)
    alice = Membership.objects.get(person=cast.alice, organisation=cast.aurora)

    merge(cast, exempt={report.pk}, invite={alice.pk})

    report.refresh_from_db()
    other.refresh_from_db()
    assert (report.state, report.exempt_reason) == (ReportState.EXEMPT, REASON)
    assert other.state == ReportState.DRAFT
    invitation = Invitation.objects.get(organisation=cast.beacon)
    assert (invitation.email, sorted(invitation.roles)) == (cast.alice.email, sorted(alice.roles))


def test_a_merger_sends_letters_to_both_members(cast: Cast) -> None:
    merge(cast)
    run_all_jobs()

    letters = {letter.to[0]: letter.subject for letter in mail.outbox}

    assert "Aurora Video has merged into Beacon Search" in letters[cast.sven.email]
    assert "Aurora Video has merged into Beacon Search" in letters[cast.carol.email]
    assert signed_in(cast.alice).get("/workspace/").status_code != 200


def test_a_merger_taken_back_leaves_everything_as_before(
    cast: Cast, service: Service, report: Report
) -> None:
    earlier = make_report(make_cycle(read_charter(), "2025-h2", CycleState.OPEN), cast.aurora)
    with acting_as(cast.actor("mona")) as mona:
        exempt_report(mona, earlier, REASON)  # in the same words, and not by the merger
    merge(cast, exempt={report.pk})

    restored = take_back(cast)
    run_all_jobs()

    report.refresh_from_db()
    earlier.refresh_from_db()
    assert earlier.state == ReportState.EXEMPT
    assert (restored.state, restored.successor, restored.merged_on) == (OrganisationState.ACTIVE, None, None)
    assert owner_of(service) == ("aurora-video", date(2024, 1, 1))
    assert (report.state, report.exempt_reason) == (ReportState.DRAFT, "")
    letter = [letter for letter in mail.outbox if letter.to == [cast.sven.email]][-1]
    assert "Aurora Video takes part again" in letter.subject
    assert f"{report.cycle.title}, by {format_date(report.due_on)}" in letter.body
    assert earlier.cycle.title not in letter.body
    assert Publication.objects.filter(type="organisation", record="aurora-video").count() == 2


def test_a_report_that_is_due_again_has_the_days_that_the_merger_took(cast: Cast, report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(due_on=today() + timedelta(days=1))
    merge(cast, exempt={report.pk})
    with clock.at(clock.now() + timedelta(days=90)):
        day = format_date(today() + timedelta(days=1)).replace("\xa0", " ")
        page = words_of(signed_in(cast.mona).get(f"/secretariat/members/{cast.aurora.pk}/take-back-merger/"))
        take_back(cast)
        with acting_as(SYSTEM):
            assert enqueue_missed_reports() == 0

        report.refresh_from_db()
        assert (report.state, report.due_on) == (ReportState.DRAFT, today() + timedelta(days=1))
    assert f"due again: {report.cycle.title}, by {day}." in page


def test_a_service_that_went_on_since_stays_where_it_is(cast: Cast, service: Service) -> None:
    merge(cast)
    third = make_organisation("third", state="active")
    with acting_as(cast.actor("mona")) as mona:
        transfer_service(mona, service, third, on=DAY + timedelta(days=30))

    take_back(cast)

    assert owner_of(service)[0] == "third"


def test_a_service_does_not_go_back_alone_to_a_member_that_has_merged(cast: Cast, service: Service) -> None:
    merge(cast)

    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState, match="does not take part now"):
        take_back_transfer(mona, service)


def test_a_merger_stands_once_the_successor_has_reported(cast: Cast, report: Report) -> None:
    merge(cast)
    make_submission(make_report(report.cycle, cast.beacon), ReportState.SUBMITTED)

    with pytest.raises(WrongState, match="has submitted a report for a period since"):
        take_back(cast)


def test_a_merger_before_a_period_for_which_a_service_is_filed_is_refused(cast: Cast, report: Report) -> None:
    make_submission(report, ReportState.SUBMITTED)

    with pytest.raises(DomainError, match="or a later day") as refusal:
        merge(cast, on=date(2025, 11, 1))
    assert refusal.value.field == "on"
    merge(cast)


def test_a_merger_for_good_is_asked_about_before_and_named_after(cast: Cast, report: Report) -> None:
    make_submission(make_report(report.cycle, cast.beacon), ReportState.SUBMITTED)
    mona = signed_in(cast.mona)
    url = f"/secretariat/members/{cast.aurora.pk}/merge/"
    fields = {"successor": cast.beacon.pk, "on": "2026-04-01", "reason": REASON}

    asked = mona.post(url, fields)
    assert asked.status_code == 422
    assert "the merger could not be taken back" in words_of(asked)
    assert '<input type="checkbox" name="final"' in asked.content.decode()
    with pytest.raises(DomainError) as refusal:
        merge(cast)
    assert refusal.value.field == "final"
    dossier = mona.post(url, {**fields, "final": "on"}, follow=True)

    assert "Not possible: The successor has submitted a report for a period since" in words_of(dossier)


def test_nobody_agrees_to_a_merger_for_good_that_is_refused_for_its_day_then(
    cast: Cast, report: Report
) -> None:
    for filed in (report, make_report(report.cycle, cast.beacon)):
        make_submission(filed, ReportState.SUBMITTED)
    fields = {"successor": cast.beacon.pk, "on": "2025-11-01", "reason": REASON}

    refused = signed_in(cast.mona).post(f"/secretariat/members/{cast.aurora.pk}/merge/", fields)

    assert list(refused.context["form"].errors) == ["on"]
    assert 'type="checkbox" name="final"' not in refused.content.decode()


def test_refused_at_the_field_that_is_wrong(cast: Cast, service: Service) -> None:
    gone = make_organisation("gone", state="former")
    refused = [
        (cast.aurora, DAY, "successor"),
        (gone, DAY, "successor"),
        (cast.beacon, date(2090, 1, 1), "on"),
        (cast.beacon, date(2024, 1, 1), "on"),
    ]
    for into, on, field in refused:
        with pytest.raises(DomainError) as refusal:
            merge(cast, into=into, on=on)
        assert refusal.value.field == field
    cast.aurora.refresh_from_db()
    assert (cast.aurora.state, owner_of(service)[0]) == (OrganisationState.ACTIVE, "aurora-video")


def test_twice_or_by_another_is_refused(cast: Cast) -> None:
    with acting_as(cast.actor("rita")) as rita, pytest.raises(Forbidden):
        merge_organisation(rita, cast.aurora, MergerPlan(cast.beacon, DAY, REASON))
    merge(cast)

    with pytest.raises(WrongState):
        merge(cast)
    with pytest.raises(WrongState), acting_as(cast.actor("mona")) as mona:
        take_back_merger(mona, cast.beacon, "It has not merged.")


def test_the_page_offers_the_decisions_and_records_them(cast: Cast, report: Report) -> None:
    mona = signed_in(cast.mona)
    url = f"/secretariat/members/{cast.aurora.pk}/merge/"
    form = mona.get(url).context["form"]
    assert form.initial["exempt"] == [report.pk]

    answer = mona.post(
        url,
        {
            "successor": cast.beacon.pk,
            "on": "2026-04-01",
            "reason": REASON,
            "exempt": [report.pk],
            "invite": [],
        },
    )

    assert (answer.status_code, answer["location"]) == (302, f"/secretariat/members/{cast.aurora.pk}/")
    dossier = words_of(mona.get(answer["location"]))
    assert "Merged into Beacon Search" in dossier
    assert "Take back the merger" in dossier
    back = words_of(mona.get(f"/secretariat/members/{cast.aurora.pk}/take-back-merger/"))
    assert "1 report that was exempted by the merger is due again" in back
    assert not Invitation.objects.filter(state=InvitationState.OPEN, organisation=cast.beacon).exists()
