"""Bar 8 of the desks bench: a list is compared at as many rows as it shows, everything else with the small alliance."""

import time
from dataclasses import replace

import pytest
from django.db import connection

from alliance.charter_file import read_charter
from bench.desks import measuring
from bench.desks.charter import charter_file
from bench.desks.extras import extend_journal
from bench.desks.files import RENAMED, draft_file
from bench.desks.pages import Page
from bench.desks.results import ComparedPage, DeskResults, PageCost, bars, public_report, report
from bench.yardstick import Yardstick, in_words
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast

_SMALL = PageCost(ms=40, database_ms=10, queries=9, bytes=1000, compressed=300, is_html=True, rows=20)
_LONG = replace(_SMALL, ms=80, database_ms=20, rows=60)


def _page(large: PageCost, full: PageCost | None = None) -> ComparedPage:
    return ComparedPage("secretariat:review-list", "manager", large, _SMALL, full)


def test_a_page_that_costs_more_at_the_same_rows_grows() -> None:
    page = _page(replace(_LONG, rows=20))

    assert page.grows
    assert not page.is_longer_and_dearer


def test_a_longer_list_is_compared_with_a_full_one() -> None:
    assert _page(_LONG).is_longer_and_dearer
    assert _page(_LONG).grows
    assert not _page(_LONG, replace(_SMALL, ms=70, rows=50)).grows
    assert _page(_LONG, replace(_SMALL, ms=30, rows=50)).faults == ["2.5 times the small one of as many rows"]


def test_a_list_that_is_not_paged_stays_beside_the_small_alliance() -> None:
    page = _page(_LONG, replace(_SMALL, ms=70, rows=44))

    assert page.faults == ["2.0 times the small one"]


def test_of_two_further_alliances_the_one_with_more_rows_is_compared() -> None:
    page = _page(_LONG).beside(replace(_SMALL, ms=70, rows=44)).beside(replace(_SMALL, ms=75, rows=59))

    assert not page.grows
    assert page.beside(replace(_SMALL, ms=1, rows=21)) == page == page.beside(None)


def test_a_page_that_costs_little_more_is_not_asked_for_again() -> None:
    assert not _page(replace(_LONG, ms=55)).is_longer_and_dearer


@pytest.mark.parametrize(("rows", "words"), [(60, "| 1.2 |"), (30, "| 1.2, not as full |")])
def test_the_section_shows_a_list_in_all_three_alliances(rows: int, words: str) -> None:
    results = DeskResults([_page(_LONG, replace(_SMALL, ms=70, rows=rows))], [], [])

    assert f"| 60 | 20 | {rows} | 100 | 50 | 80 | 2.0 {words}" in report(results)
    (bar,) = (each for each in bars(results) if each.subject == "8. Processor time, at as many rows")
    assert bar.holds == (rows == 60)


@pytest.mark.django_db
def test_a_page_on_a_slow_machine_is_said_in_the_milliseconds_of_the_bars(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def wait(*_asked: object) -> bytes:
        began = time.process_time_ns()
        while time.process_time_ns() - began < 20e6:
            pass
        return b"<!doctype html>"

    monkeypatch.setattr(measuring, "_ask", wait)
    page = Page("public:home", "/en/")
    costs = []
    for slowness in (1.0, 4.0):
        yardstick = Yardstick()
        monkeypatch.setattr(yardstick, "measure", lambda slowness=slowness: slowness)
        costs.append(measuring.measure(measuring.Application(), page, "", yardstick).ms)

    assert 3.5 < costs[0] / costs[1] < 4.5


@pytest.mark.django_db
def test_the_yardstick_says_how_slow_the_machine_was() -> None:
    yardstick = Yardstick()
    for _time in range(3):
        assert yardstick.measure() > 0

    assert len(yardstick.slowness) == 3
    assert "Here it took 2.00 times that" in in_words([1.0, 2.0, 3.0])
    assert in_words([]) == ""


@pytest.mark.django_db
def test_a_journal_of_any_size_ends_with_one_entry_of_each_kind_of_target(cast: Cast) -> None:
    rows = [
        Event(
            kind="organisation.change", actor_kind="system", target_type=f"alliance.{name}", target_id=1,
            target_tenant_id=cast.aurora.pk,
        )
        for name in ("cycle", "organisation", "report", "report", "report")
    ]  # fmt: skip
    with acting_as(SYSTEM):
        Event.objects.bulk_create(rows)
        with connection.cursor() as cursor:
            extend_journal(cursor, 40)
        latest = Event.objects.filter(target_tenant_id=cast.aurora.pk).order_by("-pk")[:3]

        assert {event.target_type for event in latest} == {
            "alliance.cycle",
            "alliance.organisation",
            "alliance.report",
        }


def test_the_draft_of_the_bench_is_the_next_version_of_its_charter() -> None:
    charter, draft = read_charter(charter_file(22, 4)), read_charter(draft_file(22, 4))

    assert (draft.key, draft.version, draft.supersedes) == (charter.key, 2, charter.version)
    assert [change.earlier for change in draft.mapping] == [RENAMED]


def test_every_public_page_has_its_row() -> None:
    small = replace(_SMALL, ms=20)
    public = ComparedPage("public:commitment", "", _LONG, small, replace(small, ms=60, rows=50))
    section = public_report(DeskResults([_page(_LONG), public], (), ()))

    assert "| `public:commitment` | 60 | 20 | 50 | 100 | 20.0 | 30 | 70 | 9 | 9 | 1 | 100 ms |" in section
    assert "secretariat:review-list" not in section


def test_pages_of_desks_that_miss_a_bar_say_which() -> None:
    cheap = PageCost(10.0, 1.0, queries=5, bytes=10_000, compressed=2_000, is_html=True)
    dear = PageCost(180.0, 10.0, queries=9, bytes=200_000, compressed=2_000, is_html=True)

    page = ComparedPage("secretariat:home", "manager", dear, cheap)

    assert page.faults == ["150 ms", "17.3 times the small one", "4 queries more", "150 kB"]
    results = DeskResults([page, ComparedPage("public:home", "", cheap, None)], [], [])
    assert [bar.holds for bar in bars(results)] == [False, True, True, False, False, True, False, True]


def test_a_file_is_measured_by_its_values() -> None:
    small, large, dear = (
        PageCost(ms, 0.0, queries=queries, bytes=900_000, compressed=70_000, is_html=False, values=values)
        for ms, queries, values in ((20.0, 9, 600), (200.0, 30, 12_000), (1_000.0, 30, 12_000))
    )

    files = [ComparedPage("secretariat:supporter-export", "manager", cost, small) for cost in (large, dear)]

    assert [file.faults for file in files] == [[], ["a value is dearer than in the small one"]]
    assert [bar.holds for bar in bars(DeskResults(files[:1], [], []))] == [True] * 8
    assert [bar.holds for bar in bars(DeskResults(files, [], []))].count(False) == 1
    # bar 9 as it is written knows no files
    public = [ComparedPage("public:supporter-table", "", large, small)]
    missed = [bar.subject for bar in bars(DeskResults(public, [], [])) if not bar.holds]
    assert missed == ["9. The same, files for programs among them"]
