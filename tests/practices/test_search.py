"""What is found: words in two languages, however they are spelt; facets and their counts; in which order."""

from datetime import timedelta
from typing import Any

import pytest

from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import AdoptionState, Label, PracticeState
from practices.facets import FACETS
from practices.fields import FIELDS, FieldType
from practices.models import Adoption, Practice
from practices.queries import library, search
from practices.queries.search import SearchResult, find_practices, parse_search
from tests.factories.library import add_version, make_library_practice
from tests.factories.relations import ReaderRelations, make_relations

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle() -> ReaderRelations:
    return make_relations()


def look(circle: ReaderRelations, who: str = "other", **lists: Any) -> SearchResult:
    """What somebody finds; both walls are up."""
    actor = circle.actors[who]
    with acting_as(actor):
        return find_practices(
            actor,
            parse_search({key: [value] if isinstance(value, str) else value for key, value in lists.items()}),
        )


# --- Words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "asked"),
    [
        ("Moderators review queues", "moderating the queue"),
        ("Модераторы разбирают очереди", "модератор очередь"),
        ("Ёлочные сигналы", "елочный сигнал"),
        ("Жалобы детей and reports of children", "жалоба report"),
        ("Slow the first message", '"first message"'),
    ],
)
def test_words_are_found_by_their_stem_in_either_language(
    circle: ReaderRelations, says: str, asked: str
) -> None:
    practice = make_library_practice(circle, title=says, summary="-")
    make_library_practice(circle, title="Something else", summary="-")

    assert look(circle, text=asked).ids == [practice.pk]


@pytest.mark.parametrize(
    ("asked", "is_found"),
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
    circle: ReaderRelations, asked: str, is_found: bool
) -> None:
    practice = make_library_practice(
        circle, title="Slow", summary="The first message waits. A short queue, end-to-end: it's long."
    )

    search_result = look(circle, text=asked)

    # where they stand apart, they are found as words that may be meant instead
    assert (practice.pk in search_result.ids and not search_result.respelt) is is_found


@pytest.mark.parametrize("wrong", ["moderaotr", "moderrator", "MODERATR"])
def test_a_word_that_is_spelt_wrong_finds_what_is_spelt_right(circle: ReaderRelations, wrong: str) -> None:
    practice = make_library_practice(circle, title="A moderator decides")

    search_result = look(circle, text=wrong)

    assert (search_result.ids, search_result.respelt) == ([practice.pk], "moderator")


def test_a_russian_word_that_is_spelt_wrong_is_found_too(circle: ReaderRelations) -> None:
    practice = make_library_practice(circle, title="Решает модератор")

    assert look(circle, text="модиратор").ids == [practice.pk]


def test_words_are_put_right_only_by_what_the_reader_may_see(circle: ReaderRelations) -> None:
    make_library_practice(circle, Label.RED, title="Zanzibarish signals")
    practice = make_library_practice(circle, title="Zanzibarian signals")

    assert look(circle, "named", text="zanzibarisch").respelt == "zanzibarish"
    search_result = look(circle, "other", text="zanzibarisch")
    assert (search_result.respelt, search_result.ids) == ("zanzibarian", [practice.pk])


@pytest.mark.parametrize(
    "text", ["", "the", "!!! & | :*", "'; DROP TABLE x; --", "a" * 500, "\\", "-grooming", "50%"]
)
def test_whatever_is_typed_is_a_search(circle: ReaderRelations, text: str) -> None:
    make_library_practice(circle)

    look(circle, text=text)


@pytest.mark.parametrize(
    "field",
    [one for one in FIELDS if one.field_type in (FieldType.TEXT, FieldType.LINE)],
    ids=lambda one: one.key,
)
def test_every_text_is_searched(circle: ReaderRelations, field: Any) -> None:
    practice = make_library_practice(circle, **{field.key: "Here stands xylophone"})

    assert look(circle, text="xylophones").ids == [practice.pk]


def test_steps_and_what_was_measured_are_searched(circle: ReaderRelations) -> None:
    step = make_library_practice(circle, steps=[{"text": "Ring the xylophone", "by": "automatic"}])
    effect = make_library_practice(circle, effects=[{"what": "Marimbas heard", "before": "2", "after": "1"}])

    assert look(circle, text="xylophone").ids == [step.pk]
    assert look(circle, text="marimba").ids == [effect.pk]
    assert look(circle, text="automatic").ids == []


def test_a_title_weighs_more_than_a_summary_and_that_more_than_the_rest(circle: ReaderRelations) -> None:
    rest = make_library_practice(circle, limits="A xylophone")
    summary = make_library_practice(circle, summary="A xylophone")
    title = make_library_practice(circle, title="A xylophone")

    assert look(circle, text="xylophone").ids == [title.pk, summary.pk, rest.pk]


# --- Facets ----------------------------------------------------------------------------------

VALUES: dict[str, tuple[Any, Any]] = {
    "stage": ("idea", "proven"),
    "harms": (["grooming", "bullying"], ["suicide"]),
    "service_kinds": (["messenger"], ["search"]),
    "encryption": ("works", "without"),
    "content_types": (["voice"], ["text"]),
    "age_bands": (["7-12"], ["13-15"]),
    "languages": (["kk"], ["ru"]),
    "kind": ("tool", "technique"),
    "measures": (["search-words"], ["other-words"]),
    "grade": ("likely", "possible"),
}


@pytest.mark.parametrize("key", sorted(VALUES))
def test_a_facet_leaves_what_has_its_value(circle: ReaderRelations, key: str) -> None:
    wanted, unwanted = VALUES[key]
    practice = make_library_practice(circle, **{key: wanted})
    make_library_practice(circle, **{key: unwanted})
    value = wanted if isinstance(wanted, str) else wanted[0]

    search_result = look(circle, **{key: value})

    assert search_result.ids == [practice.pk]
    other = unwanted if isinstance(unwanted, str) else unwanted[0]
    assert (search_result.counts[key][value], search_result.counts[key][other]) == (
        1,
        1 if key != "grade" else 2,
    )


def test_label_and_organisation_are_facets_too(circle: ReaderRelations) -> None:
    beacon = circle.actors["named"].tenant_id
    green, clear = (
        make_library_practice(circle, organisation=beacon),
        make_library_practice(circle, Label.CLEAR),
    )

    assert look(circle, label="clear").ids == [clear.pk]
    assert look(circle, organisation=str(beacon)).ids == [green.pk]


def test_every_facet_is_tried() -> None:
    assert {facet.key for facet in FACETS} == {*VALUES, "label", "organisation"}


def test_what_names_no_service_language_or_age_is_for_all(circle: ReaderRelations) -> None:
    practice = make_library_practice(circle, measures=None)

    for key, value in (
        ("service_kinds", "game"),
        ("languages", "kk"),
        ("age_bands", "0-6"),
        ("encryption", "works"),
    ):
        assert look(circle, **{key: value}).ids == [practice.pk], key
    assert look(circle, measures="search-words").ids == []


def test_evidence_is_asked_for_at_least(circle: ReaderRelations) -> None:
    grades = {
        grade: make_library_practice(circle, grade=grade).pk
        for grade in ("tentative", "possible", "convincing")
    }

    search_result = look(circle, grade="possible")

    assert set(search_result.ids) == {grades["possible"], grades["convincing"]}
    assert search_result.counts["grade"] == {
        "untested": 3,
        "tentative": 3,
        "possible": 2,
        "likely": 1,
        "convincing": 1,
    }


def test_values_of_one_facet_are_alternatives_and_facets_narrow_one_another(circle: ReaderRelations) -> None:
    first = make_library_practice(circle, harms=["grooming"], stage="idea")
    second = make_library_practice(circle, harms=["suicide"], stage="idea")
    make_library_practice(circle, harms=["suicide"], stage="trial")
    make_library_practice(circle, harms=["bullying"], stage="idea")

    search_result = look(circle, harms=["grooming", "suicide"], stage="idea")

    assert set(search_result.ids) == {first.pk, second.pk}
    assert search_result.counts["harms"] == {"grooming": 1, "suicide": 1, "bullying": 1}
    assert search_result.counts["stage"]["trial"] == 1
    assert look(circle, harms="grooming,suicide", stage="idea").ids == search_result.ids


def test_beyond_the_cap_it_says_so(circle: ReaderRelations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MAX_RANKED", 2)
    newest = [make_library_practice(circle).pk for _ in range(4)][:1:-1]

    search_result = look(circle)

    assert (search_result.ids, search_result.capped) == (newest, True)
    assert "harms" in search_result.sampled
    assert not look(circle, harms="unknown").capped


def test_facets_find_the_newest_though_more_than_the_cap_are_newer(
    circle: ReaderRelations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MAX_RANKED", 1)
    old = make_library_practice(circle, harms=["suicide"])
    for _ in range(20):
        make_library_practice(circle)

    assert look(circle, harms="suicide").ids == [old.pk]


# --- Order -----------------------------------------------------------------------------------


def test_the_order_is_the_one_that_was_asked_for(circle: ReaderRelations) -> None:
    used = make_library_practice(circle, grade="possible")
    proven = make_library_practice(circle, grade="convincing")
    newest = make_library_practice(circle, grade="untested", title="Newest")
    adopt(circle, used, "other")

    assert look(circle, sort="newest").ids == [newest.pk, proven.pk, used.pk]
    assert look(circle, sort="evidence").ids == [proven.pk, used.pk, newest.pk]
    assert look(circle, sort="adoptions").ids == [used.pk, proven.pk, newest.pk]


def test_use_counts_as_far_as_the_reader_may_see_it(circle: ReaderRelations) -> None:
    secretly, openly = make_library_practice(circle), make_library_practice(circle)
    for who in ("named", "staff"):
        adopt(circle, secretly, who, label=Label.AMBER_STRICT)
    adopt(circle, openly, "named")

    assert look(circle, "other", sort="adoptions").ids == [openly.pk, secretly.pk]
    with acting_as(circle.actors["other"]):
        rows = library.library_rows(circle.actors["other"], [secretly.pk, openly.pk], "")
    assert [(row.in_use, row.on_trial) for row in rows] == [(0, 0), (1, 0)]


def adopt(circle: ReaderRelations, practice: Practice, who: str, label: str = Label.GREEN) -> None:
    with acting_as(SYSTEM):
        Adoption.objects.create(
            practice=practice,
            organisation_id=circle.actors[who].tenant_id,
            label=label,
            state=AdoptionState.IN_USE,
            since=today(),
        )


# --- What becomes of a practice -----------------------------------------------------------------


def test_a_new_version_is_found_by_what_it_says_now(circle: ReaderRelations) -> None:
    practice = make_library_practice(circle, title="A xylophone")
    add_version(practice, circle.actors["author"].person_id, title="A marimba")

    assert look(circle, text="marimba").ids == [practice.pk]
    assert look(circle, text="xylophone").ids == []


@pytest.mark.parametrize(
    ("state", "is_found"),
    [
        (PracticeState.DRAFT, False),
        (PracticeState.IN_MODERATION, False),
        (PracticeState.RETIRED, True),
        (PracticeState.RECALLED, False),
    ],
)
def test_only_what_is_shared_or_retired_is_found(circle: ReaderRelations, state: str, is_found: bool) -> None:
    practice = make_library_practice(circle)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state=state)

    for who in ("other", "author", "host"):
        assert bool(look(circle, who).ids) is is_found, who


def test_alerts_that_have_run_out_are_found_when_asked_for(circle: ReaderRelations) -> None:
    practice = make_library_practice(circle)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(expires_on=today() - timedelta(days=1))

    assert look(circle).ids == []
    assert look(circle, expired="1").ids == [practice.pk]


def test_the_system_finds_everything(circle: ReaderRelations) -> None:
    for label in Label.values:
        make_library_practice(circle, label)

    with acting_as(SYSTEM):
        assert len(find_practices(SYSTEM, parse_search({})).ids) == len(Label.values)
