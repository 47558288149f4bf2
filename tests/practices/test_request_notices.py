"""Who is notified of a request for practices, of offers for it and of its answer."""

import pytest

from alliance.enums import Role
from practices.audiences import audience
from practices.enums import Label
from practices.models import SavedSearch
from practices.services.following import follow
from practices.services.requests import answer_request, close_request, make_offer
from tests.factories import Cast, make_organisation, make_person
from tests.factories.discussion import REQUEST_DRAFT, make_request
from tests.factories.practices import call_as
from tests.support.notifications import (
    clear_notifications,
    inbox_lines,
    make_shared_practice,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]

SOUGHT = "Tell a child from an adult by voice"  # as SEEKING has it, at the beginning of a line
OFFER = "Canary words"


def test_a_request_notifies_the_sources_of_what_serves_the_same(cast: Cast) -> None:
    make_shared_practice(cast)
    make_request(cast.actor("carol"))
    assert inbox_lines() == [
        (name, f"[TLP:GREEN] A request that you may be able to answer: {SOUGHT}")
        for name in ("Alice", "Sven")
    ]


def test_of_what_is_red_the_authors_alone_are_notified_of_a_match(cast: Cast) -> None:
    make_shared_practice(cast, Label.RED)
    make_request(cast.actor("carol"), audience(Label.CLEAR))

    assert [name for name, _line in inbox_lines()] == ["Alice"]


def test_a_request_notifies_neither_its_author_nor_people_who_may_not_read_it(cast: Cast) -> None:
    make_shared_practice(cast)
    fjord = make_organisation("fjord")
    theo = make_person("Theo", fjord, Role.EDITOR)
    for person, place in ((theo, fjord), (cast.carol, cast.beacon), (cast.rita, cast.secretariat)):
        SavedSearch.objects.create(
            person=person, organisation=place, name="Mine", query={"harms": ["grooming"]}
        )
    make_request(cast.actor("carol"), audience(Label.AMBER_STRICT, organisations=[fjord.pk]))
    assert inbox_lines() == [
        ("Theo", f"[TLP:AMBER+STRICT] A request that you may be able to answer: {SOUGHT}")
    ]
    clear_notifications()
    make_request(cast.actor("carol"), draft=REQUEST_DRAFT.__class__(title="sort reports", harms=["bullying"]))
    assert inbox_lines() == []


def test_offers_notify_author_and_followers_and_acceptance_notifies_who_offered(cast: Cast) -> None:
    request = make_request(cast.actor("alice"))
    call_as(cast.actor("bob"), follow, request)
    clear_notifications()
    offer = call_as(cast.actor("carol"), make_offer, request, OFFER)
    assert inbox_lines() == [
        ("Alice", f"[TLP:GREEN] An offer for your request: {SOUGHT}"),
        ("Bob", f"[TLP:GREEN] A new offer for a request that you follow: {SOUGHT}"),
    ]
    clear_notifications()
    call_as(cast.actor("alice"), answer_request, request, offer)
    assert inbox_lines() == [
        ("Bob", f"[TLP:GREEN] A request that you follow has been answered: {SOUGHT}"),
        ("Carol", f"[TLP:GREEN] Your offer has been accepted: {SOUGHT}"),
    ]
    clear_notifications()
    call_as(cast.actor("sven"), close_request, request)
    assert [name for name, _line in inbox_lines()] == ["Alice", "Bob", "Carol"]
