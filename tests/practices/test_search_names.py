"""What practices are filed under is found by name, in either language, and by synonyms; questions; stop words."""

from typing import Any

import pytest

from alliance.models import Organisation, Person
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import touch_public_revision
from practices.enums import Label
from practices.queries.search import SearchResult, find_practices, parse_search
from practices.queries.searches import searches_matching
from practices.services.searches import save_search
from tests.factories.library import make_library_practice
from tests.factories.relations import ReaderRelations
from tests.factories.taxonomy import make_taxonomy
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db

UNSAID: dict[str, Any] = {"title": "Slow the first step", "summary": "What we do."}


@pytest.fixture(autouse=True)
def taxonomy() -> None:
    make_taxonomy()
    touch_public_revision()


def look(relations: ReaderRelations, text: str, who: str = "other", **others: Any) -> SearchResult:
    actor = relations.actors[who]
    with acting_as(actor):
        return find_practices(actor, parse_search({"text": [text], **others}))


@pytest.mark.parametrize(
    ("text", "filed"),
    [
        ("grooming", {"harms": ["grooming"]}),
        ("Груминга", {"harms": ["grooming"]}),
        ("sextortion", {"harms": ["grooming"]}),
        ("groming", {"harms": ["grooming"]}),
        ("bullying", {"harms": ["bullying"]}),
        ("травля", {"harms": ["bullying"]}),
        ("CSAM", {"harms": ["sexual-abuse-material"]}),
        ("МСНД", {"harms": ["sexual-abuse-material"]}),
        ("age verification", {"summary": "Проверка возраста без документов."}),
        ("проверка возраста", {"summary": "How we do age assurance."}),
        ("reply", {"measures": ["reply"]}),
        ("мессенджер", {"service_kinds": ["messenger"]}),
        ("messenger bullying", {"service_kinds": ["messenger"], "harms": ["bullying"]}),
    ],
)
def test_what_is_filed_under_a_name_is_found_by_it(
    relations: ReaderRelations, text: str, filed: dict[str, Any]
) -> None:
    practice = make_library_practice(
        relations, **{**UNSAID, "harms": ["suicide"], "measures": ["search"], **filed}
    )
    make_library_practice(
        relations, **{**UNSAID, "harms": ["suicide"], "measures": ["search"], "service_kinds": ["game"]}
    )

    assert look(relations, text).ids == [practice.pk]


def test_a_members_name_finds_its_practices(relations: ReaderRelations) -> None:
    beacon = Organisation.objects.get(slug="beacon")
    practice = make_library_practice(relations, organisation=beacon.pk, **UNSAID)
    make_library_practice(relations, **UNSAID)

    assert look(relations, "Beacon").ids == [practice.pk]


def test_a_search_without_synonyms_matches_the_name_alone(relations: ReaderRelations) -> None:
    practice = make_library_practice(relations, **UNSAID, harms=["grooming"])

    assert look(relations, "grooming", only=["1"]).ids == [practice.pk]
    assert look(relations, "sextortion", only=["1"]).ids == []


def test_a_question_is_answered_by_most_of_its_words(relations: ReaderRelations) -> None:
    practice = make_library_practice(
        relations, title="A queue that learns", summary="Moderators sort it by risk."
    )

    result = look(relations, "how do moderators sort a queue of complaints fastest")

    assert (result.ids, result.least) == ([practice.pk], 3)
    alone = look(relations, "moderators xylophone")
    assert (alone.ids, alone.least, list(alone.absent)) == ([practice.pk], 1, ["xylophone"])


def test_of_two_words_a_hidden_one_counts_as_unknown(relations: ReaderRelations) -> None:
    make_library_practice(relations, Label.RED, title="Xylophones", summary="Moderators hear them.")
    practice = make_library_practice(relations, title="A queue", summary="Moderators sort it.")

    result = look(relations, "moderators xylophones")
    assert (result.ids, list(result.absent)) == ([practice.pk], ["xylophones"])
    assert (
        look(relations, "queue xylophones", who="named").ids == []
    )  # each is somewhere, and no text has both


def test_a_russian_word_in_latin_letters_is_understood(relations: ReaderRelations) -> None:
    practice = make_library_practice(relations, title="Модераторы разбирают очереди", summary="-")

    result = look(relations, "ocheredi")
    assert (result.ids, result.respelt) == ([practice.pk], "очереди")


def test_stop_words_alone_find_nothing(relations: ReaderRelations) -> None:
    make_library_practice(relations, **UNSAID)

    assert look(relations, "the of and").ids == []
    assert look(relations, "the of and", harms=["grooming"]).counts["harms"].get("grooming", 0) == 0


@pytest.mark.parametrize(
    "text", ["a & | ! <-> :* (", "'; --", "\\'", "harms:grooming", "'harms:grooming'", "%s", "🙂"]
)
def test_syntax_of_the_database_is_text(relations: ReaderRelations, text: str) -> None:
    look(relations, text)


def test_a_name_finds_nothing_that_its_reader_may_not_read(relations: ReaderRelations) -> None:
    make_library_practice(relations, Label.AMBER, **UNSAID, harms=["grooming"])

    result = look(relations, "grooming", who="public")
    assert (result.ids, result.respelt) == ([], "")
    assert all(not any(counts.values()) for counts in result.counts.values())


def test_a_saved_search_for_a_name_is_matched_by_what_is_filed_under_it(relations: ReaderRelations) -> None:
    actor = relations.actors["other"]
    with acting_as(actor):
        saved = save_search(actor, parse_search({"text": ["sextortion"]}), name="Mine", notifies=True)
    practice = make_library_practice(relations, **UNSAID, harms=["grooming"])

    assert searches_matching(practice.pk) == [saved]


def test_the_library_says_what_is_searched_together(relations: ReaderRelations) -> None:
    make_library_practice(relations, **UNSAID, harms=["grooming"])
    client = signed_in(Person.objects.get(pk=relations.actors["other"].person_id))

    shown = words_of(client.get("/workspace/practices/?text=груминг"))

    assert "sextortion" in shown
    assert "Only the words themselves" in shown
    without = words_of(client.get("/workspace/practices/?text=sextortion&only=1"))
    assert "Only the words themselves are searched." in without


@pytest.mark.parametrize(("label", "count"), [(Label.AMBER, 0), (Label.GREEN, 1)])
def test_practices_are_found_by_the_rules_of_the_library(
    relations: ReaderRelations, label: str, count: int
) -> None:
    make_library_practice(relations, label, title="A xylophone")

    page = words_of(
        signed_in(Person.objects.get(pk=relations.actors["other"].person_id)).get(
            "/workspace/search/?q=xylophones"
        )
    )

    assert page.count("A xylophone") == count


@pytest.mark.parametrize("address", ["/workspace/practices/?text=ксилофон", "/workspace/search/?q=ксилофон"])
def test_a_practice_that_was_found_says_its_language_and_marks_the_words(
    relations: ReaderRelations, address: str
) -> None:
    practice = make_library_practice(relations, title="Ксилофон звучит", summary="О музыке.")
    with acting_as(SYSTEM):
        practice.language = "ru"
        practice.save(update_fields=["language"])

    shown = (
        signed_in(Person.objects.get(pk=relations.actors["other"].person_id)).get(address).content.decode()
    )

    assert 'lang="ru"><mark>Ксилофон</mark> звучит' in shown
    assert 'class="tag language-tag" title="Russian"' in shown
