"""What is found: words in two languages, however they are spelt; facets and their counts; in which order."""

from datetime import timedelta
from typing import Any

import pytest

from alliance.models import Ownership, Service
from alliance.queries.local_dates import today
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.search import parse
from practices.enums import AdoptionState, Label, PracticeState
from practices.facets import FACETS
from practices.fields import FIELDS, FieldType
from practices.models import Adoption, AdoptionResult, Practice, Translation
from practices.queries import library, search
from practices.queries.search import SearchResult, find_practices, parse_search
from tests.factories.library import add_version, make_library_practice
from tests.factories.relations import ReaderRelations

pytestmark = pytest.mark.django_db


def look(relations: ReaderRelations, who: str = "other", **lists: Any) -> SearchResult:
    """What somebody finds; both checks are on."""
    actor = relations.actors[who]
    with acting_as(actor):
        return find_practices(
            actor,
            parse_search({key: [value] if isinstance(value, str) else value for key, value in lists.items()}),
        )


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
def test_a_facet_leaves_what_has_its_value(relations: ReaderRelations, key: str) -> None:
    chosen, other_value = VALUES[key]
    practice = make_library_practice(relations, **{key: chosen})
    make_library_practice(relations, **{key: other_value})
    value = chosen if isinstance(chosen, str) else chosen[0]

    search_result = look(relations, **{key: value})

    assert search_result.ids == [practice.pk]
    other = other_value if isinstance(other_value, str) else other_value[0]
    assert (search_result.counts[key][value], search_result.counts[key][other]) == (
        1,
        1 if key != "grade" else 2,
    )


def test_label_and_organisation_are_facets_too(relations: ReaderRelations) -> None:
    beacon = relations.actors["named"].tenant_id
    green, clear = (
        make_library_practice(relations, organisation=beacon),
        make_library_practice(relations, Label.CLEAR),
    )

    assert look(relations, label="clear").ids == [clear.pk]
    assert look(relations, organisation=str(beacon)).ids == [green.pk]


def test_every_facet_is_tried() -> None:
    assert {facet.key for facet in FACETS} == {*VALUES, "label", "organisation"}


def test_what_names_no_service_language_or_age_is_for_all(relations: ReaderRelations) -> None:
    practice = make_library_practice(relations, measures=None)

    for key, value in (
        ("service_kinds", "game"),
        ("languages", "kk"),
        ("age_bands", "0-6"),
        ("encryption", "works"),
    ):
        assert look(relations, **{key: value}).ids == [practice.pk], key
    assert look(relations, measures="search-words").ids == []


def test_evidence_is_asked_for_at_least(relations: ReaderRelations) -> None:
    grades = {
        grade: make_library_practice(relations, grade=grade).pk
        for grade in ("tentative", "possible", "convincing")
    }

    search_result = look(relations, grade="possible")

    assert set(search_result.ids) == {grades["possible"], grades["convincing"]}
    assert search_result.counts["grade"] == {
        "untested": 3,
        "tentative": 3,
        "possible": 2,
        "likely": 1,
        "convincing": 1,
    }


def test_values_of_one_facet_are_alternatives_and_facets_narrow_one_another(
    relations: ReaderRelations,
) -> None:
    first = make_library_practice(relations, harms=["grooming"], stage="idea")
    second = make_library_practice(relations, harms=["suicide"], stage="idea")
    make_library_practice(relations, harms=["suicide"], stage="trial")
    make_library_practice(relations, harms=["bullying"], stage="idea")

    search_result = look(relations, harms=["grooming", "suicide"], stage="idea")

    assert set(search_result.ids) == {first.pk, second.pk}
    assert search_result.counts["harms"] == {"grooming": 1, "suicide": 1, "bullying": 1}
    assert search_result.counts["stage"]["trial"] == 1
    assert look(relations, harms="grooming,suicide", stage="idea").ids == search_result.ids


def test_beyond_the_cap_it_says_so(relations: ReaderRelations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MAX_RANKED", 2)
    newest = [make_library_practice(relations).pk for _ in range(4)][:1:-1]

    search_result = look(relations)

    assert (search_result.ids, search_result.capped) == (newest, True)
    assert "harms" in search_result.sampled
    assert not look(relations, harms="unknown").capped


def test_facets_find_the_newest_though_more_than_the_cap_are_newer(
    relations: ReaderRelations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MAX_RANKED", 1)
    old = make_library_practice(relations, harms=["suicide"])
    for _ in range(20):
        make_library_practice(relations)

    assert look(relations, harms="suicide").ids == [old.pk]


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


# --- What differs by reader ------------------------------------------------------------------


def make_use(relations: ReaderRelations, practice: Practice, who: str = "named", **facts: Any) -> Adoption:
    """Somebody's use on a service of that sort; the community reads it unless the facts say otherwise."""
    actor = relations.actors[who]
    with acting_as(SYSTEM):
        service = Service.objects.create(slug=f"s{practice.pk}", name="S", sort=facts.pop("sort", ""))
        return Adoption.objects.create(
            practice=practice, practice_label=practice.label, organisation_id=actor.tenant_id, service=service,
            since=today(), **{"label": Label.GREEN, "state": AdoptionState.IN_USE, **facts},
        )  # fmt: skip


def measure(use: Adoption, relations: ReaderRelations, **facts: Any) -> None:
    with acting_as(SYSTEM):
        AdoptionResult.objects.create(
            adoption=use, what="Contact", before=4, after=2, added_by=relations.people["named"], **facts
        )


def test_practices_are_narrowed_by_uses_that_the_reader_may_see(relations: ReaderRelations) -> None:
    used, tried, hidden, unused = (make_library_practice(relations) for _number in range(4))
    measure(make_use(relations, used, sort="A forum"), relations, service_kind="game")
    make_use(relations, tried, state=AdoptionState.TRIAL, sort="A messenger")
    measure(make_use(relations, hidden, label=Label.AMBER_STRICT), relations)
    with acting_as(SYSTEM):
        service = Service.objects.create(slug="own", name="Own", sort="Games with chat")
        Ownership.objects.create(
            service=service, organisation_id=relations.actors["other"].tenant_id, starts_on="2020-01-01"
        )

    assert look(relations, use="in_use").ids == [used.pk]
    assert look(relations, use="measured").ids == [used.pk]
    # by what was measured, and by what the services are registered as
    assert look(relations, use="like_ours").ids == [used.pk]
    with acting_as(SYSTEM):
        Service.objects.filter(pk=service.pk).update(sort="A messenger", sort_en="A messenger")
    assert look(relations, use="like_ours").ids == [tried.pk]
    assert look(relations, use=["in_use", "like_ours"]).ids == []
    assert look(relations, use="in_use").counts["use"] == {"in_use": 1, "like_ours": 0, "measured": 1}
    # whose use it is, sees it; who has no service known to be of a kind is not asked about services like theirs
    result = look(relations, "named", use="measured", harms="grooming")
    assert set(result.ids) == {used.pk, hidden.pk}
    assert result.counts["harms"] == {"grooming": 2}
    assert look(relations, "author", use="in_use").counts["use"] == {"in_use": 1, "measured": 1}
    assert unused.pk in look(relations).ids


def test_practices_are_narrowed_by_the_languages_in_which_they_can_be_read(
    relations: ReaderRelations,
) -> None:
    russian, translated, english = (make_library_practice(relations) for _number in range(3))
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=russian.pk).update(language="ru")
        for practice, state in ((translated, "shared"), (english, "offered")):
            Translation.objects.create(
                practice=practice, language="ru", state=state, version_number=1, content={"title": "Т"},
                person=relations.people["author"], organisation_id=relations.source,
            )  # fmt: skip

    result = look(relations, read_in="ru")
    assert set(result.ids) == {russian.pk, translated.pk}
    assert result.counts["read_in"] == {"en": 2, "ru": 2}
    assert "use" not in look(relations).counts


@pytest.mark.parametrize(
    "chosen", [{"use": "measured"}, {"read_in": "ru"}, {"use": "in_use", "text": "wait"}]
)
def test_what_only_the_reader_sees_is_looked_for_beyond_the_first(
    relations: ReaderRelations, monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str]
) -> None:
    old = make_library_practice(relations, title="Old")
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=old.pk).update(language="ru", shared_at=clock.now() - timedelta(days=400))
    measure(make_use(relations, old), relations)
    for _number in range(4):
        make_library_practice(relations)
    monkeypatch.setattr(search, "MAX_RANKED", 2)

    result = look(relations, harms="grooming", **chosen)
    assert (result.ids, result.capped) == ([old.pk], False)
    assert look(relations, harms="bullying", **chosen).ids == []
