"""Accessions and pledges: who signs, what is countersigned, what becomes public, and what is refused."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from alliance.enums import AccessionState, CharterState, PledgeState
from alliance.models import Accession, Charter, Measure, Pledge, PublishedPledge, Service
from alliance.services.pledges import (
    PledgeDraft,
    TargetDraft,
    discard_pledge,
    draft_accession,
    draft_pledge,
    edit_pledge,
    end_accession,
    fulfil_pledge,
    publish_accession,
    publish_pledge,
    return_pledge,
    revise_pledge,
    sign_accession,
    sign_pledge,
    withdraw_pledge,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import Conflict, DomainError, Forbidden, WrongState
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_charter

pytestmark = pytest.mark.django_db

WORDS = PledgeDraft(text="We will find more.", language="en", commitment_key="find")


@pytest.fixture(autouse=True)
def _row_security_open(db: None) -> Iterator[None]:
    """The services alone are tested here; row-level security has tests of its own."""
    with acting_as(SYSTEM):
        yield


def acceded(cast: Cast, charter: Charter) -> Accession:
    accession = draft_accession(cast.actor("sven"), cast.aurora, charter)
    return publish_accession(cast.actor("mona"), sign_accession(cast.actor("sven"), accession))


def published(cast: Cast, charter: Charter, draft: PledgeDraft = WORDS) -> Pledge:
    acceded(cast, charter)
    pledge = sign_pledge(cast.actor("sven"), draft_pledge(cast.actor("alice"), cast.aurora, draft))
    return publish_pledge(cast.actor("mona"), pledge)


# --- Accession -----------------------------------------------------------------------------------


def test_sign_accession_takes_name_and_office_from_the_membership(cast: Cast, charter: Charter) -> None:
    accession = draft_accession(cast.actor("sven"), cast.aurora, charter)

    signed = sign_accession(cast.actor("sven"), accession)

    assert (signed.state, signed.signatory_name) == (AccessionState.SIGNED, "Sven")
    assert signed.signatory_office == "Signatory of aurora-video"


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "mona"])
def test_draft_accession_is_the_signatorys(cast: Cast, charter: Charter, name: str) -> None:
    with pytest.raises(Forbidden):
        draft_accession(cast.actor(name), cast.aurora, charter)


def test_draft_accession_only_once(cast: Cast, charter: Charter) -> None:
    draft_accession(cast.actor("sven"), cast.aurora, charter)

    with pytest.raises(DomainError):
        draft_accession(cast.actor("sven"), cast.aurora, charter)


def test_draft_accession_needs_a_charter_in_force(cast: Cast) -> None:
    draft = make_charter("next-charter", CharterState.DRAFT)

    with pytest.raises(DomainError):
        draft_accession(cast.actor("sven"), cast.aurora, draft)


def test_sign_accession_needs_an_office(cast: Cast, charter: Charter) -> None:
    accession = draft_accession(cast.actor("sven"), cast.aurora, charter)
    cast.sven.memberships.update(office="")

    with pytest.raises(DomainError):
        sign_accession(cast.actor("sven"), accession)


def test_publish_accession_makes_one_publication(cast: Cast, charter: Charter) -> None:
    acceded(cast, charter)

    assert Publication.objects.get().type == "accession"


def test_publish_accession_is_the_managers(cast: Cast, charter: Charter) -> None:
    accession = sign_accession(cast.actor("sven"), draft_accession(cast.actor("sven"), cast.aurora, charter))

    with pytest.raises(Forbidden):
        publish_accession(cast.actor("rita"), accession)


def test_end_accession_says_why_in_public(cast: Cast, charter: Charter) -> None:
    ended = end_accession(cast.actor("mona"), acceded(cast, charter), "They left.")

    assert (ended.state, Publication.objects.count()) == (AccessionState.ENDED, 2)


# --- Drafting ------------------------------------------------------------------------------------


def test_draft_pledge_keeps_services_and_targets(cast: Cast, charter: Charter) -> None:
    target = TargetDraft("Half of it", date(2027, 1, 1), "content-actioned", Decimal(50))
    draft = PledgeDraft(
        "Words", "en", "find", services=[Service.objects.get(slug="aurora-kids")], targets=[target]
    )

    pledge = draft_pledge(cast.actor("alice"), cast.aurora, draft)

    assert [service.slug for service in pledge.services.all()] == ["aurora-kids"]
    assert [(row.text, row.value) for row in pledge.targets.all()] == [("Half of it", Decimal(50))]


def _refused(**values: Any) -> PledgeDraft:
    return PledgeDraft(**{"text": "Words", "language": "en", "commitment_key": "find", **values})


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (_refused(text=" "), "text"),
        (_refused(commitment_key="unheard-of"), "commitment_key"),
        (_refused(commitment_key=""), "title"),
        (_refused(measure_keys=["search"]), "measure_keys"),
        (_refused(targets=[TargetDraft(" ")]), "targets"),
        (_refused(targets=[TargetDraft("Half", indicator_key="content-actioned")]), "targets"),
        (_refused(targets=[TargetDraft("Half", indicator_key="moderators", value=Decimal(1))]), "targets"),
    ],
)
def test_draft_pledge_refuses(cast: Cast, charter: Charter, draft: PledgeDraft, field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        draft_pledge(cast.actor("alice"), cast.aurora, draft)

    assert refusal.value.field == field


def test_draft_pledge_covers_own_services_only(cast: Cast, charter: Charter) -> None:
    foreign = _refused(services=[Service.objects.get(slug="beacon-web")])

    with pytest.raises(DomainError) as refusal:
        draft_pledge(cast.actor("alice"), cast.aurora, foreign)

    assert refusal.value.field == "services"


def test_draft_pledge_takes_opt_in_measures(cast: Cast, charter: Charter) -> None:
    Measure.objects.filter(charter=charter, key="speed").update(core=False)

    pledge = draft_pledge(cast.actor("alice"), cast.aurora, _refused(measure_keys=["speed"]))

    assert pledge.measure_keys == ["speed"]


def test_draft_pledge_to_one_commitment_only_once(cast: Cast, charter: Charter) -> None:
    draft_pledge(cast.actor("alice"), cast.aurora, WORDS)

    with pytest.raises(DomainError) as refusal:
        draft_pledge(cast.actor("sven"), cast.aurora, WORDS)

    assert refusal.value.field == "commitment_key"


def test_draft_pledge_beyond_the_charter_as_often_as_wanted(cast: Cast, charter: Charter) -> None:
    own = _refused(commitment_key="", title="Summer school")

    draft_pledge(cast.actor("alice"), cast.aurora, own)
    draft_pledge(cast.actor("alice"), cast.aurora, own)

    assert Pledge.objects.count() == 2


@pytest.mark.parametrize("name", ["bob", "carol", "mona"])
def test_draft_pledge_is_the_editors(cast: Cast, charter: Charter, name: str) -> None:
    with pytest.raises(Forbidden):
        draft_pledge(cast.actor(name), cast.aurora, WORDS)


def test_a_draft_is_seen_by_its_organisation_alone(cast: Cast, charter: Charter) -> None:
    draft_pledge(cast.actor("alice"), cast.aurora, WORDS)

    seen = {name: Pledge.objects.visible_to(cast.actor(name)).count() for name in ("bob", "carol", "mona")}

    assert seen == {"bob": 1, "carol": 0, "mona": 0}


def test_edit_pledge_twice_at_once_keeps_both_texts(cast: Cast, charter: Charter) -> None:
    pledge = draft_pledge(cast.actor("alice"), cast.aurora, WORDS)
    edit_pledge(cast.actor("sven"), pledge, _refused(text="Sven's words"), version=1)

    with pytest.raises(Conflict) as conflict:
        edit_pledge(cast.actor("alice"), pledge, _refused(text="Alice's words"), version=1)

    assert (conflict.value.stored.text, conflict.value.sent.text) == ("Sven's words", "Alice's words")


def test_edit_pledge_only_a_draft(cast: Cast, charter: Charter) -> None:
    pledge = published(cast, charter)

    with pytest.raises(WrongState):
        edit_pledge(cast.actor("alice"), pledge, WORDS, version=1)


# --- Discarding ----------------------------------------------------------------------------------


def test_discard_pledge_leaves_no_gap_in_the_revisions(cast: Cast, charter: Charter) -> None:
    first = published(cast, charter)
    discard_pledge(cast.actor("alice"), revise_pledge(cast.actor("alice"), first), version=1)

    assert revise_pledge(cast.actor("alice"), first).revision == 2


def test_discard_pledge_only_a_draft(cast: Cast, charter: Charter) -> None:
    pledge = published(cast, charter)

    with pytest.raises(WrongState):
        discard_pledge(cast.actor("alice"), pledge, pledge.version)


def test_discard_pledge_keeps_what_was_signed_and_returned(cast: Cast, charter: Charter) -> None:
    acceded(cast, charter)
    pledge = sign_pledge(cast.actor("sven"), draft_pledge(cast.actor("alice"), cast.aurora, WORDS))
    returned = return_pledge(cast.actor("mona"), pledge, "Name a date.")

    with pytest.raises(DomainError, match="signed and returned"):
        discard_pledge(cast.actor("alice"), returned, returned.version)


@pytest.mark.parametrize("name", ["bob", "carol", "mona"])
def test_discard_pledge_is_the_editors(cast: Cast, charter: Charter, name: str) -> None:
    pledge = draft_pledge(cast.actor("alice"), cast.aurora, WORDS)

    with pytest.raises(Forbidden):
        discard_pledge(cast.actor(name), pledge, pledge.version)


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
    target = TargetDraft("Half of it", None, "content-actioned", Decimal(50))
    first = published(cast, charter, _refused(targets=[target]))

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
    edit_pledge(cast.actor("alice"), revision, _refused(text="More still."), version=1)

    publish_pledge(cast.actor("mona"), sign_pledge(cast.actor("sven"), revision))

    assert [row.state for row in Pledge.objects.order_by("revision")] == [
        PledgeState.REVISED,
        PledgeState.PUBLISHED,
    ]
    assert PublishedPledge.objects.current().get().text == "More still."


def test_a_revision_stays_with_its_commitment(cast: Cast, charter: Charter) -> None:
    revision = revise_pledge(cast.actor("alice"), published(cast, charter))

    with pytest.raises(DomainError) as refusal:
        edit_pledge(cast.actor("alice"), revision, _refused(commitment_key="answer"), version=1)

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
