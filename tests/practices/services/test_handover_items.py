"""A person's work on practices is handed over to a colleague; what is TLP:RED only by themselves."""

import pytest

from alliance.enums import Role
from alliance.models import Membership
from alliance.queries.handover import handover_options
from alliance.services.handover import (
    end_membership_with_handover,
    hand_over_membership,
    leave_organisation,
)
from portal.kernel import registry
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.journal import Event
from practices.access import person_token
from practices.enums import Label
from practices.models import Adoption, Author, Follow, GroupMembership, Practice, Request, SavedSearch
from practices.services.groups import make_group
from practices.services.requests import make_offer
from tests.factories import Cast, make_person, read_cast
from tests.factories.adoptions import make_adoption
from tests.factories.discussion import make_request, set_label_directly
from tests.factories.practices import call_as, make_draft, make_shared

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    made = read_cast()
    Membership.objects.filter(person=made.sven).update(
        roles=[Role.SIGNATORY, Role.ADMINISTRATOR, Role.EDITOR]
    )
    Membership.objects.filter(person=made.bob).update(roles=[Role.EDITOR])
    return made


def end(cast: Cast) -> None:
    """Sven ends Alice's membership, and Bob takes over."""
    call_as(
        cast.actor("sven"), end_membership_with_handover, Membership.objects.get(person=cast.alice), cast.bob
    )


def alice(cast: Cast) -> str:
    return person_token(cast.alice.pk, cast.aurora.pk)


def bob(cast: Cast) -> str:
    return person_token(cast.bob.pk, cast.aurora.pk)


def authors(model: type) -> list[list[str]]:
    with acting_as(SYSTEM):
        return [row.author_people for row in model.objects.order_by("pk")]


def test_drafts_and_practices_go_over_and_who_wrote_them_stays_named(cast: Cast) -> None:
    make_draft(cast, Label.AMBER)
    make_shared(cast, Label.GREEN)
    end(cast)
    assert authors(Practice) == [[bob(cast)], [bob(cast)]]
    with acting_as(SYSTEM):
        names = [row.person.name for row in Author.objects.order_by("practice", "position")]
    assert names == ["Alice", "Bob"] * 2


def test_a_successor_who_is_an_author_already_stands_there_once(cast: Cast) -> None:
    practice = make_draft(cast)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(author_people=[bob(cast), alice(cast)])
    end(cast)
    assert authors(Practice) == [[bob(cast)]]


def test_what_is_red_stays_with_its_people_when_somebody_else_ends_it(cast: Cast) -> None:
    set_label_directly(make_draft(cast), Label.RED)
    end(cast)
    assert authors(Practice) == [[alice(cast)]]


def test_what_is_red_is_handed_over_by_the_leaver_alone(cast: Cast) -> None:
    set_label_directly(make_draft(cast), Label.RED)
    call_as(cast.actor("alice"), leave_organisation, cast.bob)
    assert authors(Practice) == [[bob(cast)]]


def test_the_page_names_nothing_that_its_reader_may_not_see(cast: Cast) -> None:
    set_label_directly(make_draft(cast, title="Red thing"), Label.RED)
    make_draft(cast, title="Green thing")
    seen = {}
    for name in ("alice", "sven", "mona"):
        with acting_as(cast.actor(name)) as actor:
            open_work = registry.open_work(actor, cast.alice.pk, cast.aurora.pk)
            seen[name] = sorted(piece.title for work in open_work for piece in work.pieces)
    assert seen == {"alice": ["Green thing", "Red thing"], "sven": ["Green thing"], "mona": []}


def test_uses_requests_and_offers_go_over(cast: Cast) -> None:
    make_adoption(cast.actor("alice"), make_shared(cast))
    request = make_request(cast.actor("alice"))
    offer = call_as(cast.actor("alice"), make_offer, make_request(cast.actor("carol")), "We have one.")
    end(cast)
    assert authors(Adoption) == [[bob(cast)]]
    with acting_as(SYSTEM):
        reloaded = Request.objects.get(pk=request.pk)
        offer.refresh_from_db()
    assert (reloaded.author_people, reloaded.asked_by, offer.person) == ([bob(cast)], cast.bob, cast.bob)


def test_only_who_may_do_the_work_takes_it_over(cast: Cast) -> None:
    """Each kind by itself: a reader takes over what they may follow and search, and nothing to write."""
    Membership.objects.filter(person=cast.bob).update(roles=[Role.READER])
    make_draft(cast)
    make_adoption(cast.actor("alice"), make_shared(cast))
    make_request(cast.actor("alice"))
    call_as(cast.actor("alice"), make_offer, make_request(cast.actor("carol")), "We have one.")
    call_as(cast.actor("alice"), make_group, name="Voices", purpose="")
    with acting_as(SYSTEM):
        SavedSearch.objects.create(name="Voices", person=cast.alice, organisation=cast.aurora)
    membership = Membership.objects.get(person=cast.alice)
    with acting_as(cast.actor("alice")) as leaver:
        options = handover_options(leaver, membership)
    assert {option.work.key: option.refusals.get(cast.bob.pk) for option in options.kinds} == {
        "practices": "may not edit practices",
        "adoptions": "may not record uses of practices",
        "requests": "may not ask for practices",
        "offers": "may not make offers",
        "groups": "may not lead working groups",
        "follows": None,
        "searches": None,
    }
    assert not any(cast.sven.pk in option.refusals for option in options.kinds)
    with pytest.raises(DomainError):
        call_as(cast.actor("alice"), leave_organisation, cast.bob)
    others = {"searches": cast.bob, "follows": None}
    call_as(cast.actor("alice"), leave_organisation, cast.sven, others)
    with acting_as(SYSTEM):
        assert SavedSearch.objects.get().person == cast.bob
        assert not Follow.objects.filter(person=cast.sven).exists()
    assert authors(Practice)[0] == [person_token(cast.sven.pk, cast.aurora.pk)]


def test_an_offer_goes_to_somebody_who_reads_the_request(cast: Cast) -> None:
    request = make_request(cast.actor("carol"))
    call_as(cast.actor("alice"), make_offer, request, "We have one.")
    set_label_directly(request, Label.RED)
    with acting_as(SYSTEM):
        Request.objects.filter(pk=request.pk).update(reader_people=[alice(cast)])
    membership = Membership.objects.get(person=cast.alice)
    with acting_as(cast.actor("alice")) as leaver:
        kinds = {option.work.key: option for option in handover_options(leaver, membership).kinds}
    assert kinds["offers"].refusals == dict.fromkeys(
        (cast.bob.pk, cast.sven.pk), "may not read one of the requests"
    )


def test_hidden_work_stays_where_the_successor_may_not_do_it(cast: Cast) -> None:
    """An administrator who is in no group reads neither that there is one, nor why it stays."""
    Membership.objects.filter(person=cast.bob).update(roles=[Role.READER])
    group = call_as(cast.actor("alice"), make_group, name="Voices", purpose="")
    end(cast)
    with acting_as(SYSTEM):
        assert [row.person for row in group.memberships.filter(leads=True)] == [cast.alice]


def test_groups_are_led_on_and_the_sources_are_notified(cast: Cast) -> None:
    group = call_as(cast.actor("alice"), make_group, name="Voices", purpose="")
    end(cast)
    with acting_as(SYSTEM):
        rows = GroupMembership.objects.filter(group=group, ended_at=None)
        assert [(row.person, row.leads) for row in rows] == [(cast.bob, True)]
    event = Event.objects.get(kind="group.bring_in")
    assert event.data == {"person": cast.bob.pk, "leads": True, "joined": True}


def test_follows_and_searches_go_over_as_far_as_the_successor_may_see(cast: Cast) -> None:
    practice, secret = make_shared(cast), make_draft(cast)
    set_label_directly(secret, Label.RED)
    with acting_as(SYSTEM):
        own = {"person": cast.alice, "organisation": cast.aurora}
        for followed_practice in (practice, secret):
            Follow.objects.create(practice=followed_practice, **own)
        SavedSearch.objects.create(name="Voices", query={"text": ["voice"]}, **own)
        SavedSearch.objects.create(name="Pauses", query={"text": ["pause"]}, **own)
        SavedSearch.objects.create(name="Pauses", person=cast.bob, organisation=cast.aurora)
    end(cast)
    with acting_as(SYSTEM):
        assert [row.practice for row in Follow.objects.filter(person=cast.bob)] == [practice]
        names = SavedSearch.objects.filter(person=cast.bob).values_list("name", flat=True)
        assert list(names) == ["Pauses", "Voices"]
        assert not Follow.objects.filter(person=cast.alice).exists()


def test_what_stayed_hidden_at_the_first_handover_goes_over_at_a_second_one_and_not_at_a_third(
    cast: Cast,
) -> None:
    membership = Membership.objects.get(person=cast.alice)
    make_draft(cast, Label.AMBER)
    with acting_as(SYSTEM):
        SavedSearch.objects.create(name="Voices", person=cast.alice, organisation=cast.aurora)
    sven = cast.actor("sven")
    call_as(sven, hand_over_membership, membership, None, {"practices": cast.bob})
    with acting_as(sven):
        assert registry.open_work(sven, cast.alice.pk, cast.aurora.pk) == []

    call_as(sven, hand_over_membership, membership, cast.bob)
    with acting_as(SYSTEM):
        assert SavedSearch.objects.get().person == cast.bob
    with pytest.raises(WrongState, match="Nothing is left of it"):
        call_as(sven, hand_over_membership, membership, cast.bob)


def test_what_belongs_to_another_organisation_stays(cast: Cast) -> None:
    practice = make_draft(cast)
    Membership.objects.create(person=cast.alice, organisation=cast.beacon, roles=[Role.EDITOR])
    with acting_as(SYSTEM):
        elsewhere = person_token(cast.alice.pk, cast.beacon.pk)
        Practice.objects.filter(pk=practice.pk).update(
            organisation=cast.beacon, author_people=[elsewhere, alice(cast)]
        )
    membership = Membership.objects.get(person=cast.alice, organisation=cast.aurora)
    call_as(
        cast.actor("sven"),
        end_membership_with_handover,
        membership,
        make_person("Dora", cast.aurora, Role.EDITOR),
    )
    assert authors(Practice) == [[elsewhere, alice(cast)]]
