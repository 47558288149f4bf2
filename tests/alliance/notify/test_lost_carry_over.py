"""Whose signature carries over no more, as nobody could sign on a day of the notice, reads so, and what to do."""

from datetime import timedelta

import pytest
from django.core import mail

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import AccessionState, CharterState, OrganisationState, Role, SignatureRule
from alliance.models import Accession, Charter, Membership, Organisation, Person
from alliance.queries.local_dates import day_of, today
from alliance.services.charter_signatures import announce_charter, make_objection, recall_announcement
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.services.freezing import freeze_account, freeze_own_account, thaw_account
from alliance.services.organisations import reinstate_organisation, suspend_organisation
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast, make_charter, make_person, read_cast, read_charter
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db
LOSS, RETURN = "accession.lose_carry_over", "accession.regain_carry_over"
STAYS, CARRIES = "does not carry over to version 2", "carries over to version 2 of"


@pytest.fixture(scope="module", autouse=True)
def announced_version(module_transaction: None) -> None:
    """Version 2, announced today with fourteen days to object; Aurora signed version 1 long ago."""
    cast, first = read_cast(), read_charter()
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=first.pk).update(later_signatures=SignatureRule.CARRY_OVER, notice_days=14)
        Accession.objects.create(
            organisation=cast.aurora,
            charter=first,
            signatory_name="Sven",
            signed_at=clock.now() - timedelta(days=90),
            state=AccessionState.PUBLISHED,
        )
    draft = make_charter(version=2, state=CharterState.DRAFT)
    with acting_as(cast.actor("mona")) as mona:
        announce_charter(mona, check_charter(mona, draft), SignatureRule.CARRY_OVER)
    run_all_jobs()
    mail.outbox.clear()


@pytest.fixture
def draft(cast: Cast) -> Charter:
    return Charter.objects.get(version=2)


@pytest.fixture
def ada(cast: Cast) -> Person:
    """The administrator of Aurora."""
    return make_person("Ada", cast.aurora, Role.ADMINISTRATOR)


def freeze(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        freeze_account(mona, cast.sven, "Stolen telephone.")


def thaw(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        thaw_account(mona, Person.objects.get(pk=cast.sven.pk), "Seen in person.")


def noted() -> list[str]:
    with acting_as(SYSTEM):
        return list(
            Event.objects.filter(kind__in=(LOSS, RETURN)).order_by("pk").values_list("kind", flat=True)
        )


def letters_to(person: Person, words: str) -> list[str]:
    run_all_jobs()
    return [str(each.body) for each in mail.outbox if person.email in each.to and words in each.subject]


@pytest.mark.parametrize("how", ["by a manager", "by themselves"])
def test_administrators_and_managers_read_once_that_it_stays_and_what_to_do(
    cast: Cast, ada: Person, how: str
) -> None:
    nora = make_person("Nora", cast.secretariat, Role.MANAGER)
    if how == "by a manager":
        freeze(cast)
    else:
        freeze_own_account(cast.sven)

    (to_member,), (to_host,) = letters_to(ada, STAYS), letters_to(nora, STAYS)
    assert (
        "Nobody could sign for Aurora Video on a day on which its signatory could have objected" in to_member
    )
    assert "If somebody can sign again before" in to_member
    assert (
        "Once the version is in force, a signatory can sign it. There is no last day for that." in to_member
    )
    assert "Aurora Video stays on version 1, and so do its pledges and reports" in to_member
    assert "give a colleague the right" in to_member
    assert "appoint that person, or unfreeze the account" in to_host
    assert (letters_to(cast.alice, STAYS), letters_to(cast.carol, STAYS), noted()) == ([], [], [LOSS])


def test_it_is_written_in_the_language_of_its_reader(cast: Cast, ada: Person) -> None:
    Person.objects.filter(pk=ada.pk).update(language="ru")
    freeze(cast)

    (letter,) = letters_to(ada, "подпись не перейдёт на версию 2")
    assert "подписывать было некому" in letter


def test_the_letter_names_the_day_in_force_once_it_is_set(cast: Cast, draft: Charter, ada: Person) -> None:
    Charter.objects.filter(pk=draft.pk).update(planned_on=today() + timedelta(days=30))
    freeze(cast)

    (letter,) = letters_to(ada, STAYS)
    assert "The version comes into force on " in letter


def test_a_second_signatory_keeps_the_carry_over(cast: Cast, ada: Person) -> None:
    Membership.objects.filter(person=cast.alice).update(roles=[Role.SIGNATORY])
    freeze(cast)

    assert (noted(), letters_to(ada, STAYS)) == ([], [])


@pytest.mark.parametrize("how", ["objected", "recalled", "over"])
def test_what_would_not_carry_over_or_carries_over_anyway_is_not_lost(
    cast: Cast, draft: Charter, how: str
) -> None:
    if how == "objected":
        with acting_as(cast.actor("sven")) as sven:
            make_objection(sven, cast.aurora, draft, "Not yet.")
    elif how == "recalled":
        with acting_as(cast.actor("mona")) as mona:
            recall_announcement(mona, draft)
    else:
        yesterday = clock.now() - timedelta(days=1)
        Charter.objects.filter(pk=draft.pk).update(
            announced_at=yesterday - timedelta(days=14), objections_until=day_of(yesterday)
        )
    freeze(cast)

    assert noted() == []


def test_unfrozen_on_the_same_day_everybody_reads_that_it_carries_over_after_all(
    cast: Cast, ada: Person
) -> None:
    freeze(cast)
    assert len(letters_to(ada, STAYS)) == 1
    thaw(cast)

    (letter,) = letters_to(ada, CARRIES)
    assert "Somebody can sign for Aurora Video again, on the same day" in letter
    assert "a signatory can object; then Aurora Video stays on the version that it signed" in letter
    assert len(letters_to(cast.sven, CARRIES)) == 1
    assert noted() == [LOSS, RETURN]


def test_unfrozen_before_the_letter_went_out_nobody_reads_that_it_stays(cast: Cast, ada: Person) -> None:
    freeze(cast)
    thaw(cast)

    assert (letters_to(ada, STAYS), len(letters_to(ada, CARRIES))) == ([], 1)


def test_unfrozen_on_a_later_day_it_stays_and_nobody_reads_otherwise(
    cast: Cast, draft: Charter, ada: Person
) -> None:
    with clock.at(clock.now() - timedelta(days=2)):
        Charter.objects.filter(pk=draft.pk).update(announced_at=clock.now() - timedelta(days=5))
        freeze(cast)
    thaw(cast)

    assert (letters_to(ada, CARRIES), noted()) == ([], [LOSS])


def test_frozen_again_on_another_day_it_is_not_written_twice(cast: Cast, draft: Charter, ada: Person) -> None:
    with clock.at(clock.now() - timedelta(days=2)):
        Charter.objects.filter(pk=draft.pk).update(announced_at=clock.now() - timedelta(days=5))
        freeze(cast)
    thaw(cast)
    freeze(cast)

    assert noted() == [LOSS]


def test_once_it_is_in_force_who_can_appoint_a_signatory_is_written_to(
    cast: Cast, draft: Charter, ada: Person
) -> None:
    """Else nobody at the member would: its signatory does not get in."""
    with clock.at(clock.now() - timedelta(days=3)):
        announced_at, last = clock.now() - timedelta(days=14), day_of(clock.now())
        Charter.objects.filter(pk=draft.pk).update(announced_at=announced_at, objections_until=last)
        freeze(cast)
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, check_charter(mona, Charter.objects.get(pk=draft.pk)))

    (letter,) = letters_to(ada, "To sign: version 2")
    assert "Nobody there can sign now: give a colleague the right." in letter


def test_a_member_that_is_reinstated_reads_to_what_its_signature_does_not_carry_over(
    cast: Cast, draft: Charter
) -> None:
    with acting_as(cast.actor("mona")) as mona:
        suspend_organisation(mona, cast.aurora, "Fees.")
        reinstate_organisation(mona, Organisation.objects.get(state=OrganisationState.SUSPENDED))

    (letter,) = letters_to(cast.alice, "takes part again")
    assert "does not carry over to these announced versions" in letter
    assert f"/workspace/charters/{draft.key}/2/" in letter
