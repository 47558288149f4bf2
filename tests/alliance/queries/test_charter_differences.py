"""Two versions of a charter side by side: what became of each measure and of each series."""

from collections.abc import Sequence

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_tags

from alliance.charter_file import CharterText, read_charter
from alliance.enums import CharterChange, SeriesChange
from alliance.queries.charter_differences import CharterDifference, ItemDifference, charter_difference
from tests.support.charter_files import SMALL

LATER = SMALL.replace("version: 2", "version: 3")
UNMAPPED = LATER.split("supersedes:")[0] + "harms:" + LATER.split("harms:", 1)[1]
SECOND_MEASURE = """\
          - key: answer-some
            code: 1.2
            core: true
            title: {en: Answer some, ru: Отвечать некоторым}
            text: {en: Some., ru: Некоторым.}
            indicators:
              - {key: why, code: 1.2.a, type: narrative, title: {en: Why, ru: Почему}}
"""


def mapped(*pairs: tuple[str, str], text: str = UNMAPPED) -> str:
    """The text with `supersedes: 2` and a mapping."""
    rows = "".join(f"  - {{from: {earlier}, to: {later}}}\n" for earlier, later in pairs)
    return text.replace("harms:\n", f"supersedes: 2\nmapping:\n{rows}harms:\n", 1)


def read(text: str) -> CharterText:
    return read_charter(text.encode())


def compare(later: str, earlier: str = SMALL) -> CharterDifference:
    return charter_difference(read(earlier), read(later))


def changes(difference: CharterDifference) -> list[tuple[str, list[str], list[str]]]:
    return [
        (str(item.change), [each.key for each in item.earlier], [each.key for each in item.later])
        for item in difference.changed
    ]


def listed(items: Sequence[ItemDifference], *, with_keys: bool = False) -> str:
    """The words of the list of changes on a page."""
    page = render_to_string("alliance/_charter_changes.html", {"items": items, "with_keys": with_keys})
    return " ".join(strip_tags(page).split())


def test_the_same_text_has_no_differences() -> None:
    difference = compare(UNMAPPED)

    assert difference.changed == []
    assert difference.counts[CharterChange.UNCHANGED] == 2
    assert len(difference.series[SeriesChange.CONTINUES]) == 2
    assert len(difference.series[SeriesChange.TEXT]) == 1


@pytest.mark.parametrize(
    ("was", "now", "change"),
    [
        ("text: {en: Everyone.,", "text: {en: Everybody.,", CharterChange.REWORDED),
        ("title: {en: Answer all,", "title: {en: Answer everybody,", CharterChange.RENAMED),
        ("            core: true", "            core: false", CharterChange.REWORDED),
    ],
)
def test_a_measure_is_reworded_or_renamed(was: str, now: str, change: CharterChange) -> None:
    assert changes(compare(UNMAPPED.replace(was, now))) == [(str(change), ["answer-all"], ["answer-all"])]


def test_a_new_key_alone_is_a_difference_for_those_who_read_keys() -> None:
    renamed = mapped(
        ("answer-all", "answer-each"), text=UNMAPPED.replace("key: answer-all", "key: answer-each")
    )
    difference = compare(renamed)

    assert changes(difference) == [("renamed", ["answer-all"], ["answer-each"])]
    assert difference.changed_without_keys == []
    assert "answer-each" in listed(difference.changed, with_keys=True)
    broken = compare(renamed.replace("unit: complaints", "unit: requests"))
    assert listed(broken.changed_without_keys).startswith(
        "Text unchanged 1.1 Answer all 1.1.b Complaints: breaks"
    )


def test_what_keeps_its_name_is_named_once() -> None:
    reworded = compare(UNMAPPED.replace("text: {en: Everyone.,", "text: {en: Everybody.,"))
    other_code = compare(UNMAPPED.replace("code: 1.1", "code: 1.7").replace("Answer all", "Answer each"))

    assert listed(reworded.changed_without_keys) == "Reworded 1.1 Answer all"
    assert listed(other_code.changed_without_keys) == "Renamed 1.1 Answer all → 1.7 Answer each"


def test_a_name_that_changed_in_another_language_alone_is_given_in_that_one() -> None:
    renamed = compare(UNMAPPED.replace("title: {en: Answer all,", "title: {en: Answer each,"))
    title = renamed.changed[0].earlier[0].title.ru
    with translation.override("ru"):
        words = listed(renamed.changed_without_keys)

    assert words.endswith(f"1.1 {title} → 1.1 {title} (Answer all → Answer each)")


def test_a_measure_is_added_after_the_one_before_it() -> None:
    difference = compare(UNMAPPED + SECOND_MEASURE)

    assert changes(difference) == [("added", [], ["answer-some"])]
    assert [row.series for row in difference.changed[0].indicators] == [SeriesChange.TEXT]


def test_a_removed_measure_stands_where_it_stood_and_its_texts_end() -> None:
    difference = compare(UNMAPPED, earlier=SMALL + SECOND_MEASURE)

    assert changes(difference) == [("removed", ["answer-some"], [])]
    assert difference.items[-1].change == CharterChange.REMOVED


def test_a_removed_measure_says_what_becomes_of_each_of_its_texts_and_series() -> None:
    figure = "{key: %s, code: %s, type: figure, title: {en: Calls, ru: Звонки}, value: count, unit: items, "
    figure += "direction: neutral, scope: service, aggregation: sum}"
    before = SMALL + SECOND_MEASURE + f"              - {figure % ('calls', '1.2.b')}\n"
    moved = compare(UNMAPPED + f"              - {figure % ('calls', '1.1.d')}\n", earlier=before)
    merged = compare(mapped(("calls", "complaints")), earlier=before)

    assert listed(moved.changed) == (
        "Text unchanged 1.1 Answer all 1.2.b Calls → 1.1.d Calls: continues"
        " Removed 1.2 Answer some 1.2.a Why: a text, no longer asked for"
        " 1.2.b Calls → 1.1.d Calls: continues"
    )
    assert len(moved.series[SeriesChange.CONTINUES]) == 3
    assert "Removed 1.2 Answer some 1.2.a Why: a text, no longer asked for 1.1.b Complaints, 1.2.b Calls" in (
        listed(merged.changed)
    )
    assert len(merged.series[SeriesChange.BREAKS]) == 1


def test_a_split_forks_and_a_merge_joins() -> None:
    two = UNMAPPED + SECOND_MEASURE
    split = compare(mapped(("answer-all", "answer-all"), ("answer-all", "answer-some"), text=two))
    merged = compare(mapped(("answer-some", "answer-all")), earlier=SMALL + SECOND_MEASURE)

    assert changes(split) == [("split", ["answer-all"], ["answer-all", "answer-some"])]
    assert changes(merged) == [("merged", ["answer-all", "answer-some"], ["answer-all"])]


def test_a_series_breaks_where_its_unit_changes_and_ends_where_nothing_follows() -> None:
    other_unit = compare(UNMAPPED.replace("unit: complaints", "unit: requests"))
    renamed = compare(
        UNMAPPED.replace("complaints\n                code", "calls\n                code").replace(
            "part_of: complaints", "part_of: calls"
        )
    )

    assert [row.earlier[0].key for row in other_unit.series[SeriesChange.BREAKS]] == [
        "complaints",
        "answered",
    ]
    assert [row.earlier[0].key for row in renamed.series[SeriesChange.ENDS]] == ["complaints"]
    assert [row.later[0].key for row in renamed.series[SeriesChange.BEGINS]] == ["calls"]


def test_a_series_breaks_with_a_reason_although_its_key_stays() -> None:
    row = "  - {from: complaints, to: complaints, breaks: {en: Counted anew., ru: Считается заново.}}\n"
    text = mapped(("answer", "answer")).replace("mapping:\n", f"mapping:\n{row}")

    assert [row.earlier[0].key for row in compare(text).series[SeriesChange.BREAKS]] == ["complaints"]


def test_an_undecided_key_has_no_successor() -> None:
    text = mapped(("answer", "answer"), text=UNMAPPED + SECOND_MEASURE).replace(
        "mapping:\n", "mapping:\n  - {from: answer-all}\n"
    )

    assert changes(compare(text)) == [
        ("unchanged", ["answer-all"], ["answer-all"]),
        ("added", [], ["answer-some"]),
    ]


def test_an_undecided_key_is_neither_ended_nor_removed() -> None:
    text = UNMAPPED.replace("complaints\n                code", "calls\n                code").replace(
        "part_of: complaints", "part_of: calls"
    )
    rows = "supersedes: 2\nmapping:\n  - {from: complaints}\n  - {from: answer-some}\nharms:\n"
    difference = compare(text.replace("harms:\n", rows, 1), earlier=SMALL + SECOND_MEASURE)

    assert [row.earlier[0].key for row in difference.series[SeriesChange.UNDECIDED]] == ["complaints"]
    assert [item.label for item in difference.changed] == ["Text unchanged", "to decide"]


def test_another_period_is_a_difference_although_the_series_goes_on() -> None:
    by_quarter = "                period: quarter\n                period_aggregation: sum\n"
    later = UNMAPPED.replace(
        "                breakdowns: [harm]\n                exclusive: true\n", by_quarter, 1
    )

    difference = compare(later)

    (row,) = [row for item in difference.changed for row in item.indicators if row.is_asked_otherwise]
    assert ([each.key for each in row.later], row.series) == (["complaints"], SeriesChange.CONTINUES)


def test_other_words_for_readers_are_a_difference_and_the_series_goes_on() -> None:
    words = "                explanation: {en: How many complained., ru: Сколько пожаловались.}\n"
    place = "                value: count\n"

    difference = compare(UNMAPPED.replace(place, words + place, 1))

    (row,) = [row for item in difference.changed for row in item.indicators if row.is_explained_otherwise]
    assert ([each.key for each in row.later], row.series) == (["complaints"], SeriesChange.CONTINUES)


def test_another_title_of_an_indicator_is_a_difference_although_the_measure_keeps_its_text() -> None:
    title = "title: {en: Complaints, ru: Жалобы}"

    difference = compare(UNMAPPED.replace(title, "title: {en: Complaints that came in, ru: Жалобы}", 1))

    (row,) = [row for item in difference.changed for row in item.indicators if row.is_renamed]
    assert ([each.key for each in row.later], row.series) == (["complaints"], SeriesChange.CONTINUES)
    assert row.renaming == "renamed"
    assert "1.1.b Complaints → 1.1.b Complaints that came in: renamed" in listed(difference.changed)
    with translation.override("ru"):
        assert row.renaming == "переименован на другом языке"


def test_other_words_for_members_are_a_difference_and_the_series_goes_on() -> None:
    guidance = "                guidance: {en: Count every complaint., ru: Считайте каждую жалобу.}\n"
    place = "                value: count\n"

    difference = compare(UNMAPPED.replace(place, guidance + place, 1))

    (row,) = [row for item in difference.changed for row in item.indicators if row.is_guided_otherwise]
    assert ([each.key for each in row.later], row.series) == (["complaints"], SeriesChange.CONTINUES)
