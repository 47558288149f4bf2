"""Saved searches: kept under a name of one's own, and telling of what is new, once."""

import pytest

from portal.kernel.access import SYSTEM
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.models import Channel, Delivery, Event
from portal.kernel.row_security import acting_as
from practices.audiences import audience
from practices.enums import Label
from practices.models import SavedSearch
from practices.notify.searches import NOTICES
from practices.queries.search import Search
from practices.services.audiences import set_readers
from practices.services.searches import delete_search, edit_search, save_search
from tests.factories import Cast, make_cast
from tests.factories.cast import make_organisation
from tests.factories.practices import act, drafted, shared

pytestmark = pytest.mark.django_db
GROOMING = Search(chosen={"harms": ("grooming",)})


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def saved(
    cast: Cast, name: str = "carol", search: Search = GROOMING, *, notifies: bool = True
) -> SavedSearch:
    found: SavedSearch = act(cast.actor(name), save_search, search, name="Grooming", notifies=notifies)
    return found


def letters(event: Event) -> dict[str, dict[str, object]]:
    """Who is told what, by e-mail address."""
    (notice,) = NOTICES
    found = {}
    for recipient in notice.who(event):
        with acting_as(recipient.actor):
            context = notice.context(recipient.actor, event)
        if context:
            found[recipient.email] = dict(context)
    return found


def last_event() -> Event:
    return Event.objects.filter(kind="search.match").latest("pk")


def test_whoever_saved_a_search_is_told_when_a_practice_answers_it(cast: Cast) -> None:
    saved(cast)
    practice = shared(cast)

    told = letters(last_event())

    assert list(told) == [cast.carol.email]
    assert told[cast.carol.email]["title"] == "Slow the first message"
    assert str(practice.key) in str(told[cast.carol.email]["url"])


@pytest.mark.parametrize(
    "search",
    [
        Search(chosen={"harms": ("suicide",)}),
        Search(chosen={"harms": ("grooming",), "kind": ("tool",)}),
        Search(text="xylophone"),
        Search(text="message", chosen={"harms": ("suicide",)}),
    ],
)
def test_what_does_not_answer_a_search_is_not_told(cast: Cast, search: Search) -> None:
    saved(cast, search=search)
    shared(cast)

    assert letters(last_event()) == {}


@pytest.mark.parametrize(
    "search", [Search(text="messages wait"), Search(text="waiting", chosen={"stage": ("proven",)})]
)
def test_words_and_choices_are_looked_at_as_in_the_library(cast: Cast, search: Search) -> None:
    saved(cast, search=search)
    shared(cast)

    assert len(letters(last_event())) == 1


def test_a_search_that_does_not_tell_is_silent(cast: Cast) -> None:
    saved(cast, notifies=False)
    shared(cast)

    assert letters(last_event()) == {}


def test_of_what_is_not_open_neither_title_nor_search_is_named(cast: Cast) -> None:
    saved(cast)
    shared(cast, Label.AMBER)

    (told,) = letters(last_event()).values()
    assert (told["label"], told["title"], told["search"]) == ("TLP:AMBER", "", "")


def test_widening_tells_those_who_were_not_told_before(cast: Cast) -> None:
    saved(cast)
    practice = drafted(cast, Label.AMBER)
    act(
        cast.actor("alice"), set_readers, practice, audience(Label.AMBER, organisations=[cast.secretariat.pk])
    )
    from practices.services.practices import share_practice_directly

    practice = act(cast.actor("sven"), share_practice_directly, practice)
    assert letters(last_event()) == {}

    wider = audience(Label.AMBER, organisations=[cast.secretariat.pk, cast.beacon.pk])
    act(cast.actor("sven"), set_readers, practice, wider)
    event = last_event()
    assert list(letters(event)) == [cast.carol.email]

    Delivery.objects.create(
        event=event, recipient_id=cast.carol.pk, tenant_id=cast.beacon.pk, channel=Channel.INBOX
    )
    cedar = make_organisation("cedar-forum")
    wider = audience(Label.AMBER, organisations=[*wider.organisations, cedar.pk])
    act(cast.actor("sven"), set_readers, practice, wider)
    assert last_event() != event
    assert letters(last_event()) == {}


def test_nobody_is_told_what_they_shared_themselves(cast: Cast) -> None:
    saved(cast, "sven")
    shared(cast, Label.AMBER)

    assert letters(last_event()) == {}


def test_a_name_is_taken_once_and_an_empty_search_is_none(cast: Cast) -> None:
    first = saved(cast)
    with pytest.raises(DomainError, match="of this name"):
        saved(cast)
    with pytest.raises(DomainError, match="Search for something"):
        saved(cast, search=Search())
    with pytest.raises(DomainError, match="invisible"):
        act(cast.actor("carol"), save_search, GROOMING, name="Groo\u202eming", notifies=True)

    act(cast.actor("carol"), edit_search, first, name="Grooming", notifies=False)
    assert not SavedSearch.objects.filter(notifies=True).exists()


def test_only_its_person_changes_or_deletes_a_search(cast: Cast) -> None:
    kept = saved(cast)
    for service, given in ((edit_search, {"name": "x", "notifies": True}), (delete_search, {})):
        with pytest.raises((Forbidden, SavedSearch.DoesNotExist)):
            act(cast.actor("alice"), service, kept, **given)

    act(cast.actor("carol"), delete_search, kept)
    with acting_as(SYSTEM):
        assert not SavedSearch.objects.exists()
