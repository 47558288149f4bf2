"""A charter version on the way into force when something comes in between: too late, another member, another zone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.charter_file import write_charter_file
from alliance.enums import (
    AccessionState,
    CharterState,
    CycleState,
    OrganisationState,
    PledgeState,
    ReportState,
    SignatureRule,
)
from alliance.models import Accession, Charter, Cycle, Organisation, Pledge, Report, SignatureObjection, Site
from alliance.queries.charter_signatures import may_object
from alliance.queries.charter_text import charter_text
from alliance.queries.local_dates import today
from alliance.queries.report_frame import report_frame
from alliance.services.accessions import draft_accession, sign_accession
from alliance.services.charter_mapping import edit_mapping
from alliance.services.charter_plans import enqueue_due_charters, plan_charter
from alliance.services.charter_signatures import announce_charter, make_objection, recall_announcement
from alliance.services.charter_uploads import discard_charter
from alliance.services.charters import check_charter, load_charter, put_charter_in_force
from alliance.services.cycles import open_cycle
from alliance.services.organisations import reinstate_organisation, suspend_organisation
from alliance.services.supersession import publish_accession
from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import forget_answers
from tests.factories import Cast, make_charter, make_cycle, make_report, read_cast, read_charter, renamed
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
RENAMED = (("find", "look"),)


@pytest.fixture(scope="module", autouse=True)
def version_two(module_transaction: None) -> None:
    """Version 2, checked, renames `find`; Aurora and Beacon signed version 1, which lets signatures carry over."""
    cast, first = read_cast(), read_charter()
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=first.pk).update(later_signatures=SignatureRule.CARRY_OVER, notice_days=30)
        for organisation in (cast.aurora, cast.beacon):
            _accede(organisation, first)
    charter = make_charter(version=2, state=CharterState.DRAFT, tree=renamed(*RENAMED), mapping=RENAMED)
    with acting_as(cast.actor("mona")) as mona:
        check_charter(mona, charter)


@pytest.fixture
def draft(db: None) -> Charter:
    return Charter.objects.get(version=2)


def _accede(organisation: Organisation, charter: Charter) -> Accession:
    return Accession.objects.create(
        organisation=organisation,
        charter=charter,
        signatory_name="Sven",
        signatory_office="Chief",
        signed_at=clock.now(),
        state=AccessionState.PUBLISHED,
    )


def announce(cast: Cast, charter: Charter) -> None:
    """Announce it, with a dry run of this moment before and after."""
    with acting_as(cast.actor("mona")) as mona:
        checked = check_charter(mona, charter)
        check_charter(mona, announce_charter(mona, checked, SignatureRule.CARRY_OVER))


def put_in_force(cast: Cast, charter: Charter) -> None:
    """After the days of notice, with a dry run of this moment."""
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=charter.pk).update(objections_until=today() - timedelta(days=1))
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, check_charter(mona, charter))


def standing_by(charter: Charter) -> list[str]:
    with acting_as(SYSTEM):
        rows = Accession.objects.filter(charter=charter, state=AccessionState.PUBLISHED)
        return sorted(rows.values_list("organisation__slug", flat=True))


# --- What is in force does not change ---------------------------------------------------------


CHANGES: dict[str, Callable[[Actor, Charter], object]] = {
    "mapping": lambda actor, row: edit_mapping(actor, row, [], edited_at=row.edited_at),
    "dry run": check_charter,
    "day": lambda actor, row: plan_charter(actor, row, today() + timedelta(days=9)),
    "announcement": lambda actor, row: announce_charter(actor, row, SignatureRule.SIGN_ANEW),
    "deletion": discard_charter,
    "again": put_charter_in_force,
    "another text": lambda actor, row: load_charter(
        actor, write_charter_file(charter_text(row)).replace(b"Look", b"Peer")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_version_in_force_is_changed_by_nothing(cast: Cast, change: str) -> None:
    charter = read_charter()
    Charter.objects.filter(pk=charter.pk).update(sha256="1" * 64)
    charter.refresh_from_db()

    with acting_as(cast.actor("mona")) as mona, pytest.raises((WrongState, DomainError)):
        CHANGES[change](mona, charter)

    after = Charter.objects.get(pk=charter.pk)
    assert (after.state, after.sha256, after.announced_at) == (CharterState.IN_FORCE, "1" * 64, None)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_programs_only_read_charters(cast: Cast, method: str) -> None:
    answer = getattr(Client(), method)("/api/v1/charters/test-charter/1/", {})

    assert answer.status_code in (401, 403, 405)
    assert read_charter().state == CharterState.IN_FORCE


# --- The day ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "before", "begins"),
    [
        (
            "Europe/Berlin",
            date(2027, 3, 28),
            (2027, 3, 27, 22, 59),
            (2027, 3, 27, 23, 0),
        ),  # an hour is skipped
        ("Europe/Berlin", date(2027, 11, 1), (2027, 10, 31, 22, 59), (2027, 10, 31, 23, 0)),  # one came twice
        # midnight itself is skipped: the day begins at one o'clock
        ("America/Santiago", date(2027, 9, 5), (2027, 9, 5, 3, 59), (2027, 9, 5, 4, 0)),
        ("Europe/Moscow", date(2028, 2, 29), (2028, 2, 28, 20, 59), (2028, 2, 28, 21, 0)),
    ],
)
def test_the_day_begins_at_its_midnight_also_where_clocks_change(
    cast: Cast,
    draft: Charter,
    zone: str,
    day: date,
    before: tuple[int, ...],
    begins: tuple[int, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("alliance.queries.site._CACHE_SECONDS", 0.0)
    with acting_as(SYSTEM):
        Site.objects.update_or_create(id=1, defaults={"time_zone": zone})
    with acting_as(cast.actor("mona")) as mona:
        plan_charter(mona, draft, day)

    with acting_as(SYSTEM):
        with clock.at(datetime(*before, tzinfo=UTC)):  # type: ignore[misc, arg-type]  # parts of a date
            assert enqueue_due_charters() == 0
        with clock.at(datetime(*begins, tzinfo=UTC)):  # type: ignore[misc, arg-type]  # parts of a date
            assert enqueue_due_charters() == 1


@pytest.mark.parametrize("days", [-400, -1, 0])
def test_a_day_that_has_begun_is_refused(cast: Cast, draft: Charter, days: int) -> None:
    with acting_as(cast.actor("mona")) as mona, pytest.raises(DomainError, match="after today"):
        plan_charter(mona, draft, today() + timedelta(days=days))
    page = signed_in(cast.mona).post(
        reverse("secretariat:charter-plan", args=[draft.key, 2]), {"planned_on": "31.02.2027"}
    )
    assert page.status_code == 422
    assert "31.02.2027" in page.content.decode()  # what was typed stays


# --- Announced, and then ----------------------------------------------------------------------


def test_an_announcement_recalled_after_an_objection_begins_anew(cast: Cast, draft: Charter) -> None:
    announce(cast, draft)
    with acting_as(cast.actor("sven")) as sven:
        make_objection(sven, cast.aurora, draft, "Not yet.")
    with acting_as(cast.actor("mona")) as mona:
        recall_announcement(mona, draft)
        with pytest.raises(WrongState):
            make_objection(cast.actor("sven"), cast.aurora, Charter.objects.get(pk=draft.pk), "Still not.")
        check_charter(mona, draft)
    announce(cast, draft)

    draft.refresh_from_db()
    with acting_as(cast.actor("sven")) as sven:
        assert may_object(sven, draft)
    put_in_force(cast, draft)

    assert standing_by(draft) == ["aurora-video", "beacon-search"]  # the old objection holds no more
    with acting_as(SYSTEM):
        assert SignatureObjection.objects.filter(withdrawn_at__isnull=False).count() == 1


def test_a_member_that_signs_after_the_announcement_stays_until_it_signs(cast: Cast, draft: Charter) -> None:
    with acting_as(SYSTEM):
        Accession.objects.filter(organisation=cast.beacon).delete()
    announce(cast, draft)
    with acting_as(SYSTEM):
        _accede(cast.beacon, read_charter())
        Charter.objects.filter(pk=draft.pk).update(announced_at=clock.now() - timedelta(days=3))
    draft.refresh_from_db()
    with acting_as(cast.actor("bob")) as bob:
        assert not may_object(bob, draft)
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=draft.pk).update(objections_until=today() - timedelta(days=1))
        Accession.objects.filter(organisation=cast.aurora).update(signed_at=clock.now() - timedelta(days=9))
    with acting_as(cast.actor("mona")) as mona:
        check_charter(mona, draft)
    address = reverse("secretariat:charter-put-in-force", args=[draft.key, 2])
    page = words_of(signed_in(cast.mona).get(address))
    assert "suspended then or since, stays there too: Beacon Search" in page
    put_in_force(cast, draft)

    assert standing_by(draft) == ["aurora-video"]
    assert "beacon-search" in standing_by(read_charter())


def test_the_signature_of_a_suspended_member_does_not_carry_over(cast: Cast, draft: Charter) -> None:
    with acting_as(SYSTEM):
        pledge = Pledge.objects.create(
            organisation=cast.beacon, state=PledgeState.SIGNED, commitment_key="find", text="We will.",
            language="en", signatory_name="Carol", signed_at=clock.now(),
        )  # fmt: skip
        Organisation.objects.filter(pk=cast.beacon.pk).update(state=OrganisationState.SUSPENDED)
    announce(cast, draft)
    put_in_force(cast, draft)

    assert standing_by(draft) == ["aurora-video"]
    pledge.refresh_from_db()
    assert (pledge.commitment_key, pledge.earlier_charter) == ("find", read_charter())


@pytest.mark.parametrize("is_before", [True, False])
def test_a_member_suspended_for_a_part_of_the_notice_stays_where_it_is(
    cast: Cast, draft: Charter, *, is_before: bool
) -> None:
    with acting_as(cast.actor("mona")) as mona:
        if not is_before:
            announce(cast, draft)
        suspended = suspend_organisation(mona, cast.beacon, "Not paid.")
        if is_before:
            announce(cast, draft)
        reinstate_organisation(mona, suspended)
    draft.refresh_from_db()
    sven, carol = (signed_in(person) for person in (cast.sven, cast.carol))
    address = reverse("workspace:accession", args=[draft.key, 2])
    assert "carries over to this version unless a signatory objects" in words_of(sven.get(address))
    assert "or it was suspended then or since" in words_of(carol.get(address))
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=draft.pk).update(objections_until=today() - timedelta(days=1))
    with acting_as(cast.actor("mona")) as mona:
        check_charter(mona, draft)
    page = signed_in(cast.mona).get(reverse("secretariat:charter-put-in-force", args=[draft.key, 2]))
    assert "1 signature carries over to this version" in words_of(page)
    assert "stays there too: Beacon Search" in words_of(page)

    put_in_force(cast, draft)

    assert standing_by(draft) == ["aurora-video"]
    assert "beacon-search" in standing_by(read_charter())


def test_a_suspension_that_was_over_before_the_announcement_changes_nothing(
    cast: Cast, draft: Charter
) -> None:
    with acting_as(cast.actor("mona")) as mona:
        reinstate_organisation(mona, suspend_organisation(mona, cast.beacon, "Not paid."))
    announce(cast, draft)
    put_in_force(cast, draft)

    assert standing_by(draft) == ["aurora-video", "beacon-search"]


def test_a_member_that_objected_signs_later_and_stands_by_the_new_version(
    client: Client, cast: Cast, draft: Charter
) -> None:
    announce(cast, draft)
    with acting_as(cast.actor("sven")) as sven:
        make_objection(sven, cast.aurora, draft, "CANARY: not yet.")
    with acting_as(SYSTEM):
        pledge = Pledge.objects.create(
            organisation=cast.aurora, state=PledgeState.SIGNED, commitment_key="find", text="We will.",
            language="en", signatory_name="Sven", signed_at=clock.now(),
        )  # fmt: skip
    put_in_force(cast, draft)
    forget_answers()
    charter, member = reverse("public:charter", args=[draft.key, 2]), "/en/members/aurora-video/"

    for address in (charter, member):
        page = words_of(client.get(address))
        assert "stays on version 1: objected to version 2 on" in page, address
        assert "CANARY" not in page
    draft.refresh_from_db()
    with acting_as(cast.actor("sven")) as sven:
        signed = sign_accession(sven, draft_accession(sven, cast.aurora, draft))
    with acting_as(cast.actor("mona")) as mona:
        publish_accession(mona, signed)
    forget_answers()

    pledge.refresh_from_db()
    assert (pledge.commitment_key, pledge.earlier_charter) == ("look", None)
    for address in (charter, member):
        assert "stays on version 1" not in words_of(client.get(address)), address


def test_an_objection_stands_on_the_page_of_the_version_that_it_was_to(
    client: Client, cast: Cast, draft: Charter
) -> None:
    announce(cast, draft)
    with acting_as(cast.actor("sven")) as sven:
        make_objection(sven, cast.aurora, draft, "Not yet.")
    put_in_force(cast, draft)
    third = make_charter(version=3, state=CharterState.DRAFT, tree=renamed(*RENAMED))
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, check_charter(mona, third))
    forget_answers()

    second, latest = (
        words_of(client.get(reverse("public:charter", args=[draft.key, version]))) for version in (2, 3)
    )
    assert "stays on version 1: objected to version 2 on" in second
    assert "stays on version 1" in latest
    assert "objected" not in latest


# --- Cycles and reports -----------------------------------------------------------------------


def test_a_cycle_planned_before_is_opened_on_the_version_that_members_signed(
    cast: Cast, draft: Charter
) -> None:
    planned = make_cycle(read_charter(), "2031-h1", CycleState.PLANNED)
    announce(cast, draft)
    put_in_force(cast, draft)
    with acting_as(cast.actor("mona")) as mona:
        open_cycle(mona, planned)

    with acting_as(SYSTEM):
        reports = list(Report.objects.filter(cycle=planned))
        assert {row.organisation for row in reports} == {cast.aurora, cast.beacon}
        assert {row.charter.version for row in reports} == {1}
        assert "find" in {row.measure.commitment.key for row in report_frame(reports[0]).measures}


def test_a_report_in_progress_keeps_its_version(cast: Cast, draft: Charter) -> None:
    cycle: Cycle = make_cycle(read_charter(), "2030-h2", CycleState.OPEN)
    report = make_report(cycle, cast.aurora, ReportState.DRAFT)
    announce(cast, draft)
    put_in_force(cast, draft)
    run_all_jobs()

    with acting_as(SYSTEM):
        after = Report.objects.get(pk=report.pk)
        assert (after.state, after.charter.version, after.earlier_charter) == (ReportState.DRAFT, 1, None)
    page = signed_in(cast.alice).get(reverse("workspace:report-measure", args=[report.pk, "search"]))
    assert page.status_code == 200


# --- Files ------------------------------------------------------------------------------------


def test_the_address_of_a_file_that_is_gone_says_so_and_leads_on(cast: Cast) -> None:
    mona = signed_in(cast.mona)

    for name in ("charter-upload", "charter-upload-load", "charter-upload-correct", "charter-upload-delete"):
        answer = mona.get(reverse(f"secretariat:{name}", args=[987]))
        assert answer.status_code == 404, name
        assert "This file is no longer here" in words_of(answer)
        assert reverse("secretariat:charter-list") in answer.content.decode()
    assert signed_in(cast.rita).get(reverse("secretariat:charter-upload", args=[987])).status_code == 403
