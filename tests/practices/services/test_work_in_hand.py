"""What somebody is at among the practices goes over to a colleague; what is TLP:RED only by their own hand."""

import pytest

from alliance.enums import Grant
from alliance.models import Membership
from alliance.services.handing_over import end_and_hand_over, leave_organisation
from portal.kernel import registry
from portal.kernel.access import SYSTEM
from portal.kernel.models import Event
from portal.kernel.row_security import acting_as
from practices.access import named
from practices.enums import Label
from practices.models import Adoption, Author, Follow, GroupMembership, Practice, Request, SavedSearch
from practices.services.groups import make_group
from practices.services.requests import make_offer
from tests.factories import Cast, make_cast, make_person
from tests.factories.adoptions import used
from tests.factories.practices import act, drafted, shared
from tests.factories.talk import asked, relabel

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    Membership.objects.filter(person=made.sven).update(
        grants=[Grant.SIGNATORY, Grant.ADMINISTRATOR, Grant.EDITOR]
    )
    return made


def end(cast: Cast) -> None:
    """Sven ends Alice's membership, and Bob takes over."""
    act(cast.actor("sven"), end_and_hand_over, Membership.objects.get(person=cast.alice), cast.bob)


def alice(cast: Cast) -> str:
    return named(cast.alice.pk, cast.aurora.pk)


def bob(cast: Cast) -> str:
    return named(cast.bob.pk, cast.aurora.pk)


def authors(model: type) -> list[list[str]]:
    with acting_as(SYSTEM):
        return [row.author_people for row in model.objects.order_by("pk")]  # type: ignore[attr-defined]  # of a model


def test_drafts_and_practices_go_over_and_who_wrote_them_stays_named(cast: Cast) -> None:
    drafted(cast, Label.AMBER)
    shared(cast, Label.GREEN)
    end(cast)
    assert authors(Practice) == [[bob(cast)], [bob(cast)]]
    with acting_as(SYSTEM):
        names = [row.person.name for row in Author.objects.order_by("practice", "position")]
    assert names == ["Alice", "Bob"] * 2


def test_a_successor_who_is_an_author_already_stands_there_once(cast: Cast) -> None:
    practice = drafted(cast)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(author_people=[bob(cast), alice(cast)])
    end(cast)
    assert authors(Practice) == [[bob(cast)]]


def test_what_is_red_stays_with_its_people_when_somebody_else_ends_it(cast: Cast) -> None:
    relabel(drafted(cast), Label.RED)
    end(cast)
    assert authors(Practice) == [[alice(cast)]]


def test_what_is_red_goes_over_by_the_hand_of_whoever_leaves(cast: Cast) -> None:
    relabel(drafted(cast), Label.RED)
    act(cast.actor("alice"), leave_organisation, cast.bob)
    assert authors(Practice) == [[bob(cast)]]


def test_the_page_names_nothing_that_its_reader_may_not_see(cast: Cast) -> None:
    relabel(drafted(cast, title="Red thing"), Label.RED)
    drafted(cast, title="Green thing")
    seen = {}
    for name in ("alice", "sven", "mona"):
        with acting_as(cast.actor(name)) as actor:
            held = registry.work_held(actor, cast.alice.pk, cast.aurora.pk)
            seen[name] = sorted(title for _words, titles in held for title in titles)
    assert seen == {"alice": ["Green thing", "Red thing"], "sven": ["Green thing"], "mona": []}


def test_uses_requests_and_offers_go_over(cast: Cast) -> None:
    used(cast.actor("alice"), shared(cast))
    request = asked(cast.actor("alice"))
    offer = act(cast.actor("alice"), make_offer, asked(cast.actor("carol")), "We have one.")
    end(cast)
    assert authors(Adoption) == [[bob(cast)]]
    with acting_as(SYSTEM):
        mine = Request.objects.get(pk=request.pk)
        offer.refresh_from_db()
    assert (mine.author_people, mine.asked_by, offer.person) == ([bob(cast)], cast.bob, cast.bob)


def test_groups_are_led_on_and_the_sources_are_told(cast: Cast) -> None:
    group = act(cast.actor("alice"), make_group, name="Voices", purpose="")
    end(cast)
    with acting_as(SYSTEM):
        rows = GroupMembership.objects.filter(group=group, ended_at=None)
        assert [(row.person, row.leads) for row in rows] == [(cast.bob, True)]
    event = Event.objects.get(kind="group.bring_in")
    assert event.data == {"person": cast.bob.pk, "leads": True, "joined": True}


def test_follows_and_searches_go_over_as_far_as_the_successor_may_see(cast: Cast) -> None:
    practice, secret = shared(cast), drafted(cast)
    relabel(secret, Label.RED)
    with acting_as(SYSTEM):
        own = {"person": cast.alice, "organisation": cast.aurora}
        for one in (practice, secret):
            Follow.objects.create(practice=one, **own)
        SavedSearch.objects.create(name="Voices", query={"text": ["voice"]}, **own)
        SavedSearch.objects.create(name="Pauses", query={"text": ["pause"]}, **own)
        SavedSearch.objects.create(name="Pauses", person=cast.bob, organisation=cast.aurora)
    end(cast)
    with acting_as(SYSTEM):
        assert [row.practice for row in Follow.objects.filter(person=cast.bob)] == [practice]
        names = SavedSearch.objects.filter(person=cast.bob).values_list("name", flat=True)
        assert list(names) == ["Pauses", "Voices"]
        assert not Follow.objects.filter(person=cast.alice).exists()


def test_what_belongs_to_another_organisation_stays(cast: Cast) -> None:
    practice = drafted(cast)
    Membership.objects.create(person=cast.alice, organisation=cast.beacon, grants=[Grant.EDITOR])
    with acting_as(SYSTEM):
        elsewhere = named(cast.alice.pk, cast.beacon.pk)
        Practice.objects.filter(pk=practice.pk).update(
            organisation=cast.beacon, author_people=[elsewhere, alice(cast)]
        )
    held = Membership.objects.get(person=cast.alice, organisation=cast.aurora)
    act(cast.actor("sven"), end_and_hand_over, held, make_person("Dora", cast.aurora, Grant.EDITOR))
    assert authors(Practice) == [[elsewhere, alice(cast)]]
