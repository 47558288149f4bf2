"""The pages of translations: nothing that somebody has translated is left out of them."""

from typing import Any

import pytest
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as
from practices.enums import OriginalChange, PracticeState
from practices.models import Draft, Practice, Translation
from practices.services.practices import edit_practice
from practices.services.translations import offer_translation, save_draft_translation
from practices.translated_texts import originals_of, translated_texts
from tests.factories import Cast
from tests.factories.practices import call_as, make_draft, make_next_version, make_shared
from tests.support.pages import words_of

STEPS = ("Wait two minutes.", "Show the pattern.", "Let a person decide.")
TRANSLATED = {
    "title": "Отложить первое сообщение",
    "summary": "Оно ждёт.",
    "limits": "Не помогает в группах.",
    "steps-0-text": "Подождать две минуты.",
    "steps-1-text": "Показать признаки.",
    "steps-2-text": "Решает человек.",
}


def steps(*texts: str) -> list[dict[str, str]]:
    return [{"text": text, "by": "person"} for text in texts]


def draft_of(practice: Practice) -> Draft:
    with acting_as(SYSTEM):
        return Draft.objects.get(practice=practice)


def edited(cast: Cast, practice: Practice, **changes: Any) -> None:
    draft = draft_of(practice)
    content = {**draft.content, **changes}
    call_as(cast.actor("alice"), edit_practice, practice, content, version=draft.version)


def translated_draft(cast: Cast) -> tuple[Practice, Translation]:
    practice = make_draft(cast, limits="Does not help in groups.", steps=steps(*STEPS))
    texts = {"language": "ru", "texts": TRANSLATED}
    return practice, call_as(cast.actor("alice"), save_draft_translation, practice, **texts)


@pytest.mark.django_db
def test_what_translates_a_row_that_is_gone_stays_on_the_page_and_says_so(cast: Cast, client: Client) -> None:
    practice, translation = translated_draft(cast)
    edited(cast, practice, steps=steps(STEPS[0], STEPS[2]), limits="", summary="It waits longer.")
    client.force_login(cast.alice)

    page = words_of(client.get(f"/workspace/practices/translations/{translation.key}/"))

    assert [text for text in TRANSLATED.values() if text not in page] == []
    assert f"No longer in the original {STEPS[1]} {TRANSLATED['steps-1-text']}" in page
    assert f"No longer in the original Does not help in groups. {TRANSLATED['limits']}" in page
    assert f"Changed in the original A first message waits. {TRANSLATED['summary']}" in page
    assert page.count("in the original") == 3
    translate = f"/workspace/practices/{practice.key}/translate/ru/"
    assert TRANSLATED["steps-1-text"] in words_of(client.get(translate))


@pytest.mark.parametrize(
    ("now", "changes"),
    [
        (STEPS, {}),
        (STEPS[::-1], {}),  # in another order
        (STEPS[1:], {0: OriginalChange.GONE}),
        ((), dict.fromkeys(range(3), OriginalChange.GONE)),
        ((*STEPS[:2], "Ask."), {2: OriginalChange.CHANGED}),
        ((STEPS[0], "Ask."), dict.fromkeys((1, 2), OriginalChange.CHANGED_OR_GONE)),
        (("Ask.", *STEPS), {}),
    ],
)
def test_it_is_told_what_has_become_of_each_text(
    now: tuple[str, ...], changes: dict[int, OriginalChange]
) -> None:
    before, after = {"steps": steps(*STEPS)}, {"steps": steps(*now)}

    pairs = translated_texts(originals_of(before), after, TRANSLATED)

    assert [(pair.text.text, pair.translated) for pair in pairs] == [
        (text, TRANSLATED[f"steps-{place}-text"]) for place, text in enumerate(STEPS)
    ]
    assert {place: pair.change for place, pair in enumerate(pairs) if pair.change} == changes


def test_what_was_not_translated_and_is_gone_is_not_shown() -> None:
    pairs = translated_texts(originals_of({"title": "One", "steps": steps("Ask.")}), {"title": "Two"}, {})
    assert pairs == []


@pytest.mark.django_db
def test_a_refused_form_keeps_what_has_no_place_any_more_beside_it(cast: Cast, client: Client) -> None:
    practice, translation = translated_draft(cast)
    edited(cast, practice, steps=steps(*STEPS[1:]))
    client.force_login(cast.alice)
    url, version = f"/workspace/practices/{practice.key}/translate/ru/", draft_of(practice).version

    too_long = client.post(url, {"version": version, "earlier": translation.key, "title": "д" * 5000})
    colleagues = client.post(url, {"version": version, "earlier": "", "title": "Не спешить"})

    assert (too_long.status_code, colleagues.status_code) == (422, 409)
    for page in map(words_of, (too_long, colleagues)):
        assert f"{STEPS[0]} {TRANSLATED['steps-0-text']}" in page
    # and what the colleague says of a row stands beside the row that it translates
    compared = [(text.text, theirs) for text, theirs, _pieces in colleagues.context["form"].differences]
    assert (STEPS[1], TRANSLATED["steps-1-text"]) in compared


@pytest.mark.django_db
def test_a_refused_translation_of_a_version_keeps_the_last_one_beside_it(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, steps=steps(*STEPS))
    texts = {key: text for key, text in TRANSLATED.items() if key != "limits"}
    offer = {"language": "ru", "version_number": 1, "texts": texts}
    call_as(cast.actor("alice"), offer_translation, practice, **offer)
    make_next_version(cast, practice, steps=steps(*STEPS[1:]))
    client.force_login(cast.alice)

    answer = client.post(
        f"/workspace/practices/{practice.key}/translate/ru/", {"version": 2, "title": "Позже"}
    )

    assert answer.status_code == 422
    assert f"{STEPS[0]} {TRANSLATED['steps-0-text']}" in words_of(answer)


@pytest.mark.django_db
def test_a_version_is_translated_on_from_the_translation_of_its_working_copy(
    cast: Cast, client: Client
) -> None:
    practice = make_shared(cast, limits="Does not help in groups.")
    texts = {"limits": TRANSLATED["limits"]}
    call_as(cast.actor("alice"), save_draft_translation, practice, language="ru", texts=texts)
    client.force_login(cast.alice)

    page = client.get(f"/workspace/practices/{practice.key}/translate/ru/")

    assert page.context["form"]["limits"].value() == TRANSLATED["limits"]


@pytest.mark.django_db
@pytest.mark.parametrize("state", [PracticeState.RECALLED, PracticeState.RETIRED])
def test_what_is_no_longer_shared_is_not_translated_and_the_pages_say_so(
    cast: Cast, client: Client, state: str
) -> None:
    practice = make_shared(cast)
    offer = {"language": "ru", "version_number": 1, "texts": {"title": "Отложить", "summary": "Позже."}}
    translation = call_as(cast.actor("carol"), offer_translation, practice, **offer)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state=state)
    client.force_login(cast.alice)
    here = f"/workspace/practices/{practice.key}/"

    form = client.get(f"{here}translate/ru/", follow=True)
    working_copy = client.get(f"{here}translate/ru/?of=working-copy", follow=True)
    page = client.get(f"/workspace/practices/translations/{translation.key}/")

    assert (form.redirect_chain, working_copy.redirect_chain) == ([(here, 302)], [(here, 302)])
    assert "Only a shared practice can be translated." in form.text
    assert "This cannot be changed now." in working_copy.text
    assert "can be neither accepted nor shared" in page.text
    assert "Accept the translation" not in page.text
    assert "Decline the translation" in page.text


@pytest.mark.django_db
def test_a_translation_is_declined_with_a_reason_which_is_asked_for_again(cast: Cast, client: Client) -> None:
    practice = make_shared(cast)
    offer = {"language": "ru", "version_number": 1, "texts": {"title": "Отложить", "summary": "Позже."}}
    translation = call_as(cast.actor("carol"), offer_translation, practice, **offer)
    client.force_login(cast.alice)
    page = f"/workspace/practices/translations/{translation.key}/"

    empty, too_long = (client.post(f"{page}decline/", {"reason": text}) for text in (" ", "д" * 2001))

    assert (empty.status_code, too_long.status_code) == (422, 422)
    assert "There is a problem" in words_of(empty)
    assert "TLP:GREEN" in words_of(empty)
    assert too_long.context["form"]["reason"].value() == "д" * 2001
    assert client.post(f"{page}decline/", {"reason": "It says something else."})["Location"] == page
    late = client.post(f"{page}decline/", {"reason": "It is behind."})
    assert late.status_code == 422
    assert "What you typed Reason It is behind." in words_of(late)
    with acting_as(SYSTEM):
        assert Translation.objects.get(pk=translation.pk).reason == "It says something else."
