"""The pages by which a practice of named readers is opened to the community, from both sides."""

import pytest
from django.test import Client
from django.urls import reverse

from alliance.enums import OrganisationKind, Role
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from practices.audiences import audience
from practices.enums import Label, OpeningState
from practices.models import Adoption, Draft, Opening, Post, Practice
from practices.services.adoptions import AdoptionStepInput, record_adoption
from practices.services.discussion import write_post
from practices.services.openings import share_opening
from practices.services.practices import edit_practice
from tests.factories import Cast
from tests.factories.cast import make_organisation, make_person
from tests.factories.practices import CONTENT, call_as, make_next_version, make_shared
from tests.support.pages import outlast_confirmation, signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice(cast: Cast) -> Practice:
    """For Beacon, in its second version, used and asked about."""
    practice = make_shared(cast, Label.AMBER)
    make_next_version(cast, practice, summary="It waits twice.")
    carol = cast.actor("carol")
    call_as(carol, write_post, practice, "How long?")
    call_as(
        carol, record_adoption, practice, None, AdoptionStepInput("in_use", today()), audience(Label.GREEN)
    )
    with acting_as(SYSTEM):
        return Practice.objects.get(pk=practice.pk)


def at(route: str, row: Practice | Opening | Adoption, area: str = "workspace") -> str:
    return reverse(f"{area}:{route}", args=[row.key])


@pytest.fixture
def sven(cast: Cast) -> Client:
    return signed_in(cast.sven)


def opening_of(practice: Practice) -> Opening:
    with acting_as(SYSTEM):
        return Opening.objects.filter(practice=practice).latest("pk")


def test_the_page_before_names_what_goes_along_and_counts_what_stays(
    cast: Cast, sven: Client, practice: Practice
) -> None:
    assert at("practice-open", practice) in sven.get(at("practice", practice)).content.decode()
    words = words_of(sven.get(at("practice-open", practice)))

    assert f"{CONTENT['title']} Open to the community" in words
    assert "the secretariat reads version 2 of" in words
    assert "this stays with those who can read it now: version 1, 1 message, 1 use with its results" in words
    assert "of the community: active members, associates and partners, and the secretariat" in words
    assert signed_in(cast.alice).get(at("practice-open", practice)).status_code == 403


def test_from_the_proposal_to_the_community(cast: Cast, sven: Client, practice: Practice) -> None:
    mona = signed_in(cast.mona)
    assert sven.post(at("practice-open", practice)).status_code == 302
    opening = opening_of(practice)
    assert "The secretariat reads version 2." in words_of(sven.get(at("practice", practice)))
    assert "already waiting" in words_of(sven.get(at("practice-open", practice)))
    page = words_of(mona.get(at("opening", opening, "secretariat")))
    assert ("It waits twice." in page, "How long?" in page, "Beacon" in page) == (True, False, False)
    for route in ("moderation-list", "home"):
        assert (
            at("opening", opening, "secretariat")
            in mona.get(reverse(f"secretariat:{route}")).content.decode()
        )
    assert mona.get(at("practice", practice, "secretariat")).status_code == 404

    assert mona.post(at("opening-share", opening, "secretariat")).status_code == 302
    words = words_of(mona.get(at("practice", practice, "secretariat")))
    assert ("It waits twice." in words, "TLP:GREEN" in words, "How long?" in words) == (True, True, False)
    mine = words_of(sven.get(at("practice", practice)))
    assert ("How long?" in mine, "Visible only to earlier readers" in mine) == (True, True)
    assert mona.get(at("opening", opening, "secretariat")).status_code == 404


def test_a_message_of_before_the_opening_is_withdrawn_under_the_label_of_its_readers(
    cast: Cast, sven: Client, practice: Practice
) -> None:
    sven.post(at("practice-open", practice))
    call_as(cast.actor("mona"), share_opening, opening_of(practice))
    with acting_as(SYSTEM):
        message = Post.objects.get()
    carol = signed_in(cast.carol)

    for route in ("post-take-back", "post-edit"):
        words = words_of(carol.get(reverse(f"workspace:{route}", args=[message.key])))
        assert f"{Label.AMBER_STRICT.label} " in words


def test_what_is_returned_says_why(cast: Cast, sven: Client, practice: Practice) -> None:
    mona = signed_in(cast.mona)
    sven.post(at("practice-open", practice))
    url = at("opening-return", opening_of(practice), "secretariat")
    words = words_of(mona.get(url))
    assert (CONTENT["title"] in words, f"{Label.AMBER.label} " in words) == (True, True)
    assert mona.post(url, {"reason": ""}).status_code == 422
    assert mona.post(url, {"reason": "Name no school."}).status_code == 302

    words = words_of(sven.get(at("practice", practice)))
    assert ("Name no school." in words, "Not opened to the community" in words) == (True, True)
    assert at("practice-open", practice) in sven.get(at("practice", practice)).content.decode()


def test_an_editor_withdraws_it(cast: Cast, sven: Client, practice: Practice) -> None:
    sven.post(at("practice-open", practice))
    alice = signed_in(cast.alice)
    url = at("practice-take-back-opening", practice)
    assert url in alice.get(at("practice", practice)).content.decode()
    assert alice.post(url).status_code == 302
    assert opening_of(practice).state == OpeningState.TAKEN_BACK
    assert "no longer waiting" in words_of(alice.get(url))


def test_a_next_version_ends_it_and_says_so(cast: Cast, sven: Client, practice: Practice) -> None:
    sven.post(at("practice-open", practice))
    with acting_as(SYSTEM):
        draft = Draft.objects.get(practice=practice)
    content = {**draft.content, "summary": "It waits three times."}
    call_as(cast.actor("alice"), edit_practice, practice, content, version=draft.version)
    url = at("practice-update", practice)
    assert "it is no longer proposed for the community" in words_of(sven.get(url))
    assert sven.post(url, {"note": "Three times."}).status_code == 302

    page = sven.get(at("practice", practice))
    assert "No longer proposed for the community" in words_of(page)
    assert at("practice-open", practice) in page.content.decode()


def test_proposing_and_opening_ask_again_who_it_is(cast: Cast, sven: Client, practice: Practice) -> None:
    sven.post(at("practice-open", practice))
    mona = signed_in(cast.mona)
    outlast_confirmation(mona)
    opening = opening_of(practice)
    assert mona.post(at("opening-share", opening, "secretariat")).status_code == 403
    assert opening_of(practice).state == OpeningState.PROPOSED
    outlast_confirmation(sven)
    assert sven.get(at("practice-open", practice))["Location"].startswith("/accounts/again/password/?next=")


def test_an_organisation_chooses_anew_who_sees_its_use(cast: Cast, sven: Client, practice: Practice) -> None:
    sven.post(at("practice-open", practice))
    call_as(cast.actor("mona"), share_opening, opening_of(practice))
    with acting_as(SYSTEM):
        use = Adoption.objects.get(practice=practice)
    petals = make_organisation("petals", OrganisationKind.PARTNER)
    carol, petra = signed_in(cast.carol), signed_in(make_person("Petra", petals, Role.EDITOR))
    uses = at("practice-uses", practice)
    assert "still visible only to those who could read" in words_of(carol.get(at("adoption", use)))
    assert cast.beacon.name not in words_of(petra.get(uses))
    assert "Until now, only those" in words_of(carol.get(at("adoption-readers", use)))

    assert (
        carol.post(at("adoption-readers", use), {"label": "green", "version": use.version}).status_code == 302
    )
    assert cast.beacon.name in words_of(petra.get(uses))
    assert "still visible only" not in words_of(carol.get(at("adoption", use)))
