"""Translations: by authors or offered by a reader, through moderation where a practice is open, marked when behind."""

from typing import Any

import pytest
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as, needs_step_up
from portal.kernel.errors import DomainError, Faults, Forbidden, WrongState
from practices.enums import Label, PracticeState, TranslationState
from practices.models import Practice, Translation
from practices.queries.search import find_practices, parse_search
from practices.services.translations import (
    accept_translation,
    decline_translation,
    offer_translation,
    share_translation,
    take_back_translation,
    withdraw_translation,
)
from practices.translated_texts import carry_over, in_other_words
from tests.factories import Cast
from tests.factories.discussion import set_label_directly
from tests.factories.practices import call_as, make_next_version, make_shared
from tests.support.notifications import clear_notifications, inbox_lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]
TEXTS = {"title": "Отложить первое сообщение", "summary": "Сообщение незнакомца приходит позже."}


def offer(cast: Cast, who: str, practice: Practice, **changes: Any) -> Translation:
    facts: dict[str, Any] = {"language": "ru", "version_number": 1, "texts": TEXTS, **changes}
    translation: Translation = call_as(cast.actor(who), offer_translation, practice, **facts)
    return translation


def test_a_readers_translation_is_read_once_the_source_and_the_secretariat_have_let_it_through(
    cast: Cast, client: Client
) -> None:
    practice = make_shared(cast)
    clear_notifications()
    translation = offer(cast, "carol", practice)
    assert translation.state == TranslationState.OFFERED
    assert [name for name, _line in inbox_lines()] == ["Alice", "Sven"]
    for who in ("carol", "bob"):
        with pytest.raises(Forbidden):
            call_as(cast.actor(who), accept_translation, translation)
    # the secretariat does not read what the source has not accepted
    with pytest.raises(Translation.DoesNotExist):
        call_as(cast.actor("mona"), share_translation, translation)

    call_as(cast.actor("alice"), accept_translation, translation)
    clear_notifications()
    with pytest.raises(Forbidden):
        call_as(cast.actor("alice"), share_translation, translation)
    call_as(cast.actor("mona"), share_translation, translation)

    cast.carol.language = "ru"
    cast.carol.save()
    client.force_login(cast.carol)
    client.cookies["django_language"] = "ru"
    url = f"/workspace/practices/{practice.key}/"
    page = client.get(url, headers={"accept-language": "ru"})
    assert TEXTS["title"] in page.text
    assert TEXTS["title"] not in client.get(f"{url}?original=1", headers={"accept-language": "ru"}).text
    # it is found by its words, in the index of everybody who may read the practice
    library = client.get("/workspace/practices/?text=незнакомца", headers={"accept-language": "ru"})
    assert str(practice.key) in library.text


def test_a_writers_own_waits_for_the_secretariat_and_a_named_one_for_a_signatory(cast: Cast) -> None:
    practice = make_shared(cast)
    assert offer(cast, "alice", practice).state == TranslationState.IN_MODERATION
    named = make_named(cast)
    clear_notifications()
    first = offer(cast, "alice", named)
    assert first.state == TranslationState.OFFERED
    assert [name for name, _line in inbox_lines()] == ["Sven"]
    assert needs_step_up("translation.share")
    for step in (accept_translation, share_translation):
        with pytest.raises(Forbidden):
            call_as(cast.actor("alice"), step, first)
    assert names_of_readers(cast, first) == {"alice", "sven", "bob"}
    call_as(cast.actor("sven"), share_translation, first)
    assert names_of_readers(cast, first) == {"alice", "sven", "bob", "carol"}

    second = offer(cast, "sven", named, texts={**TEXTS, "title": "Другое название"})
    call_as(cast.actor("sven"), share_translation, second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (TranslationState.REPLACED, TranslationState.SHARED)


def make_named(cast: Cast) -> Practice:
    named = make_shared(cast)
    set_label_directly(named, Label.AMBER_STRICT, reader_organisations=[cast.beacon.pk])
    return named


def names_of_readers(cast: Cast, translation: Translation) -> set[str]:
    def sees(name: str) -> bool:
        with acting_as(cast.actor(name)):
            return Translation.objects.visible_to(cast.actor(name)).filter(pk=translation.pk).exists()

    return {name for name in ("alice", "sven", "bob", "carol", "mona") if sees(name)}


def practices_found(cast: Cast, text: str) -> list[int]:
    """Whose practices Carol finds by it."""
    with acting_as(cast.actor("carol")) as carol:
        return list(find_practices(carol, parse_search({"text": [text]})).ids)


def test_each_state_has_a_way_back_before_a_translation_is_read_and_a_way_out_after(cast: Cast) -> None:
    practice = make_shared(cast)
    translation = offer(cast, "carol", practice)
    call_as(cast.actor("alice"), accept_translation, translation)
    assert "mona" in names_of_readers(cast, translation)
    with pytest.raises(Forbidden):
        call_as(cast.actor("carol"), take_back_translation, translation)
    call_as(cast.actor("alice"), take_back_translation, translation)
    translation.refresh_from_db()
    assert translation.state == TranslationState.OFFERED
    assert names_of_readers(cast, translation) == {"alice", "sven", "bob", "carol"}
    with pytest.raises(Forbidden):
        call_as(cast.actor("alice"), withdraw_translation, translation)
    call_as(cast.actor("carol"), withdraw_translation, translation)
    translation.refresh_from_db()
    assert translation.state == TranslationState.WITHDRAWN

    shared = offer(cast, "alice", practice)
    call_as(cast.actor("mona"), share_translation, shared)
    assert practices_found(cast, "незнакомца") == [practice.pk]
    call_as(cast.actor("sven"), decline_translation, shared, "It says something else.")
    assert practices_found(cast, "незнакомца") == []
    assert names_of_readers(cast, shared) == {"alice", "sven", "bob", "mona"}


def test_a_translation_of_an_earlier_version_does_not_replace_one_of_a_newer(cast: Cast) -> None:
    practice = make_shared(cast)
    earlier = offer(cast, "alice", practice)
    make_next_version(cast, practice, summary="It waits longer.", note="It waits longer.")
    newer = offer(cast, "alice", practice, version_number=2)
    call_as(cast.actor("mona"), share_translation, newer)
    with pytest.raises(WrongState, match="newer version"):
        call_as(cast.actor("mona"), share_translation, earlier)
    newer.refresh_from_db()
    assert newer.state == TranslationState.SHARED


def test_a_version_that_is_shared_meanwhile_loses_nothing_that_was_typed(cast: Cast, client: Client) -> None:
    practice = make_shared(cast)
    make_next_version(cast, practice, summary="It waits longer.", note="It waits longer.")
    client.force_login(cast.carol)
    url = f"/workspace/practices/{practice.key}/translate/ru/"
    page = client.post(url, {"version": "1", **TEXTS})
    assert page.status_code == 422
    assert "There is a newer version" in page.text
    form = page.context["form"]
    assert (form["version"].value(), form["title"].value(), form["summary"].value()) == (
        2,
        TEXTS["title"],
        None,
    )
    # the original of the summary has changed: its translation stands above, to be copied from
    assert [translated for _original, translated in page.context["outdated"]] == [TEXTS["summary"]]
    assert TEXTS["summary"] in page.text
    assert client.post(url, {"version": "2", **TEXTS}).status_code == 302


def test_a_recalled_or_outdated_version_is_not_translated(cast: Cast) -> None:
    practice = make_shared(cast)
    waiting = offer(cast, "carol", practice)
    make_next_version(cast, practice, summary="It waits longer.", note="It waits longer.")
    with pytest.raises(WrongState, match="newer version"):
        offer(cast, "carol", practice)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state=PracticeState.RECALLED)
        waiting.refresh_from_db()
    with pytest.raises(WrongState, match="no longer shared"):
        call_as(cast.actor("alice"), accept_translation, waiting)
    call_as(cast.actor("alice"), decline_translation, waiting, "It is recalled.")
    with acting_as(cast.actor("carol")):
        assert not Translation.objects.visible_to(cast.actor("carol")).exists()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"language": "en"}, DomainError),
        ({"language": "xx"}, DomainError),
        ({"texts": {"title": "Только название"}}, DomainError),
        ({"texts": {**TEXTS, "title": "x" * 500}}, Faults),
    ],
)
def test_invalid_translations_are_refused(
    cast: Cast, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        offer(cast, "carol", make_shared(cast), **changes)


def test_a_translation_that_is_behind_says_so_and_translates_nothing_that_has_changed(
    cast: Cast, client: Client
) -> None:
    practice = make_shared(cast)
    translation = offer(cast, "alice", practice)
    call_as(cast.actor("mona"), share_translation, translation)
    make_next_version(cast, practice, summary="It waits longer.", note="It waits longer.")
    client.force_login(cast.carol)
    page = client.get(f"/workspace/practices/translations/{translation.key}/")
    assert "The translation is behind" in page.text
    cast.carol.language = "ru"
    cast.carol.save()
    client.cookies["django_language"] = "ru"
    page = client.get(f"/workspace/practices/{practice.key}/", headers={"accept-language": "ru"})
    assert page.context["translation_is_behind"]
    reading = page.context["reading"].values
    assert (reading["title"], reading["summary"]) == (TEXTS["title"], "It waits longer.")


def test_texts_of_a_translation_go_with_their_originals_into_a_newer_version() -> None:
    def step(text: str) -> dict[str, str]:
        return {"text": text, "by": "person"}

    effect = {"what": "Contact", "before": "4", "after": "2"}
    content = {
        "title": "One", "summary": "Two.", "sample_size": "7", "harms": ["grooming"],
        "steps": [step("Wait."), step("Do not ask.")], "effects": [effect],
    }  # fmt: skip
    texts = {
        "title": "Один", "summary": "Два.", "steps-0-text": "Подождать.", "steps-1-text": "Не спрашивать.",
        "effects-0-what": "Контакт", "effects-9-what": "x", "harms": "x",
    }  # fmt: skip
    assert in_other_words(content, texts) == {
        **content, "title": "Один", "summary": "Два.", "steps": [step("Подождать."), step("Не спрашивать.")],
        "effects": [{**effect, "what": "Контакт"}],
    }  # fmt: skip

    # one step is new and stands first, one has gone, one number and one text are others
    after = {
        **content, "summary": "Three.", "steps": [step("Ask."), step("Wait.")],
        "effects": [{**effect, "after": "3"}],
    }  # fmt: skip
    carried = carry_over(content, after, texts)
    assert in_other_words(after, carried.texts) == {
        **after, "title": "Один", "steps": [step("Ask."), step("Подождать.")],
        "effects": [{**effect, "what": "Контакт", "after": "3"}],
    }  # fmt: skip
    assert carried.outdated == [("Two.", "Два."), ("Do not ask.", "Не спрашивать.")]
