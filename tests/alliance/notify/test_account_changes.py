"""What happens to memberships, rights, invitations and accounts is said to those concerned, and to nobody twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import Role
from alliance.models import ErasureConfirmation, Invitation, Membership, Person
from alliance.services.account_decisions import close_account, reopen_account
from alliance.services.email_changes import confirm_email_change, email_change_token_of, request_email_change
from alliance.services.erasure import erase_person
from alliance.services.freezing import freeze_own_account
from alliance.services.handover import leave_organisation
from alliance.services.invitation_tokens import invitation_token_of
from alliance.services.invitations import (
    accept_invitation,
    enqueue_expired_invitations,
    invite_person,
    resend_invitation,
    revoke_invitation,
)
from alliance.services.notifications import record_address_fault, save_notice_paces
from alliance.services.people import appoint_person, end_membership, set_roles
from portal.kernel.journal import Event
from portal.kernel.mail import AddressFault, address_fingerprint
from portal.kernel.notices import Pace
from tests.factories import Cast, make_person
from tests.support.bearers import token_of
from tests.support.digest_days import let_a_week_pass
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db


def of(person: Person) -> Membership:
    return Membership.objects.get(person=person, ended_at=None)


class Letters:
    """What went out since the last look, by the name in the address: subject and body."""

    def __init__(self, outbox: list[Any]) -> None:
        self._outbox = outbox

    def read(self) -> dict[str, str]:
        run_all_jobs()
        letters = [(mail.to[0].partition("@")[0], f"{mail.subject}\n{mail.body}") for mail in self._outbox]
        self._outbox.clear()
        assert len({name for name, _text in letters}) == len(letters), (
            "somebody got two letters about one act"
        )
        return dict(letters)


@pytest.fixture
def letters(mailoutbox: list[Any]) -> Letters:
    return Letters(mailoutbox)


@pytest.fixture
def dora(cast: Cast) -> Person:
    """A second administrator of Aurora."""
    return make_person("Dora", cast.aurora, Role.SIGNATORY, Role.ADMINISTRATOR)


# --- Memberships and rights ------------------------------------------------------------------


def test_the_person_and_the_other_administrators_are_notified_of_an_ended_membership(
    cast: Cast, letters: Letters, dora: Person
) -> None:
    end_membership(cast.actor("sven"), of(cast.alice))

    texts = letters.read()
    assert sorted(texts) == ["alice", "dora"]
    assert texts["alice"].startswith("You no longer belong to Aurora Video\n")
    assert "Ended by: Sven\n" in texts["alice"]
    assert "download your own data" in texts["alice"]
    assert "/session/start/" in texts["alice"]
    assert "Ended by: Sven\n" in texts["dora"]


def test_the_letter_says_where_one_still_belongs_and_when_it_was_the_secretariat(
    cast: Cast, letters: Letters
) -> None:
    Membership.objects.create(person=cast.alice, organisation=cast.beacon, roles=[Role.READER])

    end_membership(cast.actor("mona"), Membership.objects.get(person=cast.alice, organisation=cast.aurora))

    text = letters.read()["alice"]
    assert "Ended by: Mona, secretariat\n" in text
    assert "You still belong to:\n\n- Beacon" in text


def test_a_person_who_leaves_gets_a_confirmation(cast: Cast, letters: Letters) -> None:
    leave_organisation(cast.actor("alice"))

    texts = letters.read()
    assert sorted(texts) == ["alice", "sven"]
    assert "You have left Aurora Video" in texts["alice"]


def test_changed_rights_are_given_before_and_after(cast: Cast, letters: Letters, dora: Person) -> None:
    save_notice_paces(cast.alice, {"people": Pace.OFF})
    save_notice_paces(dora, {"people": Pace.OFF})

    set_roles(cast.actor("sven"), of(cast.alice), ["reader", "editor", "signatory"], office="Head")

    texts = letters.read()
    assert list(texts) == ["alice"]  # one's own rights cannot be turned off, those of colleagues can
    assert texts["alice"].startswith("Your rights in Aurora Video have changed\n")
    assert "Rights before: editor\n" in texts["alice"]
    assert "Rights now: reader, editor, signatory\n" in texts["alice"]
    assert "You cannot turn this e-mail off: it is about your own rights." in texts["alice"]


def test_the_same_rights_again_are_no_news(cast: Cast, letters: Letters) -> None:
    set_roles(cast.actor("sven"), of(cast.alice), ["editor"], office="Librarian")
    assert letters.read() == {}


def test_an_appointment_is_one_letter_with_its_reason(cast: Cast, letters: Letters) -> None:
    appoint_person(cast.actor("mona"), of(cast.alice), ["reader", "editor"], reason="They asked for it.")

    texts = letters.read()
    assert sorted(texts) == ["alice", "sven"]
    assert "Rights before: editor\n" in texts["sven"]
    assert "They asked for it." in texts["alice"]


# --- Invitations -----------------------------------------------------------------------------


def invite(cast: Cast, by: str = "sven") -> Invitation:
    facts = {"email": "eva@aurora.example", "name": "Eva", "roles": ["editor", "signatory"], "office": "Head"}
    return invite_person(cast.actor(by), cast.aurora, **facts)


def test_an_invitation_says_who_invites_to_what_with_which_rights_until_when(
    cast: Cast, letters: Letters
) -> None:
    invite(cast)

    text = letters.read()["eva"]
    assert "Sven invites you to work for Aurora Video" in text
    assert "make pledges, report on them" in text
    assert "- Editor: drafts pledges and reports" in text
    assert "- Signatory: signs pledges" in text
    assert ", 24:00" in text
    assert "choose a password" in text


def test_the_inviter_and_the_administrators_are_notified_of_an_answer(cast: Cast, letters: Letters) -> None:
    invitation = invite(cast, by="mona")
    token = invitation_token_of(invitation)
    letters.read()

    accept_invitation(str(token), name="Eva", password="a long enough password")

    texts = letters.read()
    assert sorted(texts) == ["mona", "sven"]
    assert texts["sven"].startswith("Eva has joined Aurora Video\n")


def test_the_inviter_is_notified_when_a_colleague_revokes_the_invitation(
    cast: Cast, letters: Letters
) -> None:
    own, others = invite(cast), None
    letters.read()
    revoke_invitation(cast.actor("sven"), own)
    assert letters.read() == {}

    others = invite(cast)
    letters.read()
    revoke_invitation(cast.actor("mona"), others)
    assert list(letters.read()) == ["sven"]


def test_an_unanswered_invitation_is_reported_once_to_who_sent_it(cast: Cast, letters: Letters) -> None:
    invitation = invite(cast)
    letters.read()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))

    assert (enqueue_expired_invitations(), enqueue_expired_invitations()) == (1, 0)
    assert letters.read() == {}
    let_a_week_pass()  # it waits for a morning
    texts = letters.read()
    assert list(texts) == ["sven"]
    assert "was not accepted" in texts["sven"]

    resend_invitation(cast.actor("sven"), invitation)
    assert list(letters.read()) == ["eva"]


def test_an_invitation_that_was_sent_again_in_the_meantime_has_not_expired(
    cast: Cast, letters: Letters
) -> None:
    invitation = invite(cast)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    enqueue_expired_invitations()
    resend_invitation(cast.actor("sven"), invitation)

    assert list(letters.read()) == ["eva"]
    assert not Event.objects.filter(kind="invitation.expire").exists()


def test_of_an_invitation_that_is_gone_nobody_is_notified(cast: Cast, letters: Letters) -> None:
    invitation = invite(cast, by="mona")
    letters.read()
    revoke_invitation(cast.actor("sven"), invitation)
    Invitation.objects.all().delete()  # as when its addressee is erased
    assert letters.read() == {}


# --- Accounts --------------------------------------------------------------------------------


def test_an_erased_person_gets_a_last_letter_and_their_address_is_forgotten(
    cast: Cast, letters: Letters
) -> None:
    erase_person(cast.actor("alice"), cast.alice)

    texts = letters.read()
    assert sorted(texts) == ["alice", "sven"]
    assert "were erased from" in texts["alice"]
    assert f"Erased person {cast.alice.pk}" in texts["sven"]
    assert "Alice" not in texts["sven"]
    assert not ErasureConfirmation.objects.exists()


def test_the_person_is_notified_when_their_account_is_closed_and_reopened(
    cast: Cast, letters: Letters
) -> None:
    close_account(cast.actor("mona"), cast.alice, "He called.")
    texts = letters.read()
    assert sorted(texts) == ["alice", "sven"]
    assert "no one can sign in" in texts["alice"]
    assert "He called." not in texts["alice"]

    reopen_account(cast.actor("mona"), cast.alice, "He called again.")
    assert "you can sign in again" in letters.read()["alice"]


def test_an_account_that_was_reopened_before_the_letter_went_out_is_not_called_closed(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    close_account(cast.actor("mona"), cast.alice, "He called.")
    reopen_account(cast.actor("mona"), cast.alice, "He called again.")
    run_all_jobs()

    [letter] = [mail for mail in mailoutbox if mail.to == [cast.alice.email]]
    assert "you can sign in again" in letter.body


def test_the_last_signatory_who_is_not_reached_is_reported_to_who_can_appoint(
    cast: Cast, letters: Letters
) -> None:
    assistant = make_person("Anna", cast.aurora, Role.ADMINISTRATOR)
    save_notice_paces(assistant, {"people": Pace.OFF})
    Person.objects.filter(pk=assistant.pk).update(language="ru")

    record_address_fault(cast.sven.pk, address_fingerprint(cast.sven.email), AddressFault("5.1.1", True))

    texts = letters.read()
    assert sorted(texts) == ["anna", "mona"]
    assert texts["anna"].startswith("В организации «Aurora Video (ру)» больше нет подписанта\n")
    assert texts["mona"].startswith("Aurora Video has no signatory any more\n")
    assert Event.objects.get(kind="organisation.lose_holder").data["grants"] == ["signatory"]


def test_a_frozen_last_signatory_is_reported_to_who_can_appoint(cast: Cast, mailoutbox: list[Any]) -> None:
    freeze_own_account(cast.sven)
    run_all_jobs()
    assert "Aurora Video has no signatory or administrator any more" in [
        mail.subject for mail in mailoutbox if mail.to == [cast.mona.email]
    ]


@pytest.mark.parametrize("act", ["end", "close"])
def test_it_is_reported_too_when_the_others_are_not_reached(
    cast: Cast, letters: Letters, dora: Person, act: str
) -> None:
    record_address_fault(dora.pk, address_fingerprint(dora.email), AddressFault("5.1.1", True))
    if act == "end":
        end_membership(cast.actor("mona"), of(cast.sven))
    else:
        close_account(cast.actor("mona"), cast.sven, "He left.")

    assert "mona" in letters.read()
    assert Event.objects.get(kind="organisation.lose_holder").data["grants"] == ["signatory", "administrator"]


def test_a_vacancy_is_not_reported_while_another_signatory_is_reachable(
    cast: Cast, letters: Letters, dora: Person
) -> None:
    record_address_fault(cast.sven.pk, address_fingerprint(cast.sven.email), AddressFault("5.1.1", True))
    assert letters.read() == {}


def test_a_change_of_address_revokes_the_tokens_and_says_so(
    cast: Cast, letters: Letters, client: Any, mailoutbox: list[Any]
) -> None:
    secret = token_of(cast.alice, name="Figures")
    letters.read()
    change = request_email_change(cast.alice, "alice@new.example")
    run_all_jobs()

    for side in ("old", "new"):
        confirm_email_change(str(email_change_token_of(change, side)))

    answer = client.get("/api/v1/token/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    mailoutbox.clear()
    run_all_jobs()
    bodies = {mail.to[0]: mail.body for mail in mailoutbox}
    assert "- Figures (Aurora Video)" in bodies["alice@new.example"]
    assert "1 API token of yours was revoked" in bodies[cast.alice.email]
    assert len(bodies) == 2
