"""Saved searches: stored under a name of one's own, notifying of what is new, once."""

from datetime import timedelta

import pytest

from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery
from practices.audiences import audience
from practices.enums import Label
from practices.models import Practice, SavedSearch
from practices.notify.searches import NOTICES
from practices.queries.search import Search
from practices.services.audiences import set_readers
from practices.services.searches import delete_search, edit_search, save_search
from tests.factories import Cast
from tests.factories.cast import make_organisation
from tests.factories.practices import call_as, make_draft, make_shared

pytestmark = pytest.mark.django_db
GROOMING = Search(filters={"harms": ("grooming",)})


def saved(
    cast: Cast,
    person: str = "carol",
    search: Search = GROOMING,
    *,
    name: str = "Grooming",
    notifies: bool = True,
) -> SavedSearch:
    saved_search: SavedSearch = call_as(cast.actor(person), save_search, search, name=name, notifies=notifies)
    return saved_search


def letters(event: Event) -> dict[str, dict[str, object]]:
    """Who is notified of what, by e-mail address."""
    (notice,) = NOTICES
    contexts = {}
    with acting_as(SYSTEM):
        recipients = list(notice.recipients(event))
    for recipient in recipients:
        with acting_as(recipient.actor):
            context = notice.context(recipient.actor, event)
        if context:
            contexts[recipient.email] = dict(context)
    return contexts


def last_event() -> Event:
    return Event.objects.filter(kind="search.match").latest("pk")


def test_a_person_who_saved_a_search_is_notified_when_a_practice_answers_it(cast: Cast) -> None:
    saved(cast)
    practice = make_shared(cast)

    contexts = letters(last_event())

    assert list(contexts) == [cast.carol.email]
    assert contexts[cast.carol.email]["title"] == "Slow the first message"
    assert str(practice.key) in str(contexts[cast.carol.email]["url"])


@pytest.mark.parametrize(
    "search",
    [
        Search(filters={"harms": ("suicide",)}),
        Search(filters={"harms": ("grooming",), "kind": ("tool",)}),
        Search(text="xylophone"),
        Search(text="message", filters={"harms": ("suicide",)}),
    ],
)
def test_what_does_not_answer_a_search_is_not_notified(cast: Cast, search: Search) -> None:
    saved(cast, search=search)
    make_shared(cast)

    assert letters(last_event()) == {}


@pytest.mark.parametrize(("language", "is_notified"), [("en", True), ("ru", False)])
def test_what_differs_by_reader_is_asked_of_each(cast: Cast, language: str, is_notified: bool) -> None:
    saved(cast, search=Search(filters={"harms": ("grooming",), "read_in": (language,)}))
    make_shared(cast)

    assert list(letters(last_event())) == [cast.carol.email] * is_notified


@pytest.mark.parametrize(
    "search", [Search(text="messages wait"), Search(text="waiting", filters={"stage": ("proven",)})]
)
def test_words_and_choices_are_looked_at_as_in_the_library(cast: Cast, search: Search) -> None:
    saved(cast, search=search)
    make_shared(cast)

    assert len(letters(last_event())) == 1


@pytest.mark.parametrize(
    ("search", "is_notified"),
    [
        (Search(text="sextortion"), True),
        (Search(text="sextortion", only=True), False),
        (Search(text="messages", only=True), True),
    ],
)
def test_whoever_looks_for_the_words_alone_is_not_notified_of_synonyms(
    cast: Cast, search: Search, is_notified: bool
) -> None:
    saved(cast, search=search)
    make_shared(cast)

    assert list(letters(last_event())) == [cast.carol.email] * is_notified


@pytest.mark.parametrize("expired", [False, True])
def test_of_an_alert_that_has_run_out_those_are_notified_who_look_for_such(cast: Cast, expired: bool) -> None:
    saved(cast, search=Search(filters={"harms": ("grooming",)}, expired=expired))
    practice = make_shared(cast)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(expires_on=today() - timedelta(days=1))

    assert list(letters(last_event())) == [cast.carol.email] * expired


def test_a_search_without_notifications_is_silent(cast: Cast) -> None:
    saved(cast, notifies=False)
    make_shared(cast)

    assert letters(last_event()) == {}


def test_of_what_is_not_open_neither_title_nor_search_is_named(cast: Cast) -> None:
    saved(cast)
    make_shared(cast, Label.AMBER)

    (context,) = letters(last_event()).values()
    assert (context["label"], context["title"], context["search"]) == ("TLP:AMBER", "", "")


def test_widening_notifies_those_who_were_not_notified_before(cast: Cast) -> None:
    saved(cast)
    practice = make_draft(cast, Label.AMBER)
    call_as(
        cast.actor("alice"), set_readers, practice, audience(Label.AMBER, organisations=[cast.secretariat.pk])
    )
    from practices.services.practices import share_practice_directly

    practice = call_as(cast.actor("sven"), share_practice_directly, practice)
    assert letters(last_event()) == {}

    wider = audience(Label.AMBER, organisations=[cast.secretariat.pk, cast.beacon.pk])
    call_as(cast.actor("sven"), set_readers, practice, wider)
    event = last_event()
    assert list(letters(event)) == [cast.carol.email]

    Delivery.objects.create(
        event=event, recipient_id=cast.carol.pk, tenant_id=cast.beacon.pk, channel=Channel.INBOX
    )
    cedar = make_organisation("cedar-forum")
    wider = audience(Label.AMBER, organisations=[*wider.organisations, cedar.pk])
    call_as(cast.actor("sven"), set_readers, practice, wider)
    assert last_event() != event
    assert letters(last_event()) == {}


def deliver(cast: Cast, name: str, event: Event) -> None:
    person = getattr(cast, name)
    organisation = cast.actor(name).tenant_id
    Delivery.objects.create(
        event=event, recipient_id=person.pk, tenant_id=organisation, channel=Channel.INBOX
    )


def test_nobody_is_notified_of_what_they_shared_themselves(cast: Cast) -> None:
    saved(cast, "sven")
    make_shared(cast, Label.AMBER)

    assert letters(last_event()) == {}


def test_a_name_is_taken_once_and_an_empty_search_is_none(cast: Cast) -> None:
    first = saved(cast)
    with pytest.raises(DomainError, match="of this name"):
        saved(cast)
    with pytest.raises(DomainError, match="Search for something"):
        saved(cast, search=Search())
    with pytest.raises(DomainError, match="invisible"):
        call_as(cast.actor("carol"), save_search, GROOMING, name="Groo\u202eming", notifies=True)

    call_as(cast.actor("carol"), edit_search, first, name="Grooming", notifies=False)
    assert not SavedSearch.objects.filter(notifies=True).exists()


def test_only_its_person_changes_or_deletes_a_search(cast: Cast) -> None:
    saved_search = saved(cast)
    for service, fields in ((edit_search, {"name": "x", "notifies": True}), (delete_search, {})):
        with pytest.raises((Forbidden, SavedSearch.DoesNotExist)):
            call_as(cast.actor("alice"), service, saved_search, **fields)

    call_as(cast.actor("carol"), delete_search, saved_search)
    with acting_as(SYSTEM):
        assert not SavedSearch.objects.exists()
