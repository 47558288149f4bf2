"""A dry run counts what there is at its moment: whatever changes the counts outdates it, and nothing else does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import AccessionState, CharterState, OrganisationState, PledgeState, Role
from alliance.enums import SignatureRule as Rule
from alliance.models import Accession, Charter, Membership, Organisation, Person, Pledge
from alliance.queries.local_dates import today
from alliance.services.charter_plans import enqueue_due_charters, plan_charter
from alliance.services.charter_signatures import announce_charter, make_objection
from alliance.services.charters import check_charter, put_charter_in_force
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.notices import NoticePreference, Pace
from tests.factories import Cast, make_charter, make_person, read_cast, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def version_two(module_transaction: None) -> None:
    """Version 2, announced and checked; Aurora and Beacon signed version 1, Aurora pledges to it. Letters are sent."""
    cast, first = read_cast(), read_charter()
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=first.pk).update(later_signatures=Rule.CARRY_OVER, notice_days=30)
        for organisation in (cast.aurora, cast.beacon):
            accede(organisation, first)
        pledge(cast)
    charter = make_charter(version=2, state=CharterState.DRAFT)
    with acting_as(cast.actor("mona")) as mona:
        check_charter(mona, announce_charter(mona, check_charter(mona, charter), Rule.CARRY_OVER))
    run_all_jobs()


@pytest.fixture
def announced(db: None) -> Charter:
    return Charter.objects.get(version=2)


def accede(organisation: Organisation, charter: Charter) -> Accession:
    return Accession.objects.create(
        organisation=organisation,
        charter=charter,
        signatory_name="Sven",
        signed_at=clock.now(),
        state=AccessionState.PUBLISHED,
    )


def pledge(cast: Cast, state: PledgeState = PledgeState.PUBLISHED) -> Pledge:
    return Pledge.objects.create(
        organisation=cast.aurora, state=state, commitment_key="find", text="We will.", language="en",
        signatory_name="Sven", signed_at=clock.now(),
    )  # fmt: skip


def object_to(cast: Cast, charter: Charter) -> None:
    with acting_as(cast.actor("sven")) as sven:
        make_objection(sven, cast.aurora, charter, "Not yet.")


CHANGES: dict[str, tuple[str, Callable[[Cast, Charter], object]]] = {
    "an objection": ("objections", object_to),
    "a signature": (
        "signatures",
        lambda cast, charter: accede(cast.secretariat, read_charter()),
    ),
    "an end": (
        "signatures",
        lambda cast, charter: cast.beacon.accessions.update(state=AccessionState.ENDED),
    ),
    "a suspension": (
        "signatures",
        lambda cast, charter: Organisation.objects.filter(pk=cast.beacon.pk).update(
            state=OrganisationState.SUSPENDED
        ),
    ),
    "a pledge": ("pledges", lambda cast, charter: Pledge.objects.update(state=PledgeState.WITHDRAWN)),
    "a new colleague": ("people", lambda cast, charter: make_person("Nora", cast.aurora, Role.EDITOR)),
    "a colleague gone": (
        "people",
        lambda cast, charter: Membership.objects.filter(person=cast.alice).update(ended_at=clock.now()),
    ),
    "a language": (
        "people",
        lambda cast, charter: Person.objects.filter(pk=cast.sven.pk).update(language="ru"),
    ),
    "letters turned off": (
        "people",
        lambda cast, charter: NoticePreference.objects.create(
            person_id=cast.alice.pk, group="published", pace=Pace.OFF
        ),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_circumstances_outdates_the_dry_run(cast: Cast, announced: Charter, change: str) -> None:
    words, act = CHANGES[change]
    with acting_as(SYSTEM):
        act(cast, announced)
        Charter.objects.filter(pk=announced.pk).update(objections_until=today() - timedelta(days=1))

    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(DomainError, match=rf"Changed since the last dry run: [^.]*{words}"):
            put_charter_in_force(mona, announced)
        checked = check_charter(mona, announced)
        run_all_jobs()
        mail.outbox.clear()
        put_charter_in_force(mona, checked)
    run_all_jobs()

    counted = sum(sum(row["languages"].values()) for row in checked.check_result["letters"])
    assert len(mail.outbox) == counted


@pytest.mark.parametrize("change", ["a draft pledge", "a name", "nothing"])
def test_an_unrelated_change_does_not_outdate_the_dry_run(
    cast: Cast, announced: Charter, change: str
) -> None:
    with acting_as(SYSTEM):
        if change == "a draft pledge":
            pledge(cast, PledgeState.DRAFT)
        elif change == "a name":
            Person.objects.filter(pk=cast.sven.pk).update(name="Sven Svensson")
        Charter.objects.filter(pk=announced.pk).update(objections_until=today() - timedelta(days=1))

    with acting_as(cast.actor("mona")) as mona:
        assert put_charter_in_force(mona, announced).state == CharterState.IN_FORCE


def test_the_pages_say_what_has_changed_and_offer_the_dry_run(cast: Cast, announced: Charter) -> None:
    object_to(cast, announced)
    mona, arguments = signed_in(cast.mona), [announced.key, 2]

    for name in ("charter", "charter-letters", "charter-put-in-force"):
        page = words_of(mona.get(reverse(f"secretariat:{name}", args=arguments)))
        assert page.count("Changed since the last dry run: objections; pledges.") == 1, name
    mona.post(reverse("secretariat:charter-check", args=arguments))

    page = words_of(mona.get(reverse("secretariat:charter", args=arguments)))
    assert "Changed since" not in page
    assert "Dry run again" in page


def test_confirming_requires_the_latest_dry_run(cast: Cast, announced: Charter) -> None:
    """A colleague starts it again, after an objection, while the page of consequences is open."""
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=announced.pk).update(objections_until=today() - timedelta(days=1))
    mona, address = signed_in(cast.mona), reverse("secretariat:charter-put-in-force", args=[announced.key, 2])
    shown = mona.get(address).context["form"]["checked_at"].value()
    with acting_as(cast.actor("mona")) as actor:
        check_charter(actor, announced)
        with pytest.raises(WrongState, match="started again while you were reading"):
            put_charter_in_force(actor, announced, checked_at=announced.checked_at)

    refused = mona.post(address, {"checked_at": shown})
    assert "The dry run was started again while you were reading" in words_of(refused)
    again = mona.get(address).context["form"]["checked_at"].value()
    assert mona.post(address, {"checked_at": again}).status_code == 302


def test_changes_since_the_dry_run_do_not_stop_a_planned_version(cast: Cast, announced: Charter) -> None:
    with acting_as(cast.actor("mona")) as mona:
        assert announced.objections_until is not None
        plan_charter(mona, announced, announced.objections_until + timedelta(days=1))
    object_to(cast, announced)
    page = words_of(signed_in(cast.mona).get(reverse("secretariat:charter", args=[announced.key, 2])))
    assert "On its day the version comes into force as things stand then" in page

    with acting_as(SYSTEM):
        Charter.objects.filter(pk=announced.pk).update(
            objections_until=today() - timedelta(days=1), planned_on=today()
        )
        assert enqueue_due_charters() == 1
    run_all_jobs()

    announced.refresh_from_db()
    assert announced.state == CharterState.IN_FORCE
    with acting_as(SYSTEM):
        carried = announced.accessions.values_list("organisation__slug", flat=True)
        assert list(carried) == ["beacon-search"]
