"""The library's page: what was found in words and marks, every form a plain address, nothing of anybody's as HTML."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.enums import Role
from alliance.models import Organisation, Person, Site
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import Label, PracticeState
from practices.models import Practice
from practices.queries.search import Search, find_practices
from practices.templatetags.practices_library import highlighted, result_line
from practices.web.library.page import LibraryPage
from tests.factories.cast import make_person
from tests.factories.library import make_library_practice
from tests.factories.relations import ReaderRelations
from tests.factories.taxonomy import make_taxonomy
from tests.support.bearers import token_of
from tests.support.practice_search import make_use, measure

pytestmark = pytest.mark.django_db
EVIL = (
    "<script>alert(1)</script> [xylophone](javascript:alert(1)) "
    "![x](https://evil.example/x.png) **xylophone** & \x02x"
)


def page(relations: ReaderRelations, who: str = "other", **query: Any) -> str:
    client = Client()
    client.force_login(Person.objects.get(pk=relations.actors[who].person_id))
    answer = client.get(reverse("workspace:practice-list"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_a_practice_stands_there_with_label_source_result_and_use(relations: ReaderRelations) -> None:
    effect = {"what": "Unwanted contact", "unit": "in 10,000", "before": "4.1", "after": "1.6"}
    make_library_practice(
        relations, grade="likely", effects=[effect], service_kinds=["messenger"], encryption="works"
    )

    text = text_of(page(relations))

    assert "1 practice available to you: 0 open, 1 for the community, 0 shared with you" in text
    for words in (
        "TLP:GREEN", "Slow the first message", "Aurora", "A first message waits.", "Likely",
        "Unwanted contact: from 4.1 to 1.6 in 10,000", "Messenger", "End-to-end encrypted", "Proven",
    ):  # fmt: skip
        assert words in text, words


def test_what_was_found_is_marked_in_title_summary_and_elsewhere(relations: ReaderRelations) -> None:
    make_library_practice(relations, title="Xylophones ring", summary="-")
    make_library_practice(relations, title="Another", summary="Hear a xylophone")
    make_library_practice(
        relations,
        title="A third",
        limits="Long before. " * 40 + "There is one xylophone in it." + " Long after." * 40,
    )

    html = page(relations, text="xylophone")

    assert html.count("<mark>") == 3
    assert "<mark>Xylophones</mark> ring" in html
    assert "There is one <mark>xylophone</mark>" in html


def test_nothing_that_somebody_wrote_becomes_html(relations: ReaderRelations) -> None:
    make_library_practice(relations, title=EVIL, summary=EVIL, limits=EVIL)

    html = page(relations, text="xylophone")

    assert "<script>alert" not in html
    attributes = " ".join(re.findall(r"<[^>]*>", html))
    assert "javascript:alert" not in attributes
    assert "evil.example" not in attributes
    assert html.count("<mark>") == html.count("</mark>") > 0


@pytest.mark.parametrize("text", ["\x02\x03\x02", "\x03</mark>\x02<b>", "\x02a\x03\x03b", "**\x02a**\x03"])
def test_marks_are_always_whole(text: str) -> None:
    html = str(highlighted(text))

    assert re.sub(r"<mark>[^<]*</mark>", "", html).count("<") == 0


def test_a_form_carries_along_what_the_other_one_chose(relations: ReaderRelations) -> None:
    make_library_practice(relations)

    html = page(relations, harms="grooming", stage=["proven", "idea"], text="message", sort="evidence")

    sentence, facets = (
        html.split('id="sentence"')[1].split("</form>")[0],
        html.split('class="facets"')[1].split("</form>")[0],
    )
    assert re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', sentence) == [
        ("stage", "proven"),
        ("stage", "idea"),
    ]
    assert re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', facets) == [
        ("text", "message"),
        ("sort", "evidence"),
    ]
    assert '<option value="grooming" selected>' in sentence
    assert 'name="harms" value="grooming" checked' in facets


def test_nothing_found_says_what_to_do(relations: ReaderRelations) -> None:
    make_library_practice(relations)

    assert "Nothing found" in page(relations, text="xylophone")
    assert "Reset" in page(relations, text="xylophone")


def test_a_retired_practice_is_found_and_says_so(relations: ReaderRelations) -> None:
    make_library_practice(relations, state=PracticeState.RETIRED)

    assert "Retired" in text_of(page(relations))


def test_a_practice_of_others_never_shows_to_whom_it_does_not_name(relations: ReaderRelations) -> None:
    make_library_practice(relations, Label.RED, title="Marimba", summary="Canarious")

    assert "Canarious" in page(relations, "named")
    for query in ({}, {"text": "marimba"}, {"text": "marimbo"}, {"label": "red"}):
        html = page(relations, "other", **query)
        assert "Canarious" not in html
        assert "Marimba" not in html


def test_titles_go_on_as_somebody_types(relations: ReaderRelations) -> None:
    make_library_practice(relations, title="Slow the first message")
    client = Client()
    client.force_login(Person.objects.get(pk=relations.actors["other"].person_id))

    for typed in ("sl", "slow fir", "first mes"):
        answer = client.get(reverse("workspace:practice-titles"), {"text": typed})
        assert "Slow the first message" in answer.content.decode(), typed
    assert "Slow" not in client.get(reverse("workspace:practice-titles"), {"text": "xyl"}).content.decode()


@pytest.mark.parametrize(
    ("measured", "line"),
    [
        ({}, "Not measured yet"),
        ({"precision": "0.83", "recall": "0.41"}, "Precision 0.83 at recall 0.41"),
        ({"precision": "0.83"}, "Precision 0.83"),
        (
            {"effects": [{"what": "Wait", "before": "41", "after": "9"}], "precision": "1"},
            "Wait: from 41 to 9",
        ),
    ],
)
def test_a_result_is_one_line(measured: dict[str, Any], line: str) -> None:
    assert result_line(measured) == line


def test_use_and_language_of_the_text_are_boxes_that_the_other_form_carries_along(
    relations: ReaderRelations,
) -> None:
    make_library_practice(relations)

    html = page(relations, use="measured", read_in="en")

    assert "Nothing found" in html
    for words in ("In use by somebody", "With a measured result", "English, or translated"):
        assert words in text_of(html), words
    sentence = html.partition('id="sentence"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="use" value="measured">' in sentence
    assert "Slow the first message" in page(relations, read_in="en")


def test_programs_narrow_by_use_and_language_as_the_page(relations: ReaderRelations) -> None:
    used, other = (make_library_practice(relations, title=title) for title in ("Used", "Other"))
    hidden = make_use(relations, other, label=Label.AMBER_STRICT)
    for use in (make_use(relations, used), hidden):
        measure(use, relations)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=other.pk).update(language="ru")
    headers = {"Authorization": f"Bearer {token_of(relations.people['other'])}"}

    def answer(address: str) -> Any:
        return Client().get(f"/api/v1/library/{address}", headers=headers)

    def titles(query: str) -> list[str]:
        return [row["title"] for row in answer(query).json()["results"]]

    # a use that the owner of the token does not see narrows nothing, and is not counted
    assert titles("?use=measured") == titles("?use=in_use,measured") == ["Used"]
    assert (titles("?use=like_ours"), titles("?read_in=ru"), titles("?read_in=en,ru")) == (
        [], ["Other"], ["Other", "Used"],
    )  # fmt: skip
    assert (titles("?use=measured&read_in=ru"), answer("?use=never").status_code) == ([], 400)
    facets = answer("facets/").json()["facets"]
    assert (facets["use"], facets["read_in"]) == ({"in_use": 1, "measured": 1}, {"en": 1, "ru": 1})
    assert answer("facets/?use=measured").json()["total"] == 1


def test_a_word_is_proposed_to_the_secretariat_whose_managers_change_the_group(
    relations: ReaderRelations,
) -> None:
    make_taxonomy()
    Site.objects.update_or_create(defaults={"name_en": "A", "contact": "desk@alliance.example"})
    make_library_practice(relations)

    html = page(relations, text="grooming")
    assert "mailto:desk@alliance.example?subject=A%20word%20to%20search%20together%20with" in html
    assert "Change these words" not in html
    client = Client()
    client.force_login(
        make_person("Manager", Organisation.objects.get(pk=relations.actors["host"].tenant_id), Role.MANAGER)
    )
    html = client.get(reverse("secretariat:practice-list"), {"text": "grooming"}).text
    assert reverse("secretariat:settings-synonym", args=["harm:grooming"]) in html
    assert "Propose a word" not in html


@pytest.mark.parametrize("path", ["facets", "solvers"])
def test_programs_have_what_differs_by_reader_looked_up_once(relations: ReaderRelations, path: str) -> None:
    make_use(relations, make_library_practice(relations))
    client = Client(headers={"Authorization": f"Bearer {token_of(relations.people['other'])}"})
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/api/v1/library/{path}/", {"use": "in_use"}).status_code == 200

    translations = [row for row in captured if 'FROM "practices_translation"' in row["sql"]]
    assert len([row for row in translations if "ANY(" in row["sql"]]) == 1


def test_the_sentence_of_the_library_is_drawn_once(relations: ReaderRelations) -> None:
    search = Search(filters={"use": ("in_use",)})
    with acting_as(relations.actors["other"]) as actor:
        library_page = LibraryPage(search, find_practices(actor, search, for_reader=True))

    assert library_page.blanks is library_page.blanks
