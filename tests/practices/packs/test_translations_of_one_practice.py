"""Several files that translate one practice: which one comes in, what it replaces, and each sentence about it."""

from pathlib import Path

import pytest
from django.test import Client

from portal.kernel.errors import Conflict
from practices.enums import ImportChoice, ImportOutcome, Label, TranslationState
from practices.models import PracticeImport
from practices.services.import_choices import choose_files
from practices.services.translations import add_translation, save_draft_translation
from tests.factories import Cast
from tests.factories.practices import call_as, make_draft, make_next_version, make_shared
from tests.support.pack_imports import (
    CHALLENGES,
    IN_RUSSIAN,
    brought_in,
    choose,
    prepared,
    rows_of,
    translations,
)
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db

LEFT_OUT, PRACTICE, TRANSLATION = ImportChoice.LEAVE_OUT, ImportChoice.PRACTICE, ImportChoice.TRANSLATION
OTHER = IN_RUSSIAN.replace("Опасные", "Очень опасные")
REPLACES = "Replaces the translation that the working copy has"
STAYS = (
    "If it is offered to readers at once, or already was, and lacks texts of that one, that one stays with the "
    "working copy."
)


def page_of(client: Client, practice_import: PracticeImport) -> str:
    return words_of(client.get(f"/workspace/practices/imports/{practice_import.key}/"))


def sentence(first: str, name: str, original: str) -> str:
    return (
        f"“{first}” and “{name}” translate the same practice, “{original}”, into the same language: Russian. "
        f"“{first}” comes in. Choose “Translation” for “{name}” to have that one instead."
    )


def test_two_translations_into_one_language_name_each_other_as_long_as_one_stays_out(
    cast: Cast, client: Client
) -> None:
    sent: dict[str, str | bytes] = {
        "policy.md": CHALLENGES,
        "policy.ru.md": IN_RUSSIAN,
        "policy_ru.md": OTHER,
    }
    practice_import = prepared(cast, sent)
    client.force_login(cast.alice)
    assert sentence("policy.ru.md", "policy_ru.md", "policy.md") in page_of(client, practice_import)

    # whatever else is saved
    choose(cast, practice_import, "policy.md", PRACTICE)
    assert sentence("policy.ru.md", "policy_ru.md", "policy.md") in page_of(client, practice_import)

    # as it says
    choose(cast, practice_import, "policy_ru.md", TRANSLATION)
    assert rows_of(practice_import)["policy.ru.md"].choice == LEFT_OUT
    assert sentence("policy_ru.md", "policy.ru.md", "policy.md") in page_of(client, practice_import)

    choose(cast, practice_import, "policy_ru.md", LEFT_OUT)
    assert "translate the same practice" not in page_of(client, practice_import)


def test_files_of_the_same_name_are_told_apart_by_their_folders(cast: Cast) -> None:
    sent: dict[str, str | bytes] = {
        "pack/en/policy.md": CHALLENGES, "pack/ru/policy.md": IN_RUSSIAN, "pack/ru-RU/policy.md": OTHER,
    }  # fmt: skip
    rows = rows_of(prepared(cast, sent))
    left_out = [row for row in rows.values() if row.choice == LEFT_OUT]
    assert [row.report["hints"] for row in left_out] == [
        [sentence("pack/ru/policy.md", "pack/ru-RU/policy.md", "policy.md")]
    ]


def test_two_files_with_the_key_of_one_practice_name_it(cast: Cast) -> None:
    practice = make_draft(cast)
    front = f"---\nformat: 1\nlabel: TLP:GREEN\nkey: {practice.key}\nlang: ru\n---\n"
    sent: dict[str, str | bytes] = {"a.md": f"{front}# Отложить\n", "b.md": f"{front}# Не спешить\n"}
    rows = rows_of(prepared(cast, sent))
    assert [row.choice for row in rows.values()] == [TRANSLATION, LEFT_OUT]
    assert rows["b.md"].report["hints"] == [sentence("a.md", "b.md", "Slow the first message")]


def test_two_that_come_back_with_their_original_are_one_again(cast: Cast) -> None:
    """Both were left out with it."""
    sent: dict[str, str | bytes] = {
        "policy.md": CHALLENGES,
        "policy.ru.md": IN_RUSSIAN,
        "policy_ru.md": OTHER,
    }
    practice_import = prepared(cast, sent)
    choose(cast, practice_import, "policy.md", LEFT_OUT)
    choose(cast, practice_import, "policy_ru.md", TRANSLATION)
    choose(cast, practice_import, "policy.md", PRACTICE)

    rows = rows_of(practice_import)
    assert sorted(row.choice for name, row in rows.items() if name != "policy.md") == [LEFT_OUT, TRANSLATION]
    done = brought_in(cast, practice_import)
    assert [row.refusal for row in done.values() if row.refusal] == []
    assert len(translations(done["policy.md"].practice)) == 1


def test_a_translation_that_was_saved_meanwhile_is_what_the_refusal_speaks_of(cast: Cast) -> None:
    practice = make_draft(cast)
    front = f"---\nformat: 1\nlabel: TLP:GREEN\nkey: {practice.key}\nlang: ru\n---\n"
    practice_import = prepared(cast, {"a.md": f"{front}# Отложить\n"})
    texts = {"title": "Помедлить"}
    call_as(cast.actor("alice"), save_draft_translation, practice, language="ru", texts=texts)

    done = brought_in(cast, practice_import)

    assert (done["a.md"].outcome, done["a.md"].refusal) == (
        ImportOutcome.REFUSED,
        "Another translation of it into this language was saved after the file was checked. Import the file again: "
        "the page then shows which one it replaces.",
    )


def test_importing_the_original_anew_replaces_no_translation(cast: Cast, client: Client) -> None:
    first = brought_in(cast, prepared(cast, {"policy.md": CHALLENGES, "policy.ru.md": IN_RUSSIAN}))
    practice = first["policy.md"].practice
    changed: dict[str, str | bytes] = {
        "policy.md": CHALLENGES.replace("an act", "a deed").replace("An act", "A deed"), "policy.ru.md": OTHER,
    }  # fmt: skip
    practice_import = prepared(cast, changed)
    client.force_login(cast.alice)
    assert rows_of(practice_import)["policy.md"].choice == ImportChoice.VERSION
    page = page_of(client, practice_import)
    assert REPLACES in page
    assert "What this file would change in your practice" in page

    choose(cast, practice_import, "policy.md", PRACTICE)

    page = page_of(client, practice_import)
    assert REPLACES not in page
    assert "It becomes the translation of the new practice. The one that your working copy has stays." in page
    assert "What this file would change in your practice" not in page
    done = brought_in(cast, practice_import)
    assert len(translations(practice)) == len(translations(done["policy.md"].practice)) == 1
    assert done["policy.md"].practice != practice


def test_a_whole_translation_of_what_readers_read_replaces_that_of_the_working_copy(
    cast: Cast, client: Client
) -> None:
    practice = make_shared(cast, Label.GREEN)
    texts = {"title": "Помедлить"}
    call_as(cast.actor("alice"), save_draft_translation, practice, language="ru", texts=texts)
    front = f"---\nformat: 1\nlabel: TLP:GREEN\nkey: {practice.key}\nlang: ru\n---\n"
    practice_import = prepared(cast, {"a.md": f"{front}# Отложить\n\n## Кратко\n\nПозже.\n"})
    client.force_login(cast.alice)
    page = page_of(client, practice_import)
    assert REPLACES in page
    assert STAYS in page

    brought_in(cast, practice_import)

    assert translations(practice) == []
    [offered] = translations(practice, TranslationState.IN_MODERATION)
    assert offered.content == {"title": "Отложить", "summary": "Позже."}


def test_only_imported_fields_are_listed_as_imported(cast: Cast, client: Client) -> None:
    scores = "model,class,precision,recall,n\nTern,DC1,0.9,0.8,400\n"
    sent: dict[str, str | bytes] = {
        "policy.md": CHALLENGES,
        "scores.csv": scores,
        "prompts/system.md": "Decide.\n",
    }
    practice_import = prepared(cast, sent)
    client.force_login(cast.alice)
    page = page_of(client, practice_import)
    assert "1 score, taken into the fields of its policy" in page
    assert "Taken into the field “Prompt for a model”" in page
    rows = {Path(name).name: row for name, row in rows_of(practice_import).items()}
    others = {rows[name].position: LEFT_OUT for name in ("scores.csv", "system.md")}

    call_as(cast.actor("alice"), choose_files, practice_import, others, {})

    page = page_of(client, practice_import)
    assert "1 score was recognised" in page
    assert "aken into the field" not in page


@pytest.mark.parametrize("covers", [False, True])
def test_a_translation_that_is_offered_at_once_leaves_one_that_has_further_texts(
    cast: Cast, *, covers: bool
) -> None:
    practice = make_shared(cast, Label.GREEN, limits="Does nothing at night.")
    alice, texts = cast.actor("alice"), {"title": "Отложить", "summary": "Позже."}
    whole = {**texts, "limits": "Ночью не действует."}
    draft = call_as(alice, save_draft_translation, practice, language="ru", texts=whole)
    sent = {**(whole if covers else texts), "title": "Не спешить"}

    offered = call_as(alice, add_translation, practice, language="ru", texts=sent)

    assert (offered.state, offered.content["title"]) == (TranslationState.IN_MODERATION, "Не спешить")
    assert [row.pk for row in translations(practice)] == ([] if covers else [draft.pk])


@pytest.mark.parametrize("covers", [False, True])
def test_a_translation_that_says_what_is_offered_replaces_one_that_has_no_further_texts(
    cast: Cast, *, covers: bool
) -> None:
    practice = make_shared(cast, Label.GREEN, limits="Does nothing at night.")
    alice, texts = cast.actor("alice"), {"title": "Отложить", "summary": "Позже."}
    offered = call_as(alice, add_translation, practice, language="ru", texts=texts)
    other = {**texts, "title": "Помедлить", **({} if covers else {"limits": "Ночью не действует."})}
    draft = call_as(alice, save_draft_translation, practice, language="ru", texts=other)

    again = call_as(alice, add_translation, practice, language="ru", texts=texts, earlier_key=str(draft.key))

    assert again.pk == offered.pk
    assert [row.pk for row in translations(practice)] == ([] if covers else [draft.pk])


def test_a_translation_that_says_what_is_offered_spares_one_that_was_saved_later(cast: Cast) -> None:
    practice = make_shared(cast, Label.GREEN)
    alice, texts = cast.actor("alice"), {"title": "Отложить", "summary": "Позже."}
    call_as(alice, add_translation, practice, language="ru", texts=texts)
    later = {**texts, "title": "Помедлить"}
    draft = call_as(alice, save_draft_translation, practice, language="ru", texts=later)

    with pytest.raises(Conflict):
        call_as(alice, add_translation, practice, language="ru", texts=texts, earlier_key="")

    assert [row.pk for row in translations(practice)] == [draft.pk]


def test_a_translation_is_spared_that_has_earlier_texts_which_the_offered_one_lacks(cast: Cast) -> None:
    practice = make_shared(cast, Label.GREEN, limits="Does nothing at night.")
    alice, texts = cast.actor("alice"), {"title": "Отложить", "summary": "Позже."}
    whole = {**texts, "limits": "Ночью не действует."}
    draft = call_as(alice, save_draft_translation, practice, language="ru", texts=whole)
    make_next_version(cast, practice, limits="Does nothing at noon.")

    call_as(alice, add_translation, practice, language="ru", texts={**texts, "title": "Не спешить"})

    assert [row.pk for row in translations(practice)] == [draft.pk]
