"""Translations: by authors or offered by a reader, through moderation where a practice is open, marked when behind."""

from typing import Any

import pytest
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Faults, Forbidden, WrongState
from practices.enums import Label, PracticeState, TranslationState
from practices.models import Practice, Translation
from practices.services.translations import (
    accept_translation,
    decline_translation,
    offer_translation,
    share_translation,
)
from practices.translated_texts import in_other_words, translatable_texts
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


def test_a_writers_own_waits_for_the_secretariat_and_of_named_readers_it_is_read_at_once(cast: Cast) -> None:
    practice = make_shared(cast)
    assert offer(cast, "alice", practice).state == TranslationState.IN_MODERATION
    named = make_shared(cast)
    set_label_directly(named, Label.AMBER_STRICT, reader_organisations=[cast.beacon.pk])
    first = offer(cast, "alice", named)
    assert first.state == TranslationState.SHARED
    with acting_as(cast.actor("mona")):
        assert not Translation.objects.visible_to(cast.actor("mona")).filter(practice=named).exists()

    second = offer(cast, "sven", named, texts={**TEXTS, "title": "Другое название"})
    first.refresh_from_db()
    assert (first.state, second.state) == (TranslationState.REPLACED, TranslationState.SHARED)


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


def test_a_translation_that_is_behind_says_so_and_changes_no_number(cast: Cast, client: Client) -> None:
    practice = make_shared(cast)
    translation = offer(cast, "alice", practice)
    call_as(cast.actor("mona"), share_translation, translation)
    make_next_version(cast, practice, summary="It waits longer.", note="It waits longer.")
    client.force_login(cast.carol)
    page = client.get(f"/workspace/practices/translations/{translation.key}/")
    assert "The translation is behind" in page.text

    content = {
        "title": "One", "sample_size": "7", "harms": ["grooming"],
        "steps": [{"text": "Wait.", "by": "person"}], "effects": [{"what": "Contact", "before": "4", "after": "2"}],
    }  # fmt: skip
    names = [text.name for text in translatable_texts(content)]
    assert names == ["title", "steps-0-text", "effects-0-what"]
    other = in_other_words(
        content, {"title": "Один", "effects-0-what": "Контакт", "effects-9-what": "x", "harms": "x"}
    )
    assert other == {
        **content,
        "title": "Один",
        "effects": [{"what": "Контакт", "before": "4", "after": "2"}],
    }
