"""Saved searches by use or by language: of what begins to answer them, once, within what each may see."""

from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery, Pace
from practices.access import person_token
from practices.audiences import Audience, audience
from practices.enums import AdoptionState, Label, PracticeState
from practices.models import Adoption, Practice, SavedSearch, Translation
from practices.queries.search import Search
from practices.services.adoptions import (
    AdoptionResultInput,
    AdoptionStepInput,
    add_result,
    change_adoption,
    set_adoption_readers,
)
from practices.services.audiences import set_readers
from practices.services.searches import delete_search, edit_search, notify_saved_searches
from practices.services.translations import share_translation
from tests.factories import Cast
from tests.factories.adoptions import DAY, make_adoption
from tests.factories.practices import call_as, make_shared
from tests.practices.services.test_searches import deliver, last_event, letters, saved
from tests.practices.services.test_translations import TEXTS, offer
from tests.support.digest_days import choose_pace, let_a_week_pass
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db


def test_a_use_and_its_result_answer_searches_that_ask_for_uses(cast: Cast) -> None:
    practice = make_shared(cast)
    saved(cast, "alice", Search(filters={"use": ("measured",)}))
    saved(cast, "bob", Search(filters={"use": ("in_use",), "harms": ("grooming",)}))
    saved(cast, "mona")  # of the practice itself, which is not new
    use = make_adoption(cast.actor("carol"), practice, state=AdoptionState.IN_USE)
    assert list(letters(last_event())) == [cast.bob.email]
    deliver(cast, "bob", last_event())

    result = AdoptionResultInput(what="Contact", before=Decimal(4), after=Decimal(2))
    call_as(cast.actor("carol"), add_result, use, result)
    event = last_event()
    (context,) = letters(event).items()
    # that there is a use is not everybody's to know: no letter says so
    assert (context[0], context[1]["title"], context[1]["search"]) == (cast.alice.email, "", "")
    deliver(cast, "alice", event)
    call_as(cast.actor("carol"), add_result, use, result)
    assert last_event() == event


def test_a_use_that_one_does_not_see_or_beside_others_is_no_news(cast: Cast) -> None:
    practice = make_shared(cast)
    saved(cast, "alice", Search(filters={"use": ("in_use",)}))
    named = audience(Label.RED, people=[person_token(cast.carol.pk, cast.beacon.pk)])
    use = make_adoption(cast.actor("carol"), practice, state=AdoptionState.IN_USE, readers=named)
    assert letters(last_event()) == {}
    call_as(cast.actor("carol"), set_adoption_readers, use, audience(Label.GREEN))
    assert list(letters(last_event())) == [cast.alice.email]

    make_adoption(cast.actor("sven"), practice, state=AdoptionState.IN_USE)
    assert (last_event().target_id != use.pk, letters(last_event())) == (True, {})


def first_event_of(use: Adoption) -> Event:
    return Event.objects.filter(kind="search.match", target_id=use.pk).earliest("pk")


def measure(cast: Cast, use: Adoption, **changes: Any) -> None:
    result = AdoptionResultInput(what="Contact", before=Decimal(4), after=Decimal(2), **changes)
    call_as(cast.actor("carol"), add_result, use, result)


def readers_of_use(cast: Cast, label: str) -> Audience:
    """Aurora's staff, of it Bob alone where people are named, besides Carol's own organisation."""
    if label == Label.RED:
        tokens = [person_token(cast.carol.pk, cast.beacon.pk), person_token(cast.bob.pk, cast.aurora.pk)]
        return audience(label, people=tokens)
    return audience(label, organisations=[cast.aurora.pk] if label != Label.GREEN else [])


@pytest.mark.parametrize(
    ("label", "names"),
    [
        (Label.GREEN, {"alice", "bob", "mona", "rita", "sven"}),
        (Label.AMBER, {"alice", "bob", "sven"}),
        (Label.AMBER_STRICT, {"alice", "bob", "sven"}),
        (Label.RED, {"bob"}),
    ],
)
def test_of_a_use_its_readers_alone_are_notified_under_its_label(
    cast: Cast, label: str, names: set[str]
) -> None:
    for name in ("alice", "bob", "carol", "mona", "rita", "sven"):
        saved(cast, name, Search(filters={"use": ("measured",)}))
    practice, readers = make_shared(cast), readers_of_use(cast, label)
    use = make_adoption(cast.actor("carol"), practice, state=AdoptionState.IN_USE, readers=readers)
    measure(cast, use)

    contexts = letters(last_event())
    assert set(contexts) == {getattr(cast, name).email for name in names}
    named = {(context["label"], context["title"], context["search"]) for context in contexts.values()}
    assert named == {(Label(label).label, "", "")}


def test_whoever_was_notified_of_the_practice_is_notified_of_its_use_by_the_search_for_uses(
    cast: Cast,
) -> None:
    saved(cast, "alice")
    saved(cast, "alice", Search(filters={"use": ("in_use",)}), name="In use")
    saved(cast, "alice", Search(filters={"use": ("measured",)}), name="Measured")
    practice = make_shared(cast)
    assert list(letters(last_event())) == [cast.alice.email]
    deliver(cast, "alice", last_event())

    use = make_adoption(cast.actor("carol"), practice, state=AdoptionState.IN_USE)
    assert list(letters(last_event())) == [cast.alice.email]
    deliver(cast, "alice", last_event())
    measure(cast, use)
    assert list(letters(last_event())) == [cast.alice.email]


def use_for_its_people(cast: Cast, state: str = AdoptionState.IN_USE) -> Adoption:
    """Of Carol's organisation, that Carol alone reads."""
    named = audience(Label.RED, people=[person_token(cast.carol.pk, cast.beacon.pk)])
    return make_adoption(cast.actor("carol"), make_shared(cast), state=state, readers=named)


def test_after_other_readers_of_a_use_a_first_result_is_still_news(cast: Cast) -> None:
    saved(cast, "alice", Search(filters={"use": ("in_use",)}), name="In use")
    saved(cast, "alice", Search(filters={"use": ("measured",)}), name="Measured")
    saved(cast, "bob", Search(filters={"use": ("measured",)}))
    use = use_for_its_people(cast)
    call_as(cast.actor("carol"), set_adoption_readers, use, audience(Label.GREEN))
    assert list(letters(last_event())) == [cast.alice.email]
    deliver(cast, "alice", last_event())

    measure(cast, use)
    assert set(letters(last_event())) == {cast.alice.email, cast.bob.email}


def test_with_other_readers_of_a_measured_use_its_result_is_news(cast: Cast) -> None:
    saved(cast, "alice", Search(filters={"use": ("measured",)}))
    use = use_for_its_people(cast, AdoptionState.CONSIDERING)
    measure(cast, use)
    call_as(cast.actor("carol"), set_adoption_readers, use, audience(Label.GREEN))

    assert (last_event().data["uses"], list(letters(last_event()))) == (["measured"], [cast.alice.email])


def practice_measured_on_a_game(cast: Cast) -> Practice:
    """Aurora's own, on a service of which others can have one like it."""
    practice = make_shared(cast)
    own = make_adoption(cast.actor("sven"), practice, state=AdoptionState.CONSIDERING)
    result = AdoptionResultInput(what="Contact", before=Decimal(4), after=Decimal(2), service_kind="game")
    call_as(cast.actor("sven"), add_result, own, result)
    return practice


def end_and_begin_again(cast: Cast, use: Adoption) -> None:
    for state in (AdoptionState.DISCONTINUED, AdoptionState.IN_USE):
        use.refresh_from_db()
        step = AdoptionStepInput(state, DAY, "")
        call_as(cast.actor("carol"), change_adoption, use, step, version=use.version)


def test_a_message_of_what_is_in_use_says_nothing_of_a_service_like_ours(cast: Cast) -> None:
    """So the result that shows it to be one is news, once."""
    practice = practice_measured_on_a_game(cast)
    for value in ("in_use", "like_ours"):
        saved(cast, "alice", Search(filters={"use": (value,)}), name=value)
    use = make_adoption(cast.actor("carol"), practice, state=AdoptionState.IN_USE)
    deliver(cast, "alice", last_event())
    measure(cast, use, service_kind="messenger")
    assert letters(last_event()) == {}
    measure(cast, use, service_kind="game")
    assert list(letters(last_event())) == [cast.alice.email]
    deliver(cast, "alice", last_event())

    end_and_begin_again(cast, use)
    assert (last_event().data["uses"], letters(last_event())) == (["in_use", "like_ours"], {})


def test_another_result_is_no_news_of_a_use_on_a_service_like_ours(cast: Cast) -> None:
    """Whenever it is asked: the first one is told of after the second, too."""
    practice = practice_measured_on_a_game(cast)
    saved(cast, "alice", Search(filters={"use": ("like_ours",)}))
    use = make_adoption(cast.actor("carol"), practice, state=AdoptionState.IN_USE)
    measure(cast, use, service_kind="game")
    first = last_event()
    deliver(cast, "alice", first)

    measure(cast, use, service_kind="messenger")
    assert (last_event() != first, letters(last_event())) == (True, {})
    assert list(letters(first)) == [cast.alice.email]


def test_after_a_message_of_its_use_the_practice_is_news_of_other_searches(cast: Cast) -> None:
    practice = make_shared(cast)
    for name in ("alice", "bob"):
        saved(cast, name, Search(filters={"use": ("in_use",)}), name="In use")
    make_adoption(cast.actor("carol"), practice, state=AdoptionState.IN_USE)
    for name in ("alice", "bob"):
        deliver(cast, name, last_event())
    saved(cast, "alice")

    call_as(cast.actor("sven"), notify_saved_searches, practice)
    contexts = letters(last_event())
    assert {address: each["search"] for address, each in contexts.items()} == {cast.alice.email: "Grooming"}
    deliver(cast, "alice", last_event())
    call_as(cast.actor("sven"), notify_saved_searches, practice)
    assert letters(last_event()) == {}


def test_a_use_that_ends_and_begins_again_is_notified_once(cast: Cast) -> None:
    saved(cast, "alice", Search(filters={"use": ("in_use",)}))
    use = make_adoption(cast.actor("carol"), make_shared(cast), state=AdoptionState.IN_USE)
    deliver(cast, "alice", last_event())
    end_and_begin_again(cast, use)

    assert (last_event() != first_event_of(use), letters(last_event())) == (True, {})


def test_what_answered_a_search_before_is_no_news_of_it(cast: Cast) -> None:
    """It was saved when the practice answered it already."""
    practice = make_shared(cast)
    use = make_adoption(cast.actor("carol"), practice, state=AdoptionState.IN_USE)
    measure(cast, use)
    saved(cast, "alice", Search(filters={"use": ("measured",)}))
    saved(cast, "bob", Search(filters={"read_in": ("en", "ru")}))
    end_and_begin_again(cast, use)
    measure(cast, use, service_kind="game")
    named = audience(Label.AMBER, organisations=[cast.aurora.pk])
    call_as(cast.actor("carol"), set_adoption_readers, use, named)
    call_as(cast.actor("carol"), set_adoption_readers, use, audience(Label.GREEN))
    call_as(cast.actor("mona"), share_translation, offer(cast, "alice", practice))

    begun = Event.objects.filter(kind="search.match").exclude(target_id=practice.pk, data={})
    assert [letters(event) for event in begun] == [{}] * 4


def test_a_message_of_the_practice_that_was_made_late_is_of_its_use_too(cast: Cast) -> None:
    practice = make_shared(cast)
    saved(cast, "rita", Search(filters={"use": ("in_use",)}))
    make_adoption(cast.actor("carol"), practice, state=AdoptionState.IN_USE)
    run_all_jobs()

    with acting_as(SYSTEM):
        items = Delivery.objects.filter(
            event__kind="search.match", recipient=cast.rita, channel=Channel.INBOX
        )
        assert [item.event.target_type for item in items] == ["practices.practice"]


def test_of_two_uses_at_once_the_first_is_notified_whenever_it_is_asked(cast: Cast) -> None:
    """By the job that waited, and by the digest of the next morning."""
    practice = make_shared(cast)
    for name in ("alice", "rita"):
        saved(cast, name, Search(filters={"use": ("in_use",)}))
    first = make_adoption(cast.actor("carol"), practice, state=AdoptionState.IN_USE)
    second = make_adoption(cast.actor("sven"), practice, state=AdoptionState.IN_USE)

    assert set(letters(first_event_of(first))) == {cast.alice.email, cast.rita.email}
    assert letters(first_event_of(second)) == {}


def lines_in_digests(cast: Cast) -> list[int]:
    """How often each letter of the morning to Rita says it; none names the search or the practice."""
    let_a_week_pass()
    texts = [letter.body for letter in mail.outbox if letter.to == [cast.rita.email]]
    mail.outbox = []
    assert not [text for text in texts if "Grooming" in text or "Slow the first message" in text]
    return [text.count("New match for one of your searches") for text in texts]


@pytest.fixture
def waiting_line(cast: Cast) -> Adoption:
    """Rita, who has one letter a day, looks for what is in use; by the evening two use it."""
    choose_pace(cast.rita.pk, Pace.DAILY)
    practice = make_shared(cast)
    run_all_jobs()
    saved(cast, "rita", Search(filters={"use": ("in_use",)}))
    use = make_adoption(cast.actor("carol"), practice, state=AdoptionState.IN_USE)
    run_all_jobs()
    make_adoption(cast.actor("sven"), practice, state=AdoptionState.IN_USE)
    run_all_jobs()
    mail.outbox = []
    return use


def test_a_digest_says_once_that_a_use_answers_a_search_and_not_of_what(
    cast: Cast, waiting_line: Adoption
) -> None:
    with acting_as(SYSTEM):
        items = Delivery.objects.filter(
            event__kind="search.match", recipient=cast.rita, channel=Channel.INBOX
        )
        assert items.count() == 1
    assert lines_in_digests(cast) == [1]
    assert lines_in_digests(cast) == []


@pytest.mark.parametrize("change", ["delete", "silence", "narrow the use", "recall"])
def test_the_line_of_a_digest_goes_with_the_search_and_with_access(
    cast: Cast, waiting_line: Adoption, change: str
) -> None:
    with acting_as(SYSTEM):
        search = SavedSearch.objects.get()
        if change == "recall":
            Practice.objects.update(state=PracticeState.RECALLED, label=Label.RED)
    if change == "delete":
        call_as(cast.actor("rita"), delete_search, search)
    elif change == "silence":
        call_as(cast.actor("rita"), edit_search, search, name="Grooming", notifies=False)
    elif change == "narrow the use":
        staff = audience(Label.AMBER_STRICT, organisations=[cast.beacon.pk])
        call_as(cast.actor("carol"), set_adoption_readers, waiting_line, staff)

    assert sum(lines_in_digests(cast)) == 0


def test_a_letter_that_only_uses_explain_bears_their_label(cast: Cast) -> None:
    """It came with other readers of the practice, and leaves the portal as the uses do."""
    practice = make_shared(cast, Label.AMBER)
    saved(cast, "alice", Search(filters={"use": ("in_use",)}))
    staff = audience(Label.AMBER_STRICT, organisations=[cast.aurora.pk])
    make_adoption(cast.actor("sven"), practice, state=AdoptionState.IN_USE, readers=staff)
    wider = audience(Label.AMBER, organisations=[cast.secretariat.pk, cast.beacon.pk])
    call_as(cast.actor("sven"), set_readers, practice, wider)

    (context,) = letters(last_event()).values()
    assert (context["label"], context["title"]) == ("TLP:AMBER+STRICT", "")


def test_a_translation_answers_searches_for_its_language_once(cast: Cast) -> None:
    practice = make_shared(cast)
    saved(cast, search=Search(filters={"read_in": ("ru",)}))
    saved(cast, "bob", Search(filters={"read_in": ("en",)}))
    call_as(cast.actor("mona"), share_translation, offer(cast, "alice", practice))
    event = last_event()
    ((address, context),) = letters(event).items()
    assert (address, context["title"]) == (cast.carol.email, "Slow the first message")

    anew = offer(cast, "alice", practice, texts={**TEXTS, "title": "Другое название"})
    call_as(cast.actor("mona"), share_translation, anew)
    assert last_event() == event


def test_in_the_place_of_one_that_only_earlier_readers_have_a_translation_is_news(cast: Cast) -> None:
    practice = make_shared(cast)
    call_as(cast.actor("mona"), share_translation, offer(cast, "alice", practice))
    with acting_as(SYSTEM):
        Translation.objects.update(earlier_readers=[f"staff:{cast.aurora.pk}"])
    saved(cast, search=Search(filters={"read_in": ("ru",)}))
    anew = offer(cast, "alice", practice, texts={**TEXTS, "title": "Другое название"})
    call_as(cast.actor("mona"), share_translation, anew)

    assert list(letters(last_event())) == [cast.carol.email]
