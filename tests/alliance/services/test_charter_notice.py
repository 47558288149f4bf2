"""The days in which a member can object to an announced version: whoever could not object in all of them stays."""

from datetime import timedelta

import pytest
from django.urls import reverse

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import AccessionState, CharterState, Role, SignatureRule
from alliance.models import Accession, Charter, Membership
from alliance.notify.compulsory import can_object
from alliance.queries.actors import recipients_in
from alliance.queries.cycle_calendar import own_calendar
from alliance.queries.local_dates import today
from alliance.services.charter_signatures import announce_charter, make_objection, recall_announcement
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.services.freezing import freeze_account, new_freeze_token
from alliance.services.objection_reminders import enqueue_objection_reminders
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast, make_charter, read_cast, read_charter
from tests.support.delegations import inbox_of
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
REMINDER = "charter.remind_objections"
LOSS, RETURN = "organisation.lose_signatories", "organisation.regain_signatories"


@pytest.fixture(scope="module", autouse=True)
def version_two(module_transaction: None) -> None:
    """Version 2, checked; Aurora and Beacon signed version 1 long ago, which lets signatures carry over."""
    cast, first = read_cast(), read_charter()
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=first.pk).update(later_signatures=SignatureRule.CARRY_OVER, notice_days=14)
        for organisation in (cast.aurora, cast.beacon):
            Accession.objects.create(
                organisation=organisation,
                charter=first,
                signatory_name="Sven",
                signed_at=clock.now() - timedelta(days=90),
                state=AccessionState.PUBLISHED,
            )
    make_charter(version=2, state=CharterState.DRAFT)


@pytest.fixture
def draft(cast: Cast) -> Charter:
    return Charter.objects.get(version=2)


def announce(cast: Cast, draft: Charter, days_ago: int = 0) -> None:
    """Announced so long ago, with fourteen days to object."""
    with acting_as(cast.actor("mona")) as mona:
        announce_charter(mona, check_charter(mona, draft), SignatureRule.CARRY_OVER)
        Charter.objects.filter(pk=draft.pk).update(
            announced_at=clock.now() - timedelta(days=days_ago),
            objections_until=today() + timedelta(days=14 - days_ago),
        )
    draft.refresh_from_db()


def note(cast: Cast, kind: str, days_ago: int) -> None:
    """That nobody was left who could sign for Aurora, or somebody could again, so long ago."""
    with acting_as(SYSTEM):
        Event.objects.create(
            kind=kind, actor_kind="system", target_type="alliance.organisation",
            target_id=cast.aurora.pk, at=clock.now() - timedelta(days=days_ago),
        )  # fmt: skip


def put_in_force(cast: Cast, draft: Charter) -> list[str]:
    """Who stands by it then."""
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, check_charter(mona, draft))
    with acting_as(SYSTEM):
        rows = Accession.objects.filter(charter=draft, state=AccessionState.PUBLISHED)
        return sorted(rows.values_list("organisation__slug", flat=True))


def test_a_member_whose_only_signatory_is_frozen_during_the_notice_stays_where_it_is(
    cast: Cast, draft: Charter
) -> None:
    """Nobody there could object on the days that were left."""
    announce(cast, draft, days_ago=15)
    note(cast, LOSS, days_ago=13)
    with acting_as(cast.actor("mona")) as mona:
        check_charter(mona, draft)
    address = reverse("secretariat:charter-put-in-force", args=[draft.key, 2])
    page = words_of(signed_in(cast.mona).get(address))

    assert "1 signature carries over to this version" in page
    assert "stays there too: Aurora Video" in page
    assert put_in_force(cast, draft) == ["beacon-search"]


@pytest.mark.parametrize(
    ("lost", "regained", "carries_over"),
    [(30, 20, True), (30, 10, False), (12, 10, False), (1, None, False), (0, None, True)],
)
def test_the_days_of_notice_alone_count(
    cast: Cast, draft: Charter, lost: int, regained: int | None, *, carries_over: bool
) -> None:
    """Announced fifteen days ago: objections ended yesterday, at midnight."""
    announce(cast, draft, days_ago=15)
    note(cast, LOSS, lost)
    if regained is not None:
        note(cast, RETURN, regained)

    assert ("aurora-video" in put_in_force(cast, draft)) == carries_over


def test_a_member_that_nobody_can_sign_for_reads_that_its_signature_stays(cast: Cast, draft: Charter) -> None:
    announce(cast, draft)
    with acting_as(cast.actor("mona")) as mona:
        freeze_account(mona, cast.sven, "Stolen telephone.")
    page = words_of(signed_in(cast.alice).get(reverse("workspace:accession", args=[draft.key, 2])))

    assert "or had nobody who could sign" in page
    assert "carries over to this version unless" not in page


def test_once_the_days_are_over_nobody_reads_that_objections_can_be_made(cast: Cast, draft: Charter) -> None:
    announce(cast, draft, days_ago=15)
    page = words_of(signed_in(cast.sven).get(reverse("workspace:accession", args=[draft.key, 2])))

    assert "unless a signatory objects" not in page
    assert "carries over to this version once it is in force: nobody objected by" in page


# --- Reminded of the last day -----------------------------------------------------------------


def remind() -> int:
    with acting_as(SYSTEM):
        return enqueue_objection_reminders()


def object_to(cast: Cast, draft: Charter) -> None:
    with acting_as(cast.actor("sven")) as sven:
        make_objection(sven, cast.aurora, draft, "Not yet.")


@pytest.mark.parametrize(("days_left", "reminders"), [(12, 0), (7, 1), (4, 1), (1, 1), (-1, 0)])
def test_signatories_are_reminded_a_week_and_a_day_before_the_last_day(
    cast: Cast, draft: Charter, days_left: int, reminders: int
) -> None:
    announce(cast, draft, days_ago=14 - days_left)

    assert (remind(), remind()) == (reminders, 0)
    assert inbox_of(cast.sven).count(REMINDER) == reminders
    assert REMINDER not in inbox_of(cast.alice)


def test_the_reminder_is_compulsory(cast: Cast, draft: Charter) -> None:
    announce(cast, draft, days_ago=7)
    remind()
    inbox_of(cast.sven)
    with acting_as(SYSTEM):
        event = Event.objects.get(kind=REMINDER)
        (recipient,) = recipients_in([cast.aurora.pk], Role.SIGNATORY)

        assert "you can object" in can_object(event, recipient)


def test_members_that_objected_or_cannot_object_are_not_reminded(cast: Cast, draft: Charter) -> None:
    announce(cast, draft, days_ago=7)
    object_to(cast, draft)
    remind()

    assert REMINDER not in inbox_of(cast.sven)
    assert REMINDER in inbox_of(cast.carol)


def test_nobody_is_reminded_of_an_announcement_that_was_recalled(cast: Cast, draft: Charter) -> None:
    announce(cast, draft, days_ago=7)
    remind()
    with acting_as(cast.actor("mona")) as mona:
        recall_announcement(mona, draft)

    assert REMINDER not in inbox_of(cast.sven)


def test_the_last_day_stands_in_the_calendar_until_the_member_has_objected(
    cast: Cast, draft: Charter
) -> None:
    announce(cast, draft)

    def days() -> list[tuple[str, str]]:
        with acting_as(cast.actor("alice")) as alice:
            return [
                (entry.name, entry.key)
                for entry in own_calendar(alice)
                if entry.day == draft.objections_until
            ]

    assert days() == [("charter-test-charter-2", "objections")]
    assert (
        b"object to version 2" in signed_in(cast.alice).get(reverse("workspace:report-calendar-file")).content
    )
    object_to(cast, draft)
    assert days() == []


def test_the_first_page_of_a_signatory_says_that_they_can_object(cast: Cast, draft: Charter) -> None:
    announce(cast, draft)
    sven, alice = signed_in(cast.sven), signed_in(cast.alice)

    assert "Version to which you can object" in words_of(sven.get(reverse("workspace:home")))
    assert "Version to which you can object" not in words_of(alice.get(reverse("workspace:home")))
    object_to(cast, draft)
    assert "Version to which you can object" not in words_of(sven.get(reverse("workspace:home")))


# --- Named before ------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["suspend", "withdraw"])
def test_the_page_before_a_member_loses_access_names_the_version_its_signature_stays_behind(
    cast: Cast, draft: Charter, act: str
) -> None:
    url = reverse("secretariat:member-step", args=[cast.aurora.pk, act])
    mona, words = signed_in(cast.mona), "Its signature no longer carries over to them"
    before = words_of(mona.get(url))
    announce(cast, draft)
    announced = words_of(mona.get(url))
    object_to(cast, draft)

    assert (words in before, words in announced, words in words_of(mona.get(url))) == (False, True, False)


def test_each_page_before_an_account_is_frozen_says_what_a_last_signatory_loses(cast: Cast) -> None:
    mona, sven, consequence = signed_in(cast.mona), signed_in(cast.sven), "Its signature does not carry over"
    membership = Membership.objects.get(person=cast.alice, organisation=cast.aurora)
    pages = [
        mona.get(reverse("secretariat:person-freeze", args=[cast.sven.pk])),
        sven.get(reverse("workspace:membership-freeze", args=[membership.pk])),
        sven.get(reverse("account-freeze")),
        sven.get(reverse("account-freeze-link", args=[new_freeze_token(cast.sven)])),
    ]

    assert [page.status_code for page in pages] == [200] * 4
    assert [consequence in words_of(page) for page in pages] == [True] * 4
