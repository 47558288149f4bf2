"""The request board: asked, edited, offered, answered, closed; and who sees what of it."""

from dataclasses import replace

import pytest

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import Conflict, DomainError, Faults, Forbidden, WrongState
from portal.kernel.journal import Event
from practices.access import person_token
from practices.audiences import audience
from practices.enums import Label, RequestState
from practices.models import Follow, LabelPolicy, Offer, Request
from practices.services.discussion import write_post
from practices.services.requests import (
    RequestDraft,
    answer_request,
    close_request,
    edit_request,
    make_offer,
    reopen_request,
    withdraw_offer,
)
from tests.factories import Cast
from tests.factories.discussion import REQUEST_DRAFT, make_post, make_request, make_request_with_label
from tests.factories.practices import call_as, make_draft, make_shared
from tests.factories.relations import ReaderRelations

pytestmark = pytest.mark.django_db
OPEN = audience(Label.GREEN)


@pytest.fixture
def cast(cast: Cast, sven_edits: None) -> Cast:
    return cast


def fresh(request: Request) -> Request:
    with acting_as(SYSTEM):
        request.refresh_from_db()
    return request


def test_a_person_who_drafts_asks_and_follows(cast: Cast) -> None:
    request = make_request(cast.actor("alice"))

    assert (request.state, request.label, request.harms) == (RequestState.OPEN, Label.GREEN, ["grooming"])
    with acting_as(SYSTEM):
        assert Follow.objects.get(request=request).person == cast.alice
    for name in ("bob", "mona"):
        with pytest.raises(Forbidden):
            make_request(cast.actor(name))


@pytest.mark.parametrize(
    ("draft", "kind"),
    [
        (RequestDraft(title=" "), DomainError),
        (replace(REQUEST_DRAFT, service_kinds=["fax"]), Faults),
        (replace(REQUEST_DRAFT, title="a\u202eb"), Faults),
        (replace(REQUEST_DRAFT, text="x" * 4001), DomainError),
    ],
)
def test_a_request_that_says_nothing_right_is_refused(
    cast: Cast, draft: RequestDraft, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        make_request(cast.actor("alice"), draft=draft)
    assert not Event.objects.filter(kind="request.ask").exists()


def test_its_readers_are_held_to_the_same_truths_as_a_practices(cast: Cast) -> None:
    alice = cast.actor("alice")
    with pytest.raises(DomainError, match="at least one reader"):
        make_request(alice, audience(Label.AMBER))
    with acting_as(SYSTEM):
        LabelPolicy.objects.create(organisation=cast.aurora, labels=[Label.GREEN])
    with pytest.raises(DomainError, match="does not use TLP:CLEAR"):
        make_request(alice, audience(Label.CLEAR))


def test_colleagues_edit_it_and_the_later_one_sees_both_texts(cast: Cast) -> None:
    request = make_request(cast.actor("alice"))
    edited = call_as(
        cast.actor("sven"), edit_request, request, replace(REQUEST_DRAFT, title="hear age"), OPEN, version=1
    )
    assert (edited.title, edited.version) == ("hear age", 2)
    with pytest.raises(Conflict):
        call_as(cast.actor("alice"), edit_request, request, REQUEST_DRAFT, OPEN, version=1)
    with pytest.raises(Forbidden):
        call_as(cast.actor("carol"), edit_request, request, REQUEST_DRAFT, OPEN, version=2)


def test_what_others_have_said_to_few_is_not_shown_to_many(cast: Cast) -> None:
    few, more = (
        audience(label, organisations=[cast.beacon.pk]) for label in (Label.AMBER_STRICT, Label.AMBER)
    )
    request = make_request(cast.actor("alice"), few)
    call_as(cast.actor("alice"), edit_request, request, REQUEST_DRAFT, more, version=1)
    make_post(cast.actor("carol"), fresh(request))
    with pytest.raises(DomainError, match="post a new request"):
        call_as(cast.actor("alice"), edit_request, request, REQUEST_DRAFT, OPEN, version=2)
    call_as(cast.actor("alice"), edit_request, request, REQUEST_DRAFT, few, version=2)

    assert fresh(request).label == Label.AMBER_STRICT


def test_what_is_said_while_a_request_is_widened_is_refused(cast: Cast) -> None:
    """Between what the page has read and what it writes; once somebody has answered, it is widened no more."""
    request = make_request(cast.actor("alice"), audience(Label.AMBER_STRICT, organisations=[cast.beacon.pk]))
    with acting_as(SYSTEM):
        read = Request.objects.get()
    call_as(cast.actor("alice"), edit_request, request, REQUEST_DRAFT, OPEN, version=1)
    for service in (write_post, make_offer):
        with pytest.raises(WrongState, match="Its readers have just changed"):
            call_as(cast.actor("carol"), service, read, "For Aurora alone.")


def test_red_is_its_authors_to_give(cast: Cast) -> None:
    request = make_request(cast.actor("alice"))
    red = audience(Label.RED, [person_token(cast.carol.pk, cast.beacon.pk)])
    with pytest.raises(DomainError, match="authors"):
        call_as(cast.actor("sven"), edit_request, request, REQUEST_DRAFT, red, version=1)


def test_an_offer_is_accepted_and_the_request_answered(cast: Cast) -> None:
    request = make_request(cast.actor("alice"))
    offer, other = (
        call_as(cast.actor(name), make_offer, request, "We have one.") for name in ("carol", "mona")
    )
    with pytest.raises(Forbidden):
        call_as(cast.actor("carol"), answer_request, request, offer)
    call_as(cast.actor("sven"), answer_request, request, offer)

    assert fresh(request).state == RequestState.ANSWERED
    with acting_as(SYSTEM):
        assert list(Offer.objects.filter(accepted_at__isnull=False)) == [offer]
    with pytest.raises(WrongState):
        call_as(cast.actor("alice"), answer_request, request, other)
    with pytest.raises(WrongState, match="accepted"):
        call_as(cast.actor("carol"), withdraw_offer, offer)


def test_it_is_closed_and_reopened(cast: Cast) -> None:
    request = make_request(cast.actor("alice"))
    offer = call_as(cast.actor("carol"), make_offer, request, "We have one.")
    call_as(cast.actor("alice"), answer_request, request, offer)
    call_as(cast.actor("alice"), close_request, request)
    with pytest.raises(WrongState):
        call_as(cast.actor("carol"), make_offer, request, "And another.")
    with pytest.raises(WrongState):
        make_post(cast.actor("carol"), fresh(request))
    call_as(cast.actor("alice"), reopen_request, request)

    with acting_as(SYSTEM):
        assert not Offer.objects.filter(accepted_at__isnull=False).exists()
    assert fresh(request).state == RequestState.OPEN


def test_a_withdrawn_offer_is_out_of_everybodys_hands(cast: Cast) -> None:
    request = make_request(cast.actor("alice"))
    offer = call_as(cast.actor("carol"), make_offer, request, "We have one.")
    with pytest.raises(Forbidden):
        call_as(cast.actor("mona"), withdraw_offer, offer)
    call_as(cast.actor("carol"), withdraw_offer, offer)
    for actor, service, arguments in (
        ("carol", withdraw_offer, (offer,)),
        ("alice", answer_request, (request, offer)),
    ):
        with pytest.raises(WrongState):
            call_as(cast.actor(actor), service, *arguments)


def test_one_offers_to_others_and_what_one_may_see(cast: Cast) -> None:
    request = make_request(cast.actor("carol"))
    with pytest.raises(Forbidden):
        call_as(cast.actor("carol"), make_offer, request, "Mine.")
    with pytest.raises(DomainError, match="in a sentence"):
        call_as(cast.actor("alice"), make_offer, request, "", practice=make_shared(cast))
    hidden = make_draft(cast, Label.AMBER_STRICT)
    with pytest.raises(DomainError, match="no such practice"):
        call_as(cast.actor("mona"), make_offer, request, "See.", practice=hidden)
    offer = call_as(cast.actor("alice"), make_offer, request, "See.", practice=hidden)

    assert offer.practice_id == hidden.pk


# --- Visibility ------------------------------------------------------------------------------

RELATIONS = (
    "author",
    "colleague",
    "named",
    "colleague_of_named",
    "staff",
    "affiliate",
    "in_group",
    "other",
    "host",
)
VISIBLE = {
    Label.CLEAR: "yyyyyyyyy",
    Label.GREEN: "yyyyyyyyy",
    Label.AMBER: "yyy.yyy..",
    Label.AMBER_STRICT: "yyy.y.y..",
    Label.RED: "y.y...y..",
}


@pytest.mark.parametrize("label", VISIBLE)
def test_a_request_and_its_offers_are_seen_by_whom_its_label_names(
    label: str, relations: ReaderRelations
) -> None:
    request = make_request_with_label(relations, label)
    call_as(relations.actors["named"], make_offer, request, "We have one.")

    for model in (Request, Offer):
        assert visible_both_ways(relations, model) == (VISIBLE[Label(label)], VISIBLE[Label(label)])


def visible_both_ways(relations: ReaderRelations, model: type[Request] | type[Offer]) -> tuple[str, str]:
    first = second = ""
    for relation in RELATIONS:
        actor = relations.actors[relation]
        with acting_as(SYSTEM):
            first += "y" if model.objects.visible_to(actor).exists() else "."
        with acting_as(actor):
            second += "y" if model.objects.exists() else "."
    return first, second
