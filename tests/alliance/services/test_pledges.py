"""Pledges: who signs, what is countersigned, what becomes public, and what comes afterwards."""

from decimal import Decimal

import pytest

from alliance.enums import PledgeState
from alliance.models import Charter, Pledge, PublishedPledge
from alliance.services.pledges import (
    TargetDraft,
    draft_accession,
    draft_pledge,
    edit_pledge,
    fulfil_pledge,
    publish_pledge,
    return_pledge,
    revise_pledge,
    sign_accession,
    sign_pledge,
    withdraw_pledge,
)
from portal.kernel.errors import DomainError, Forbidden, WrongState
from tests.factories import Cast
from tests.support.pledges import WORDS, acceded, draft_with, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row_security_open")]


# --- Signing and countersigning ------------------------------------------------------------------


def test_sign_pledge_needs_the_charter_signed(cast: Cast, charter: Charter) -> None:
    pledge = draft_pledge(cast.actor("alice"), cast.aurora, WORDS)

    with pytest.raises(DomainError):
        sign_pledge(cast.actor("sven"), pledge)


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "mona"])
def test_sign_pledge_is_the_signatorys(cast: Cast, charter: Charter, name: str) -> None:
    acceded(cast, charter)
    pledge = draft_pledge(cast.actor("alice"), cast.aurora, WORDS)

    with pytest.raises(Forbidden):
        sign_pledge(cast.actor(name), pledge)


def test_return_pledge_takes_the_signature_back(cast: Cast, charter: Charter) -> None:
    acceded(cast, charter)
    pledge = sign_pledge(cast.actor("sven"), draft_pledge(cast.actor("alice"), cast.aurora, WORDS))

    returned = return_pledge(cast.actor("mona"), pledge, "Name a date.")

    assert (returned.state, returned.returned_reason) == (PledgeState.DRAFT, "Name a date.")
    assert (returned.signatory_name, returned.signed_at) == ("", None)


def test_return_pledge_needs_a_reason(cast: Cast, charter: Charter) -> None:
    acceded(cast, charter)
    pledge = sign_pledge(cast.actor("sven"), draft_pledge(cast.actor("alice"), cast.aurora, WORDS))

    with pytest.raises(DomainError) as refusal:
        return_pledge(cast.actor("mona"), pledge, "")

    assert refusal.value.field == "reason"


def test_publish_pledge_is_countersigned_and_public(cast: Cast, charter: Charter) -> None:
    pledge = published(cast, charter)

    assert (pledge.state, pledge.countersigned_by) == (PledgeState.PUBLISHED, cast.mona)
    assert PublishedPledge.objects.current().get().text == "We will find more."


def test_publish_pledge_waits_for_the_accession(cast: Cast, charter: Charter) -> None:
    sign_accession(cast.actor("sven"), draft_accession(cast.actor("sven"), cast.aurora, charter))
    pledge = sign_pledge(cast.actor("sven"), draft_pledge(cast.actor("alice"), cast.aurora, WORDS))

    with pytest.raises(DomainError):
        publish_pledge(cast.actor("mona"), pledge)


def test_publish_pledge_only_what_is_signed(cast: Cast, charter: Charter) -> None:
    pledge = published(cast, charter)

    with pytest.raises(WrongState):
        publish_pledge(cast.actor("mona"), pledge)


@pytest.mark.parametrize("name", ["rita", "sven", "carol"])
def test_publish_pledge_is_the_managers(cast: Cast, charter: Charter, name: str) -> None:
    acceded(cast, charter)
    pledge = sign_pledge(cast.actor("sven"), draft_pledge(cast.actor("alice"), cast.aurora, WORDS))

    with pytest.raises(Forbidden):
        publish_pledge(cast.actor(name), pledge)


# --- Afterwards ----------------------------------------------------------------------------------


def test_revise_pledge_copies_and_leaves_the_published_one(cast: Cast, charter: Charter) -> None:
    target = TargetDraft("Half of it", None, "found-proactively", Decimal(50))
    first = published(cast, charter, draft_with(targets=[target]))

    revision = revise_pledge(cast.actor("alice"), first)

    assert (revision.record, revision.revision, revision.state) == (first.record, 2, PledgeState.DRAFT)
    assert [row.text for row in revision.targets.all()] == ["Half of it"]
    assert Pledge.objects.get(pk=first.pk).state == PledgeState.PUBLISHED


def test_revise_pledge_one_at_a_time(cast: Cast, charter: Charter) -> None:
    first = published(cast, charter)
    revise_pledge(cast.actor("alice"), first)

    with pytest.raises(DomainError):
        revise_pledge(cast.actor("sven"), first)


def test_a_published_revision_replaces_the_earlier_one(cast: Cast, charter: Charter) -> None:
    first = published(cast, charter)
    revision = revise_pledge(cast.actor("alice"), first)
    edit_pledge(cast.actor("alice"), revision, draft_with(text="More still."), version=1)

    publish_pledge(cast.actor("mona"), sign_pledge(cast.actor("sven"), revision))

    assert [row.state for row in Pledge.objects.order_by("revision")] == [
        PledgeState.REVISED,
        PledgeState.PUBLISHED,
    ]
    assert PublishedPledge.objects.current().get().text == "More still."


def test_a_revision_stays_with_its_commitment(cast: Cast, charter: Charter) -> None:
    revision = revise_pledge(cast.actor("alice"), published(cast, charter))

    with pytest.raises(DomainError) as refusal:
        edit_pledge(cast.actor("alice"), revision, draft_with(commitment_key="answer"), version=1)

    assert refusal.value.field == "commitment_key"


def test_withdraw_pledge_says_why_in_public(cast: Cast, charter: Charter) -> None:
    pledge = published(cast, charter)

    withdraw_pledge(cast.actor("sven"), pledge, "The service closed.")

    published_pledge = PublishedPledge.objects.current().get()
    assert (published_pledge.state, published_pledge.ended_reason) == (
        PledgeState.WITHDRAWN,
        "The service closed.",
    )


def test_withdraw_pledge_ends_what_was_in_work(cast: Cast, charter: Charter) -> None:
    first = published(cast, charter)
    revision = revise_pledge(cast.actor("alice"), first)
    withdraw_pledge(cast.actor("sven"), first, "The service closed.")

    with pytest.raises(DomainError):
        sign_pledge(cast.actor("sven"), revision)


def test_withdraw_pledge_needs_a_reason(cast: Cast, charter: Charter) -> None:
    pledge = published(cast, charter)

    with pytest.raises(DomainError) as refusal:
        withdraw_pledge(cast.actor("sven"), pledge, "")

    assert refusal.value.field == "reason"


def test_fulfil_pledge_is_the_secretariats(cast: Cast, charter: Charter) -> None:
    pledge = published(cast, charter)

    with pytest.raises(Forbidden):
        fulfil_pledge(cast.actor("sven"), pledge)

    assert fulfil_pledge(cast.actor("mona"), pledge).state == PledgeState.FULFILLED
