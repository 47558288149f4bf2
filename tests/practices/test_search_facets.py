"""By what practices are narrowed: facets and their counts, uses and languages that the reader may see."""

from datetime import timedelta
from typing import Any

import pytest

from alliance.models import Ownership, Service
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import AdoptionState, Label
from practices.facets import FACETS
from practices.models import Practice, Translation
from practices.queries import search
from tests.factories.library import make_library_practice
from tests.factories.relations import ReaderRelations
from tests.support.practice_search import look, make_use, measure

pytestmark = pytest.mark.django_db


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
    # one of before an opening is read on its own page alone
    with acting_as(SYSTEM):
        Translation.objects.filter(practice=translated).update(earlier_readers=[f"staff:{relations.source}"])
    assert look(relations, "author", read_in="ru").ids == [russian.pk]


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
