"""Invitations: who may send one, what is at rest, who can accept, once and for fourteen days."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from alliance.enums import InvitationState
from alliance.models import Invitation, Membership, Person
from alliance.queries.local_dates import end_of_day, last_day, today
from alliance.services.invitation_tokens import invitation_token_of
from alliance.services.invitations import (
    accept_invitation,
    find_invitation,
    invite_person,
    resend_invitation,
    revoke_invitation,
)
from portal.kernel import clock
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from tests.factories import Cast

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


def invite(cast: Cast, by: str = "sven", **changes: object) -> Invitation:
    values = {"email": "Dora@Aurora.example", "name": "Dora", "roles": ["editor"], **changes}
    return invite_person(cast.actor(by), cast.aurora, **values)


def token(invitation: Invitation) -> str:
    value = invitation_token_of(invitation)
    assert value
    return value


def age(invitation: Invitation) -> None:
    """Let the fourteen days be over."""
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def test_an_invited_person_joins_with_name_and_password(cast: Cast) -> None:
    invitation = invite(cast, office="Lead", language="ru")

    joined = accept_invitation(token(invitation), name="Dora D", password=PASSWORD)

    assert (joined.organisation, joined.roles, joined.office) == (cast.aurora, ["editor"], "Lead")
    dora = joined.person
    assert (dora.email, dora.name, dora.language) == ("dora@aurora.example", "Dora D", "ru")
    assert dora.check_password(PASSWORD)
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.ACCEPTED


def test_the_link_works_until_the_end_of_the_day_that_it_names(cast: Cast) -> None:
    invitation = invite(cast)
    day, link = last_day(invitation.expires_at), token(invitation)

    assert day == today() + timedelta(days=14)
    assert invitation.expires_at == end_of_day(day)
    with clock.at(end_of_day(day) - timedelta(seconds=1)):
        assert find_invitation(link) == invitation
    with clock.at(end_of_day(day)):
        assert find_invitation(link) is None


def test_somebody_with_an_account_gets_a_second_membership(cast: Cast) -> None:
    invitation = invite(cast, email=cast.carol.email)
    accept_invitation(token(invitation), person=cast.carol)
    assert Membership.objects.current().filter(person=cast.carol).count() == 2
    assert Person.objects.filter(email=cast.carol.email).count() == 1


def test_nothing_at_rest_lets_anybody_in(cast: Cast) -> None:
    invitation = invite(cast)
    raw = token(invitation)
    at_rest = json.dumps(
        [list(Job.objects.values_list("payload", "dedupe_key")), list(Event.objects.values_list("data"))],
        default=str,
    )
    rows = json.dumps(list(Invitation.objects.values()), default=str)
    assert raw not in at_rest + rows
    assert set(Job.objects.get(kind="send_invitation").payload) == {"invitation", "sending"}


def test_an_invitation_is_good_once(cast: Cast) -> None:
    raw = token(invite(cast))
    accept_invitation(raw, name="Dora", password=PASSWORD)
    assert find_invitation(raw) is None
    with pytest.raises(DomainError):
        accept_invitation(raw, person=Person.objects.get(email="dora@aurora.example"))


def test_an_invitation_runs_out(cast: Cast) -> None:
    invitation = invite(cast)
    age(invitation)
    with pytest.raises(DomainError):
        accept_invitation(token(invitation), name="Dora", password=PASSWORD)


def test_a_link_that_was_forwarded_is_no_good_to_another(cast: Cast) -> None:
    with pytest.raises(DomainError):
        accept_invitation(token(invite(cast)), person=cast.carol)
    assert Membership.objects.current().filter(person=cast.carol).count() == 1


def test_a_new_letter_kills_the_earlier_link(cast: Cast) -> None:
    invitation = invite(cast)
    earlier = token(invitation)
    later = token(resend_invitation(cast.actor("sven"), invitation))
    assert find_invitation(earlier) is None
    assert find_invitation(later) == invitation


def test_a_revoked_invitation_is_dead_and_cannot_be_sent_again(cast: Cast) -> None:
    invitation = invite(cast)
    raw = token(invitation)
    revoke_invitation(cast.actor("sven"), invitation)
    assert find_invitation(raw) is None
    with pytest.raises(WrongState):
        resend_invitation(cast.actor("sven"), invitation)


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "rita"])
def test_only_administrators_and_managers_invite(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        invite(cast, by=name)
    with pytest.raises(Forbidden):
        revoke_invitation(cast.actor(name), invite(cast))


def test_staff_is_invited_by_a_manager_alone(cast: Cast) -> None:
    facts = {"email": "new@secretariat.example", "name": "New", "roles": ["reviewer"]}
    for name in ("sven", "rita"):
        with pytest.raises(Forbidden):
            invite_person(cast.actor(name), cast.secretariat, **facts)
    invitation = invite_person(cast.actor("mona"), cast.secretariat, **facts)
    assert invitation.roles == ["reviewer"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"roles": ["manager"]}, "roles"),
        ({"roles": []}, "roles"),
        ({"roles": ["signatory"]}, "office"),
        ({"email": "no address"}, "email"),
        ({"email": "two@lines.example\nBcc: x@y.example"}, "email"),
        ({"email": "bob@aurora-video.example"}, "email"),
        ({"name": "Dora\u202e"}, "name"),
        ({"name": "  "}, "name"),
    ],
)
def test_an_invalid_invitation_is_refused_at_its_field(
    cast: Cast, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        invite(cast, **changes)
    assert refusal.value.field == field
    assert not Invitation.objects.exists()


def test_nobody_is_invited_twice_unless_the_first_has_run_out(cast: Cast) -> None:
    first = invite(cast)
    with pytest.raises(DomainError):
        invite(cast)
    age(first)
    second = invite(cast)
    first.refresh_from_db()
    assert (first.state, second.state) == (InvitationState.REVOKED, InvitationState.OPEN)


def test_a_new_secret_key_leaves_links_that_are_out_alone(cast: Cast, settings: object) -> None:
    invitation = invite(cast)
    raw = token(invitation)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, as long as it has to be, at fifty signs"
    assert invitation_token_of(invitation) == raw


@pytest.mark.parametrize(
    "spelling", ["BOB@Bücher.example", "bob@xn--bcher-kva.example.", "ｂｏｂ@bu\u0308cher.example"]
)
def test_an_address_in_another_spelling_is_the_same_person(cast: Cast, spelling: str) -> None:
    bob = Person.objects.create_user("bob@bücher.example", PASSWORD, name="Bob B")

    joined = accept_invitation(token(invite(cast, email=spelling)), person=bob)

    assert joined.person == bob
    with pytest.raises(DomainError, match="already belongs"):
        invite(cast, email=spelling)
    assert Person.objects.filter(email__contains="cher").count() == 1


def test_an_address_is_invited_once_in_whatever_spelling(cast: Cast) -> None:
    invite(cast, email="dora@bücher.example")
    with pytest.raises(DomainError, match="already been invited"):
        invite(cast, email="Dora@XN--bcher-kva.example")
    assert invite(cast, email="dora+portal@bücher.example").email == "dora+portal@xn--bcher-kva.example"
