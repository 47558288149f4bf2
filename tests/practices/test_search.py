"""What is found: words in two languages, however they are spelt; in which order; what becomes of a practice."""

from datetime import timedelta
from typing import Any

import pytest

from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.search import parse
from practices.enums import AdoptionState, Label, PracticeState
from practices.fields import FIELDS, FieldType
from practices.models import Adoption, Practice
from practices.queries import library
from practices.queries.search import find_practices, parse_search
from tests.factories.library import add_version, make_library_practice
from tests.factories.relations import ReaderRelations
from tests.support.practice_search import look

pytestmark = pytest.mark.django_db


# --- Words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "query"),
    [
        ("Moderators review queues", "moderating the queue"),
        ("Модераторы разбирают очереди", "модератор очередь"),
        ("Ёлочные сигналы", "елочный сигнал"),
        ("Жалобы детей and reports of children", "жалоба report"),
        ("Slow the first message", '"first message"'),
    ],
)
def test_words_match_by_their_stem_in_either_language(
    relations: ReaderRelations, says: str, query: str
) -> None:
    practice = make_library_practice(relations, title=says, summary="-")
    make_library_practice(relations, title="Something else", summary="-")

    assert look(relations, text=query).ids == [practice.pk]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ('"the first message"', True),
        ('"first messages wait"', True),
        ('"message first"', False),
        ('"first wait"', False),
        ('"first message" "short queue"', True),
        ('"first message" "long queue"', False),
        ('"first message" -"long queue"', True),
        ('"first message" -"short queue"', False),
        ('"long queue" or "first message"', True),
        ('"message first" or queue', True),
        ("end-to-end", True),
        ("front-to-end", False),
        ('"first message" it\'s', True),
    ],
)
def test_a_phrase_is_found_where_its_words_stand_together(
    relations: ReaderRelations, query: str, is_found: bool
) -> None:
    practice = make_library_practice(
        relations, title="Slow", summary="The first message waits. A short queue, end-to-end: it's long."
    )

    search_result = look(relations, text=query)

    # where they stand apart, they are found as words that may be meant instead
    assert (practice.pk in search_result.ids and not search_result.respelt) is is_found


@pytest.mark.parametrize("wrong", ["moderaotr", "moderrator", "MODERATR"])
def test_a_word_that_is_spelt_wrong_finds_what_is_spelt_right(relations: ReaderRelations, wrong: str) -> None:
    practice = make_library_practice(relations, title="A moderator decides")

    search_result = look(relations, text=wrong)

    assert (search_result.ids, search_result.respelt) == ([practice.pk], "moderator")


@pytest.mark.parametrize(("wrong", "right"), [("gaems", "games"), ("Vidoe", "video"), ("шклоа", "школа")])
def test_two_letters_of_a_short_word_in_each_others_place_are_put_back(
    relations: ReaderRelations, wrong: str, right: str
) -> None:
    practice = make_library_practice(relations, title=f"About {right} and what is near")

    search_result = look(relations, text=wrong)

    assert (search_result.ids, search_result.respelt) == ([practice.pk], right)


def test_a_stop_word_is_not_offered_as_a_spelling(relations: ReaderRelations) -> None:
    make_library_practice(relations, title="Anything")

    assert look(relations, text="whta").ids == []  # "what" is in no index


def test_a_russian_word_that_is_spelt_wrong_is_found_too(relations: ReaderRelations) -> None:
    practice = make_library_practice(relations, title="Решает модератор")

    assert look(relations, text="модиратор").ids == [practice.pk]


def test_words_are_put_right_only_by_what_the_reader_may_see(relations: ReaderRelations) -> None:
    make_library_practice(relations, Label.RED, title="Zanzibarish signals")
    practice = make_library_practice(relations, title="Zanzibarian signals")

    assert look(relations, "named", text="zanzibarisch").respelt == "zanzibarish"
    search_result = look(relations, "other", text="zanzibarisch")
    assert (search_result.respelt, search_result.ids) == ("zanzibarian", [practice.pk])


@pytest.mark.parametrize(
    "text",
    [
        "which companies delay a first mesage from strangers quickest",
        "how do companies of the alliance delay a first message that strangers write to children after complaints",
    ],
)
def test_a_long_or_misspelt_question_is_answered_by_most_of_its_words(
    relations: ReaderRelations, text: str
) -> None:
    practice = make_library_practice(
        relations, title="Slow", summary="Strangers wait: delay their first message."
    )

    search_result = look(relations, text=text)

    assert search_result.ids == [practice.pk]
    assert search_result.respelt == ("" if "mesage" not in text else text.replace("mesage", "message"))
    assert search_result.least


@pytest.mark.parametrize(
    "text", ["", "the", "!!! & | :*", "'; DROP TABLE x; --", "a" * 500, "\\", "-grooming", "50%"]
)
def test_whatever_is_typed_is_a_search(relations: ReaderRelations, text: str) -> None:
    make_library_practice(relations)

    look(relations, text=text)


@pytest.mark.parametrize(
    "field",
    [field for field in FIELDS if field.field_type in (FieldType.TEXT, FieldType.LINE)],
    ids=lambda field: field.key,
)
def test_every_text_is_searched(relations: ReaderRelations, field: Any) -> None:
    practice = make_library_practice(relations, **{field.key: "Here stands xylophone"})

    assert look(relations, text="xylophones").ids == [practice.pk]


def test_steps_and_what_was_measured_are_searched(relations: ReaderRelations) -> None:
    step = make_library_practice(relations, steps=[{"text": "Ring the xylophone", "by": "automatic"}])
    effect = make_library_practice(
        relations, effects=[{"what": "Marimbas heard", "before": "2", "after": "1"}]
    )

    assert look(relations, text="xylophone").ids == [step.pk]
    assert look(relations, text="marimba").ids == [effect.pk]
    assert look(relations, text="automatic").ids == []


def test_a_title_weighs_more_than_a_summary_and_that_more_than_the_rest(relations: ReaderRelations) -> None:
    rest = make_library_practice(relations, limits="A xylophone")
    summary = make_library_practice(relations, summary="A xylophone")
    title = make_library_practice(relations, title="A xylophone")

    assert look(relations, text="xylophone").ids == [title.pk, summary.pk, rest.pk]


# --- Order -----------------------------------------------------------------------------------


def test_the_order_is_the_one_that_was_asked_for(relations: ReaderRelations) -> None:
    used = make_library_practice(relations, grade="possible")
    proven = make_library_practice(relations, grade="convincing")
    newest = make_library_practice(relations, grade="untested", title="Newest")
    adopt(relations, used, "other")

    assert look(relations, sort="newest").ids == [newest.pk, proven.pk, used.pk]
    assert look(relations, sort="evidence").ids == [proven.pk, used.pk, newest.pk]
    assert look(relations, sort="adoptions").ids == [used.pk, proven.pk, newest.pk]


def test_use_counts_as_far_as_the_reader_may_see_it(relations: ReaderRelations) -> None:
    secretly, openly = make_library_practice(relations), make_library_practice(relations)
    for who in ("named", "staff"):
        adopt(relations, secretly, who, label=Label.AMBER_STRICT)
    adopt(relations, openly, "named")

    assert look(relations, "other", sort="adoptions").ids == [openly.pk, secretly.pk]
    with acting_as(relations.actors["other"]):
        rows = library.library_rows(relations.actors["other"], [secretly.pk, openly.pk], parse(""))
    assert [(row.in_use, row.on_trial) for row in rows] == [(0, 0), (1, 0)]


def adopt(relations: ReaderRelations, practice: Practice, who: str, label: str = Label.GREEN) -> None:
    with acting_as(SYSTEM):
        Adoption.objects.create(
            practice=practice,
            organisation_id=relations.actors[who].tenant_id,
            label=label,
            state=AdoptionState.IN_USE,
            since=today(),
        )


# --- What becomes of a practice -----------------------------------------------------------------


def test_a_new_version_is_found_by_what_it_says_now(relations: ReaderRelations) -> None:
    practice = make_library_practice(relations, title="A xylophone")
    add_version(practice, relations.actors["author"].person_id, title="A marimba")

    assert look(relations, text="marimba").ids == [practice.pk]
    assert look(relations, text="xylophone").ids == []


@pytest.mark.parametrize(
    ("state", "is_found"),
    [
        (PracticeState.DRAFT, False),
        (PracticeState.IN_MODERATION, False),
        (PracticeState.RETIRED, True),
        (PracticeState.RECALLED, False),
    ],
)
def test_only_what_is_shared_or_retired_is_found(
    relations: ReaderRelations, state: str, is_found: bool
) -> None:
    practice = make_library_practice(relations)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state=state)

    for who in ("other", "author", "host"):
        assert bool(look(relations, who).ids) is is_found, who


def test_alerts_that_have_run_out_are_found_when_asked_for(relations: ReaderRelations) -> None:
    practice = make_library_practice(relations)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(expires_on=today() - timedelta(days=1))

    assert look(relations).ids == []
    assert look(relations, expired="1").ids == [practice.pk]


def test_the_system_finds_everything(relations: ReaderRelations) -> None:
    for label in Label.values:
        make_library_practice(relations, label)

    with acting_as(SYSTEM):
        assert len(find_practices(SYSTEM, parse_search({})).ids) == len(Label.values)
