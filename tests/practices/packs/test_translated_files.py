"""A file of an import that says in another language what another one says: recognised, chosen, kept, exported again."""

import zipfile
from io import BytesIO

import pytest
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import WrongState
from practices.enums import ImportChoice, ImportOutcome, Label, TranslationState
from practices.models import Draft, Practice, PracticeImport, Translation
from practices.services.import_choices import choose_files
from practices.services.translations import add_translation, save_draft_translation
from tests.factories import Cast
from tests.factories.practices import call_as, make_next_version, make_shared
from tests.support.pack_imports import (
    CASES,
    CHALLENGES,
    IN_RUSSIAN,
    README,
    brought_in,
    choose,
    draft_of,
    prepared,
    rows_of,
    translations,
)

pytestmark = pytest.mark.django_db

LEFT_OUT, PRACTICE, TRANSLATION = ImportChoice.LEAVE_OUT, ImportChoice.PRACTICE, ImportChoice.TRANSLATION


@pytest.mark.parametrize(
    ("original", "translation"),
    [
        ("policy.md", "policy.ru.md"),
        ("policy_en.md", "policy_ru.md"),
        ("en/policy.md", "ru/policy.md"),
        ("pack/policy.md", "pack/ru-RU/policy.md"),
        ("rules.md", "pravila.md"),  # by what they are made of
    ],
)
def test_a_translation_is_recognised_and_kept_with_the_working_copy(
    cast: Cast, original: str, translation: str
) -> None:
    practice_import = prepared(cast, {original: CHALLENGES, translation: IN_RUSSIAN})
    rows = rows_of(practice_import)
    assert (rows[original].choice, rows[translation].choice) == (PRACTICE, TRANSLATION)
    assert rows[translation].settings["translates"] == rows[original].position
    assert rows[translation].report["aligned"]["texts"] >= 6

    done = brought_in(cast, practice_import)

    assert [row.refusal for row in done.values()] == ["", ""]
    assert done[translation].outcome == ImportOutcome.ADDED
    assert done[translation].practice == done[original].practice
    [row] = translations(done[original].practice)
    assert (row.language, row.version_number, row.content["title"]) == ("ru", 0, "Опасные вызовы")
    assert draft_of(done[original])["title"] == "Dangerous challenges"
    assert row.originals["title"] == "Dangerous challenges"


def test_what_cannot_be_a_translation_says_why(cast: Cast) -> None:
    other = IN_RUSSIAN.replace("Опасные", "Очень опасные")
    sent: dict[str, str | bytes] = {
        "policy.md": CHALLENGES, "policy.ru.md": IN_RUSSIAN, "policy_ru.md": other, "second.md": CHALLENGES + "x\n",
    }  # fmt: skip
    practice_import = prepared(cast, sent)
    rows = rows_of(practice_import)
    assert rows["policy.ru.md"].choice == TRANSLATION
    # a second one into the language stays out, and says which is taken; the one that is chosen now is taken
    assert (rows["policy_ru.md"].choice, len(rows["policy_ru.md"].report["hints"])) == (LEFT_OUT, 1)
    assert "“policy.ru.md” comes in" in rows["policy_ru.md"].report["hints"][0]
    row = choose(
        cast, practice_import, "policy_ru.md", TRANSLATION, translates=str(rows["policy.md"].position)
    )
    assert (row.choice, rows_of(practice_import)["policy.ru.md"].choice) == (TRANSLATION, LEFT_OUT)
    # of itself, of its own language, of a translation, of nothing
    assert choose(cast, practice_import, "second.md", TRANSLATION).choice == LEFT_OUT
    for target, words in (("policy_ru.md", "translation itself"), ("policy.ru.md", "")):
        position = str(rows[target].position)
        row = choose(cast, practice_import, "second.md", TRANSLATION, translates=position)
        assert row.choice == (LEFT_OUT if words else row.choice)
        assert words in " ".join(row.report["hints"])
    # an original that is no translation takes its translations out and back with it
    choose(cast, practice_import, "second.md", PRACTICE)
    choose(cast, practice_import, "policy.md", LEFT_OUT)
    row = rows_of(practice_import)["policy_ru.md"]
    assert (row.choice, row.report["hints"]) == (
        LEFT_OUT,
        ["What it translates stays out, and so does this."],
    )
    choose(cast, practice_import, "policy.md", PRACTICE)
    assert rows_of(practice_import)["policy_ru.md"].choice == TRANSLATION


def test_a_practice_of_others_takes_no_translation_and_an_unknown_one_is_not_given_away(cast: Cast) -> None:
    theirs, hidden = make_shared(cast, Label.GREEN), make_shared(cast, Label.GREEN)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=hidden.pk).update(label=Label.RED)
    practice_import: PracticeImport = prepared(cast, {"a.md": IN_RUSSIAN}, who="carol")
    position = rows_of(practice_import)["a.md"].position
    hints = {}
    for practice in (theirs, hidden):
        address = f"https://portal.example/workspace/practices/{practice.key}/"
        answers = {position: {"address": address}}
        call_as(cast.actor("carol"), choose_files, practice_import, {position: TRANSLATION}, answers)
        row = rows_of(practice_import)["a.md"]
        assert row.choice == LEFT_OUT
        hints[practice] = row.report["hints"]
    assert "not yours to change" in hints[theirs][0]
    assert "neither in this import nor a practice that you can read" in hints[hidden][0]


def test_a_file_translates_an_own_practice_by_its_address_and_waits_for_moderation(cast: Cast) -> None:
    practice = make_shared(cast, Label.GREEN)
    practice_import = prepared(cast, {"a.md": "# Отложить сообщение\n\n## Кратко\n\nПозже.\n"})
    row = choose(cast, practice_import, "a.md", TRANSLATION, address=f"/workspace/practices/{practice.key}/")
    assert (row.choice, row.report["aligned"]["texts"]) == (TRANSLATION, 2)

    done = brought_in(cast, practice_import)

    assert (done["a.md"].outcome, done["a.md"].practice) == (ImportOutcome.ADDED, practice)
    # the working copy says what its readers read: it is offered for that version
    [row_of_version] = translations(practice, TranslationState.IN_MODERATION)
    assert (row_of_version.version_number, row_of_version.originals) == (1, None)
    # the same file once more changes nothing
    again = prepared(cast, {"a.md": "# Отложить сообщение\n\n## Кратко\n\nПозже.\n"})
    choose(cast, again, "a.md", TRANSLATION, address=str(practice.key))
    brought_in(cast, again)
    assert len(translations(practice, TranslationState.IN_MODERATION)) == 1


def test_a_file_with_the_key_of_an_own_practice_in_another_language_is_its_translation(cast: Cast) -> None:
    practice = make_shared(cast, Label.GREEN)
    front = f"---\nformat: 1\nlabel: TLP:GREEN\nkey: {practice.key}\nlang: ru\n---\n"
    practice_import = prepared(cast, {"a.md": f"{front}# Отложить\n\n## Кратко\n\nПозже.\n"})
    row = rows_of(practice_import)["a.md"]
    assert (row.choice, row.settings["translates_practice"]) == (TRANSLATION, str(practice.key))
    assert ImportChoice.VERSION in row.report["choices"]  # by hand it can be the next version all the same


def test_what_stands_beside_a_translation_belongs_to_what_it_translates(cast: Cast) -> None:
    sent: dict[str, str | bytes] = {
        "en/policy.md": CHALLENGES,
        "ru/policy.md": IN_RUSSIAN,
        "ru/cases.csv": CASES,
    }
    practice_import = prepared(cast, sent)
    rows = rows_of(practice_import)
    assert rows["ru/cases.csv"].settings["of"] == rows["en/policy.md"].position
    choose(cast, practice_import, "ru/policy.md", PRACTICE)
    row = choose(cast, practice_import, "ru/cases.csv", "test_set", of=str(rows["ru/policy.md"].position))
    assert (row.choice, row.settings["of"]) == ("test_set", rows["ru/policy.md"].position)


def test_a_readme_in_two_languages_stays_out_with_its_original(cast: Cast) -> None:
    translated = "# Как пользоваться этой папкой\n\nЗапустите программу, посмотрите на результат.\n"
    sent: dict[str, str | bytes] = {"policy.md": CHALLENGES, "README.md": README, "README.ru.md": translated}
    practice_import = prepared(cast, sent)
    rows = rows_of(practice_import)
    assert (rows["README.md"].choice, rows["README.ru.md"].choice) == (LEFT_OUT, LEFT_OUT)
    choose(cast, practice_import, "README.md", PRACTICE)
    assert rows_of(practice_import)["README.ru.md"].choice == TRANSLATION


def test_a_translation_goes_with_the_version_that_its_working_copy_becomes(cast: Cast) -> None:
    practice = make_shared(cast, Label.GREEN)
    texts = {"title": "Отложить первое сообщение", "summary": "Позже."}
    alice = cast.actor("alice")
    call_as(alice, save_draft_translation, practice, language="ru", texts=texts)
    assert translations(practice)[0].content.keys() == texts.keys()
    make_next_version(cast, practice, summary="It comes later, and says why.")
    # what has changed since is not translated; without a summary it is not offered, and stays with the working copy
    assert translations(practice)[0].version_number == 0
    call_as(alice, save_draft_translation, practice, language="ru", texts=texts)
    make_next_version(cast, practice, limits="Does nothing at night.")
    [row] = translations(practice, TranslationState.IN_MODERATION)
    assert (row.version_number, row.content["title"]) == (3, texts["title"])
    assert len(translations(practice, TranslationState.REPLACED)) == 1


def test_a_translation_of_what_has_changed_stays_with_the_working_copy_when_the_rest_is_offered(
    cast: Cast, client: Client
) -> None:
    practice = make_shared(cast, Label.GREEN)
    texts = {"title": "Отложить первое сообщение", "summary": "Позже.", "limits": "Ночью ничего не делает."}
    make_next_version(cast, practice, limits="Does nothing at night.")
    call_as(cast.actor("alice"), save_draft_translation, practice, language="ru", texts=texts)
    [before] = translations(practice)

    make_next_version(cast, practice, limits="Does nothing, at night.")

    [offered] = translations(practice, TranslationState.IN_MODERATION)
    assert (offered.version_number, offered.originals) == (3, None)
    assert offered.content == {key: texts[key] for key in ("title", "summary")}
    [draft] = translations(practice)
    assert (draft.pk, draft.content, draft.originals) == (before.pk, texts, before.originals)
    client.force_login(cast.alice)
    assert "behind, the original has changed" in client.get(f"/workspace/practices/{practice.key}/").text
    page = client.get(f"/workspace/practices/translations/{draft.key}/").text
    assert "The translation is behind" in page
    assert texts["limits"] in page
    translate = f"/workspace/practices/{practice.key}/translate/ru/?of=working-copy"
    assert texts["limits"] in client.get(translate).text
    # what was offered once is not offered again with each version
    make_next_version(cast, practice, triggers="A first message.")
    assert [row.pk for row in translations(practice, TranslationState.IN_MODERATION)] == [offered.pk]


def test_who_no_longer_writes_the_practice_reads_it_without_the_translation_of_its_working_copy(
    cast: Cast, client: Client
) -> None:
    practice = make_shared(cast, Label.GREEN)
    call_as(cast.actor("alice"), save_draft_translation, practice, language="ru", texts={"title": "Позже"})
    [row] = translations(practice)
    assert row.originals is not None
    with acting_as(SYSTEM):
        Translation.objects.filter(pk=row.pk).update(person=cast.carol, organisation=cast.beacon)
    client.force_login(cast.carol)

    assert client.get(f"/workspace/practices/{practice.key}/").status_code == 200
    assert client.get(f"/workspace/practices/translations/{row.key}/").status_code == 404


def test_who_saves_after_a_colleague_reads_both_translations(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.GREEN)
    texts = {"title": "Отложить", "summary": "Позже."}
    theirs = call_as(cast.actor("alice"), save_draft_translation, practice, language="ru", texts=texts)
    client.force_login(cast.alice)
    url = f"/workspace/practices/{practice.key}/translate/ru/?of=working-copy"
    with acting_as(SYSTEM):
        version = Draft.objects.get(practice=practice).version
    posted = {"version": version, "earlier": "", "title": "Не спешить"}

    refused = client.post(url, posted)

    assert refused.status_code == 409
    assert all(text in refused.text for text in ("Отложить", "Не спешить", "while you were editing it"))
    assert [row.pk for row in translations(practice)] == [theirs.pk]
    assert f'value="{theirs.key}"' in refused.text
    assert client.post(url, {**posted, "earlier": theirs.key}).status_code == 302


def test_an_import_names_the_translation_that_it_replaces_and_spares_a_later_one(
    cast: Cast, client: Client
) -> None:
    practice = make_shared(cast, Label.GREEN)
    make_draft = {"language": "ru", "texts": {"title": "Отложить"}}
    read = call_as(cast.actor("alice"), save_draft_translation, practice, **make_draft)
    front = f"---\nformat: 1\nlabel: TLP:GREEN\nkey: {practice.key}\nlang: ru\n---\n"
    practice_import = prepared(cast, {"a.md": f"{front}# Не спешить\n"})
    assert rows_of(practice_import)["a.md"].report["earlier"] == str(read.key)
    client.force_login(cast.alice)
    page = client.get(f"/workspace/practices/imports/{practice_import.key}/").text
    assert "Replaces the translation that the working copy has" in page

    make_draft["texts"] = {"title": "Помедлить"}
    later = call_as(cast.actor("alice"), save_draft_translation, practice, **make_draft)
    done = brought_in(cast, practice_import)

    assert done["a.md"].outcome == ImportOutcome.REFUSED
    assert [row.pk for row in translations(practice)] == [later.pk]


def test_a_translation_that_was_aligned_with_earlier_words_of_the_working_copy_is_refused(cast: Cast) -> None:
    practice = make_shared(cast, Label.GREEN)
    alice, texts = cast.actor("alice"), {"title": "Отложить", "summary": "Позже."}
    with acting_as(SYSTEM):
        read = Draft.objects.get(practice=practice).version
    make_next_version(cast, practice, limits="Does nothing at night.")

    with pytest.raises(WrongState, match="says something else by now"):
        call_as(alice, add_translation, practice, language="ru", texts=texts, draft_version=read)

    assert translations(practice, TranslationState.IN_MODERATION) == []


@pytest.mark.parametrize("is_new", [False, True])
def test_the_translation_is_in_the_pack_and_comes_back_as_it_was(
    cast: Cast, client: Client, *, is_new: bool
) -> None:
    done = brought_in(cast, prepared(cast, {"policy.md": CHALLENGES, "policy.ru.md": IN_RUSSIAN}))
    practice = done["policy.md"].practice
    assert practice is not None
    [before] = translations(practice)
    client.force_login(cast.alice)
    body = client.get(f"/workspace/practices/{practice.key}/pack/").content
    with zipfile.ZipFile(BytesIO(body)) as archive:
        text = archive.read("translations/ru.md").decode()
    assert f"translation_of: {practice.key}" in text.replace('"', "")
    assert "Опасные вызовы" in text

    back = prepared(cast, {"pack.zip": body})
    rows = rows_of(back)
    assert {rows["policy.md"].choice, rows["translations/ru.md"].choice} == {ImportChoice.LEAVE_OUT}
    # chosen all the same, or into a practice of its own
    choose(cast, back, "policy.md", PRACTICE if is_new else ImportChoice.VERSION)
    assert rows_of(back)["translations/ru.md"].choice == TRANSLATION
    came = brought_in(cast, back)

    assert [row.refusal for row in came.values() if row.refusal] == []
    again = came["policy.md"].practice
    [after] = translations(again)
    assert (after.content, after.originals) == (before.content, before.originals)
    assert (after.pk == before.pk) == (not is_new)


def test_the_choice_page_the_working_copy_and_its_pages_work_without_a_script(
    cast: Cast, client: Client
) -> None:
    practice_import = prepared(cast, {"policy.md": CHALLENGES, "policy.ru.md": IN_RUSSIAN})
    rows = rows_of(practice_import)
    position = rows["policy.ru.md"].position
    client.force_login(cast.alice)
    url = f"/workspace/practices/imports/{practice_import.key}/"
    page = client.get(url).text
    assert "Says in another language (Russian) what <b>policy.md</b> says" in page
    assert f'name="address-{position}"' in page
    form = {
        "act": "save",
        f"choice-{position}": "practice",
        f"translates-{position}": str(rows["policy.md"].position),
    }
    assert client.post(f"{url}choose/", form).status_code == 302
    assert rows_of(practice_import)["policy.ru.md"].choice == PRACTICE
    client.post(f"{url}choose/", {**form, f"choice-{position}": "translation", "act": "save"})
    done = brought_in(cast, practice_import)
    practice = done["policy.md"].practice
    assert practice is not None
    [row] = translations(practice)

    page = client.get(f"/workspace/practices/{practice.key}/").text
    assert f"/workspace/practices/translations/{row.key}/" in page
    assert "Опасные вызовы" in client.get(f"/workspace/practices/translations/{row.key}/").text
    translate = f"/workspace/practices/{practice.key}/translate/ru/"
    assert "Опасные вызовы" in client.get(translate).text
    posted = {"version": practice.draft.version, "earlier": row.key, "title": "Опасные игры"}
    changed = client.post(translate, posted)
    assert changed.status_code == 302
    [now] = translations(practice)
    assert now.content == {"title": "Опасные игры"}
    # beside another working copy nothing is saved, and what was typed is there
    refused = client.post(translate, {"version": 99, "title": "Опасные забавы"})
    assert refused.status_code == 422
    assert "Опасные забавы" in refused.text
    client.force_login(cast.bob)  # reads along, and writes nothing
    assert client.get(translate).status_code == 403
    client.force_login(cast.carol)
    for hidden in (translate, f"/workspace/practices/translations/{now.key}/"):
        assert client.get(hidden).status_code == 404
    client.force_login(cast.alice)
    client.post(f"/workspace/practices/translations/{now.key}/remove/")
    assert translations(practice) == []
