"""Any two versions of a charter side by side: the mappings between them are composed, either way round."""

import pytest
from django.test import Client
from django.urls import reverse

from alliance.enums import CharterChange, CharterState, SeriesChange
from alliance.models import Charter, KeyMapping, Measure
from alliance.queries.charter_versions import VersionComparison, compare_versions
from alliance.services.documents import request_charter_difference
from portal.kernel.access import acting_as
from portal.kernel.documents import Document
from tests.factories import Cast, make_charter, read_charter, renamed
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.pdf_reports import text_of

pytestmark = pytest.mark.django_db
REASON = {"reason_en": "Days are counted, not hours.", "reason_ru": "Считаются дни, а не часы."}


@pytest.fixture
def versions(cast: Cast) -> list[Charter]:
    """`find` became `look` and then `seek`; the median broke in version 2; `speed` was reworded in version 3."""
    first = read_charter()
    second = make_charter(
        version=2, state=CharterState.SUPERSEDED, tree=renamed(("find", "look"), ("time-to-removal", "days")),
        mapping=(("find", "look"), ("time-to-removal", "days")),
    )  # fmt: skip
    KeyMapping.objects.filter(charter=second, key="days").update(**REASON)
    third = make_charter(
        version=3, state=CharterState.DRAFT, tree=renamed(("find", "seek"), ("time-to-removal", "days")),
        mapping=(("look", "seek"),),
    )  # fmt: skip
    Measure.objects.filter(charter=third, key="speed").update(text_en="Within the hour.")
    return [first, second, third]


def compared(cast: Cast, earlier: Charter, later: Charter) -> VersionComparison:
    with acting_as(cast.actor("mona")) as mona:
        return compare_versions(mona, earlier, later)


def keys_of(comparison: VersionComparison, change: CharterChange) -> list[tuple[list[str], list[str]]]:
    return [
        ([each.key for each in item.earlier], [each.key for each in item.later])
        for item in comparison.difference.items
        if item.change == change
    ]


def test_a_key_is_followed_through_the_versions_between(cast: Cast, versions: list[Charter]) -> None:
    first, _second, third = versions

    comparison = compared(cast, first, third)

    assert (["find"], ["seek"]) in keys_of(comparison, CharterChange.REWORDED)
    assert (["speed"], ["speed"]) in keys_of(comparison, CharterChange.REWORDED)
    assert keys_of(comparison, CharterChange.ADDED) == keys_of(comparison, CharterChange.REMOVED) == []
    assert (comparison.is_next, comparison.is_by_key, comparison.supersession) == (False, False, None)


def test_a_series_that_broke_on_the_way_breaks_with_its_reason(cast: Cast, versions: list[Charter]) -> None:
    comparison = compared(cast, versions[0], versions[2])

    (broken,) = comparison.difference.series[SeriesChange.BREAKS]

    assert ([each.key for each in broken.earlier], [each.key for each in broken.later]) == (
        ["time-to-removal"],
        ["days"],
    )
    assert [reason.en for reason in broken.reasons] == [REASON["reason_en"]]


def test_the_other_way_round_says_the_same_of_the_same_keys(cast: Cast, versions: list[Charter]) -> None:
    first, second, third = versions

    for earlier, later in ((third, first), (second, first), (third, second)):
        there, back = compared(cast, later, earlier), compared(cast, earlier, later)
        for change in (CharterChange.RENAMED, CharterChange.REWORDED, CharterChange.UNCHANGED):
            turned = [(was, now) for now, was in keys_of(there, change)]
            assert sorted(keys_of(back, change)) == sorted(turned), (earlier.version, later.version, change)
        assert not back.is_next
    assert len(compared(cast, third, first).difference.series[SeriesChange.BREAKS]) == 1


def test_a_split_and_a_merger_on_the_way_break_the_series_that_they_touch(cast: Cast) -> None:
    first = read_charter()
    split = (("content-actioned", "content-actioned"), ("content-actioned", "days"))
    make_charter(
        version=2, state=CharterState.SUPERSEDED, tree=renamed(("time-to-removal", "days")), mapping=split
    )
    third = make_charter(version=3, state=CharterState.DRAFT, mapping=(("days", "time-to-removal"),))

    series = compared(cast, first, third).difference.series

    assert "content-actioned" in [row.earlier[0].key for row in series[SeriesChange.BREAKS]]


def test_an_undecided_mapping_is_undecided_from_any_version(cast: Cast, versions: list[Charter]) -> None:
    first, _second, third = versions
    KeyMapping.objects.create(charter=third, earlier_key="search", key="")

    undecided = [item for item in compared(cast, first, third).difference.items if item.is_undecided]

    assert [item.earlier[0].key for item in undecided] == ["search"]


def test_versions_of_which_neither_goes_back_to_the_other_are_compared_by_key(
    cast: Cast, versions: list[Charter]
) -> None:
    _first, second, third = versions
    Charter.objects.filter(pk=third.pk).update(supersedes=1)
    third.refresh_from_db()

    comparison = compared(cast, second, third)

    assert comparison.is_by_key
    assert keys_of(comparison, CharterChange.REMOVED) == [(["look"], [])]
    assert keys_of(comparison, CharterChange.ADDED) == [([], ["seek"])]


# --- The page -------------------------------------------------------------------------------------


def page_of(client: Client, later: Charter, query: str = "") -> str:
    answer = client.get(reverse("secretariat:charter-difference", args=[later.key, later.version]) + query)
    assert answer.status_code == 200
    return answer.text


def test_the_address_carries_both_versions_and_a_form_chooses_them(
    cast: Cast, versions: list[Charter]
) -> None:
    first, _second, third = versions
    mona = signed_in(cast.mona)

    page = page_of(mona, third, "?from=1")

    assert "Version 3 against version 1" in page
    assert REASON["reason_en"] in page
    assert '<option value="1" selected>' in page
    assert "/3/difference/?from=1" not in page_of(mona, third)  # beside the version before
    assert "Version 1 against version 3" in page_of(mona, first, "?from=3")
    assert f"/{first.key}/1/difference/?from=3" in page  # the other way round
    assert "from=1" in page.split("Kinds of change")[1].split("</nav>")[0]  # kept by the tabs
    assert "Edit mapping" not in page


@pytest.mark.parametrize("number", ["3", "9", "x", "1" * 40, "-1"])
def test_a_version_that_there_is_not_is_not_found(cast: Cast, versions: list[Charter], number: str) -> None:
    mona = signed_in(cast.mona)
    address = reverse("secretariat:charter-difference", args=["test-charter", 3])

    assert mona.get(address, {"from": number}).status_code == 404
    export = reverse("secretariat:charter-export", args=["test-charter", 3])
    assert mona.post(export, {"earlier": number}).status_code == 404


def test_the_paper_has_the_versions_of_the_page(cast: Cast, versions: list[Charter]) -> None:
    mona = signed_in(cast.mona)
    sent = mona.post(reverse("secretariat:charter-export", args=["test-charter", 1]), {"earlier": "3"})
    document = Document.objects.get()
    assert sent.url == reverse("document", args=[document.key])
    run_all_jobs()
    document.refresh_from_db()

    text = text_of(document)

    assert document.title.endswith("version 1 against version 3")
    assert "Version 1 against version 3" in text
    assert "signatories" not in text
    with acting_as(cast.actor("mona")) as actor:
        request_charter_difference(actor, versions[2], "ru", earlier=versions[0])
    assert "версия 3" in Document.objects.order_by("-pk")[0].title
    assert "Documents" in words_of(mona.get("/secretariat/documents/"))
