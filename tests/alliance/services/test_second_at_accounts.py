"""Of two who end or open the same account, token or invitation at the same moment the second learns who was first."""

from collections.abc import Callable
from typing import Any

import pytest

from alliance.enums import Role
from alliance.models import ApiToken, Membership, Person
from alliance.services.account_decisions import close_account, reopen_account
from alliance.services.freezing import freeze_account, freeze_member, freeze_own_account, thaw_account
from alliance.services.handover import leave_organisation
from alliance.services.invitations import invite_person, resend_invitation, revoke_invitation
from alliance.services.people import end_membership
from alliance.services.tokens import create_client, revoke_token, rotate_client
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.webhooks import change_webhook, end_webhook
from tests.factories import Cast, actor_of, make_person, read_cast
from tests.support.bearers import token_of
from tests.support.races import Acts, act_at_once, by, without_moments
from tests.support.webhooks import KINDS, webhook_of

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "They called, and we called back."
DORA: dict[str, Any] = {"email": "dora@aurora.example", "name": "Dora", "roles": ["editor"]}


def second_manager(cast: Cast) -> Actor:
    return actor_of(make_person("Max", cast.secretariat, Role.MANAGER))


def second_administrator(cast: Cast) -> Actor:
    return actor_of(make_person("Sara", cast.aurora, Role.ADMINISTRATOR))


def membership_of(person: Person) -> Membership:
    with acting_as(SYSTEM):
        return person.memberships.get()


# --- Accounts --------------------------------------------------------------------------------


def both_close(cast: Cast) -> Acts:
    mona, max_ = cast.actor("mona"), second_manager(cast)
    return by(mona, close_account, cast.bob, WHY), by(max_, close_account, cast.bob, "They left.")


def both_reopen(cast: Cast) -> Acts:
    mona, max_ = cast.actor("mona"), second_manager(cast)
    by(max_, close_account, cast.bob, WHY)()
    return by(mona, reopen_account, cast.bob, WHY), by(max_, reopen_account, cast.bob, WHY)


def both_freeze(cast: Cast) -> Acts:
    mona, max_ = cast.actor("mona"), second_manager(cast)
    return by(mona, freeze_account, cast.bob, WHY), by(max_, freeze_account, cast.bob, WHY)


def closed_while_frozen(cast: Cast) -> Acts:
    """The secretariat reads the names of a member."""
    return (
        by(cast.actor("sven"), freeze_member, membership_of(cast.bob), WHY),
        by(cast.actor("mona"), close_account, cast.bob, WHY),
    )


def frozen_while_closed(cast: Cast) -> Acts:
    """A member reads no names of the secretariat."""
    return (
        by(cast.actor("mona"), close_account, cast.bob, WHY),
        by(cast.actor("sven"), freeze_member, membership_of(cast.bob), WHY),
    )


def frozen_by_its_owner(cast: Cast) -> Acts:
    def freeze_own() -> None:
        with acting_as(SYSTEM):
            freeze_own_account(cast.bob)

    return freeze_own, by(cast.actor("mona"), freeze_account, cast.bob, WHY)


def both_thaw(cast: Cast) -> Acts:
    mona, max_ = cast.actor("mona"), second_manager(cast)
    by(max_, freeze_account, cast.bob, WHY)()
    return by(mona, thaw_account, cast.bob, WHY), by(max_, thaw_account, cast.bob, WHY)


# --- People ----------------------------------------------------------------------------------


def both_end_membership(cast: Cast) -> Acts:
    sven, sara, membership = cast.actor("sven"), second_administrator(cast), membership_of(cast.bob)
    return by(sven, end_membership, membership), by(sara, end_membership, membership)


def ended_while_leaving(cast: Cast) -> Acts:
    membership = membership_of(cast.bob)
    return by(cast.actor("bob"), leave_organisation), by(cast.actor("mona"), end_membership, membership)


def both_invite(cast: Cast) -> Acts:
    sven, sara = cast.actor("sven"), second_administrator(cast)
    return by(sven, invite_person, cast.aurora, **DORA), by(sara, invite_person, cast.aurora, **DORA)


def sent_again_while_revoked(cast: Cast) -> Acts:
    with acting_as(cast.actor("sven")) as sven:
        invitation = invite_person(sven, cast.aurora, **DORA)
    return by(cast.actor("mona"), revoke_invitation, invitation), by(sven, resend_invitation, invitation)


# --- Programs --------------------------------------------------------------------------------


def both_revoke(cast: Cast) -> Acts:
    token_of(cast.alice)
    with acting_as(SYSTEM):
        token = ApiToken.objects.get()
    return by(cast.actor("sven"), revoke_token, token), by(cast.actor("alice"), revoke_token, token)


def renewed_while_revoked(cast: Cast) -> Acts:
    with acting_as(cast.actor("sven")) as sven:
        client, _secret = create_client(sven, name="Figures", scopes=["read"])
    return by(second_administrator(cast), revoke_token, client), by(sven, rotate_client, client)


def changed_while_deleted(cast: Cast) -> Acts:
    webhook, _secret = webhook_of(cast, "https://example.org/")
    change: dict[str, Any] = {
        "name": "B",
        "address": "https://example.net/",
        "kinds": KINDS,
        "subjects": None,
    }
    return (
        by(cast.actor("sven"), end_webhook, webhook),
        by(second_administrator(cast), change_webhook, webhook, **change),
    )


@pytest.mark.parametrize(
    ("make_acts", "sentence"),
    [
        (both_close, "This has already been done. Account closed: Mona, {at}."),
        (both_reopen, "This has already been done. Account reopened: Mona, {at}."),
        (both_freeze, "This has already been done. Account frozen: Mona, {at}."),
        (closed_while_frozen, "This has already been done. Account frozen: Sven, {at}."),
        (frozen_while_closed, "This has already been done. Account closed: the secretariat, {at}."),
        (frozen_by_its_owner, "This has already been done. Account frozen: Bob, {at}."),
        (both_thaw, "This has already been done. Account unfrozen: Mona, {at}."),
        (both_end_membership, "This has already been done. Membership ended: Sven, {at}."),
        (ended_while_leaving, "This has already been done. Organisation left: Bob, {at}."),
        (both_invite, "you can send the invitation again. Invitation sent: Sven, {at}."),
        (sent_again_while_revoked, "accepted or revoked. Invitation revoked: the secretariat, {at}."),
        (both_revoke, "This has already been done. Token revoked: Sven, {at}."),
        (renewed_while_revoked, "This has already been done. Token revoked: Sara, {at}."),
        (changed_while_deleted, "the state is “Deleted”. Webhook deleted: Sven, {at}."),
    ],
)
def test_a_second_decision_names_the_first(make_acts: Callable[[Cast], Acts], sentence: str) -> None:
    second = act_at_once(*make_acts(read_cast()))

    assert second.waited
    assert sentence in without_moments(second.refusal)
