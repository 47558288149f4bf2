"""Drafts of pledges: what they keep, what is refused, who edits and reads them, and when they can be discarded."""

from datetime import date
from decimal import Decimal

import pytest

from alliance.models import Charter, Measure, Pledge, Service
from alliance.services.pledges import (
    PledgeDraft,
    TargetDraft,
    discard_pledge,
    draft_pledge,
    edit_pledge,
    return_pledge,
    revise_pledge,
    sign_pledge,
)
from portal.kernel.errors import Conflict, DomainError, Forbidden, WrongState
from tests.factories import Cast
from tests.support.pledges import WORDS, acceded, draft_with, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row_security_open")]


# --- Drafting ------------------------------------------------------------------------------------


def test_draft_pledge_keeps_services_and_targets(cast: Cast, charter: Charter) -> None:
    target = TargetDraft("Half of it", date(2027, 1, 1), "found-proactively", Decimal(50))
    draft = PledgeDraft(
        "Words", "en", "find", services=[Service.objects.get(slug="aurora-kids")], targets=[target]
    )

    pledge = draft_pledge(cast.actor("alice"), cast.aurora, draft)

    assert [service.slug for service in pledge.services.all()] == ["aurora-kids"]
    assert [(row.text, row.value) for row in pledge.targets.all()] == [("Half of it", Decimal(50))]


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (draft_with(text=" "), "text"),
        (draft_with(commitment_key="unheard-of"), "commitment_key"),
        (draft_with(commitment_key=""), "title"),
        (draft_with(measure_keys=["search"]), "measure_keys"),
        (draft_with(targets=[TargetDraft(" ")]), "targets"),
        (draft_with(targets=[TargetDraft("Half", indicator_key="content-actioned")]), "targets"),
        (draft_with(targets=[TargetDraft("Half", indicator_key="moderators", value=Decimal(1))]), "targets"),
        (draft_with(targets=[TargetDraft("Half", None, "content-actioned", Decimal(1))]), "targets"),
    ],
)
def test_draft_pledge_refuses(cast: Cast, charter: Charter, draft: PledgeDraft, field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        draft_pledge(cast.actor("alice"), cast.aurora, draft)

    assert refusal.value.field == field


def test_draft_pledge_covers_own_services_only(cast: Cast, charter: Charter) -> None:
    foreign = draft_with(services=[Service.objects.get(slug="beacon-web")])

    with pytest.raises(DomainError) as refusal:
        draft_pledge(cast.actor("alice"), cast.aurora, foreign)

    assert refusal.value.field == "services"


def test_draft_pledge_takes_opt_in_measures(cast: Cast, charter: Charter) -> None:
    Measure.objects.filter(charter=charter, key="speed").update(core=False)

    pledge = draft_pledge(cast.actor("alice"), cast.aurora, draft_with(measure_keys=["speed"]))

    assert pledge.measure_keys == ["speed"]


def test_draft_pledge_to_one_commitment_only_once(cast: Cast, charter: Charter) -> None:
    draft_pledge(cast.actor("alice"), cast.aurora, WORDS)

    with pytest.raises(DomainError) as refusal:
        draft_pledge(cast.actor("sven"), cast.aurora, WORDS)

    assert refusal.value.field == "commitment_key"


def test_draft_pledge_beyond_the_charter_as_often_as_wanted(cast: Cast, charter: Charter) -> None:
    own = draft_with(commitment_key="", title="Summer school")

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
    edit_pledge(cast.actor("sven"), pledge, draft_with(text="Sven's words"), version=1)

    with pytest.raises(Conflict) as conflict:
        edit_pledge(cast.actor("alice"), pledge, draft_with(text="Alice's words"), version=1)

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
