"""The sections that benches write about their measurements: figures beside peers, bars, earlier sections that stay."""

from pathlib import Path

import pytest

from bench.api import results as of_api
from bench.bars import at_least, at_most, table
from bench.documents import results as of_documents
from bench.pages.pair import Cost, Pair, Profile
from bench.pages.results import PageResults, PublicPage, bars
from bench.pages.results import report as report_of_pages
from bench.processor_time import ProcessorTime
from bench.profiling import ROWS, Spent
from bench.purposes import MAY
from bench.results_page import RUN, measured_by, read_figure, write_section, write_sections
from bench.scale import results as scale
from bench.scale.durable import DurableActs
from bench.scale.limits import Hints, Limits
from bench.scale.measured import BACKUP, CHAIN, NOTE, Measured
from bench.tests import run as of_tests


def test_a_bench_writes_its_section_and_leaves_the_others(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    write_section("One", "first", page)
    write_section("Two", "second", page)
    write_section("One", "third", page)

    assert page.read_text().partition("## ")[2] == "One\n\nthird\n\n## Two\n\nsecond\n"


@pytest.mark.django_db
def test_the_page_of_growth_is_written_anew_around_what_is_written_by_hand(tmp_path: Path) -> None:
    spent = ProcessorTime()  # nothing was done
    sizes = [Measured(members, members * 100) for members in (100, 1_000)]
    for size in sizes:
        size.pages = dict.fromkeys(("home", "inbox"), Cost(size.members / 10, 10.0, 1_000))
        size.work = dict.fromkeys((NOTE, CHAIN, BACKUP), spent)
        size.bytes_of = {"the whole database": 1_000_000}
    sizes[0].limits = Limits(DurableActs(200, 500, 100, 2_000), {"puts": 9.0}, Hints(9_000, 300, 100, 80))
    page = tmp_path / "scale.md"
    page.write_text(
        "# Earlier\n\n## Pages\n\nEarlier.\n\n## Of the run above\n\nFalse now.\n\n## By hand\n\nIt stays.\n"
    )

    write_sections(scale.head(sizes), scale.sections(sizes), page, without=scale.OF_EARLIER_RUN)

    text = page.read_text()
    assert ("Earlier" in text, "False now" in text, "## By hand\n\nIt stays.\n" in text) == (
        False,
        False,
        True,
    )
    assert "| home | 20.0 | 110.0 | **5.50** | 1 | 10.0 |" in text
    # of the size nearest to one of the alliances, and not of the largest
    assert (
        "100 members, 10,000 publications: a desk page 10 ms of the web process and 10.0 of the database"
        in text
    )
    assert "On this disk 200 a second one after another, 500 by 4 clients at once" in text
    assert "| PostgreSQL's log on that day, MB | 64 | 6.4 GB | 2,000 bytes for an act;" in text
    assert "10,000 jobs are named in 300 ms" in text
    assert ": 9% of the processor time of all pages above |" in text
    assert "| 8. HTML, the heaviest page: inbox | at most 150 kB | 1 | holds |" in scale.short_section(sizes)


def test_a_bench_reads_a_figure_that_another_has_written(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# Page\n\n## Desks\n\nIts database has 1,234 MB.\n")

    assert read_figure("Desks", r"database has ([\d,]+) MB", page) == 1234
    assert read_figure("Search", r"database has ([\d,]+) MB", page) is None


def test_each_section_says_whether_it_is_of_a_run_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RUN, raising=False)
    alone = measured_by("pages")
    monkeypatch.setenv(RUN, "2026-12-01 at 20:00 UTC at abc")

    assert alone.startswith("Measured by `python3 manage.py bench pages` by itself on 20")
    assert measured_by("pages").startswith(
        "Measured by `python3 manage.py bench` in the run of all benches begun on 2026-12-01 at 20:00 UTC at abc, on "
    )


def test_the_tests_themselves_are_measured_and_judged() -> None:
    results = of_tests.SuiteResults(whole=400.0, outcome="9 passed in 399.00s", code=0, first_test=2.5)

    assert [bar.holds for bar in of_tests.bars(results)] == [False, True, True]
    assert "| 11. It passes | all tests | 9 passed in 399.00s | holds |" in of_tests.report(results)


def test_a_bar_says_whether_it_holds() -> None:
    rows = table([at_least("A ratio", 0.6, 0.5, "its peer"), at_most("Queries", 6, 6, "")]).splitlines()[2:]

    assert rows == [
        "| A ratio | at least 0.60 of its peer | 0.50 | **does not hold** |",
        "| Queries | at most 6 | 6 | holds |",
    ]


def test_pages_next_to_their_peers_make_a_section() -> None:
    cost, half = Cost(2.0, 0.5, 20_000), Cost(1.0, 0.5, 20_000)
    pairs = [Pair(name, cost, half) for name in ("members", "reports")]
    queries = {"members": 5, "reports": 6, "first page": 11}
    public = [PublicPage("public:home", cost, [7, 6]), PublicPage("public:cycle", half, [None, 9])]
    figures = PageResults({10: queries, 50: queries}, pairs[0], pairs, pairs[0], cost, (), 1.1, public=public)
    figures.profiles = [
        Profile(
            "reports",
            ["who acts", "select `a`", "select `a`"],
            Spent({ROWS: 0.5, MAY: 1.5}, {ROWS: 0.5}),
            Spent({ROWS: 1.0}, {ROWS: 0.5}),
        )
    ]

    assert [bar.holds for bar in bars(figures)] == [
        False,
        True,
        False,
        True,
        True,
        False,
        True,
        False,
        False,
        False,
        False,
    ]
    assert "| members | 20.0 | 2 | 2.5 | 1 | 1.5 | 0.50 | 5 |" in report_of_pages(figures)
    text = report_of_pages(figures)
    assert "| 2. The same queries of every public page | the same | 1 of 2 | **does not hold** |" in text
    assert "`public:home` (7, 6)" in text
    assert "| `public:home` | 20.0 | 2 | 0.5 | 7, 6 |" in text
    assert f"| {MAY} | 1.50 | 0.00 | 0.00 | 0.00 |" in text
    assert f"1.50 are for what the peer does not do, or hardly ({MAY}). The other 0.50 stand beside" in text
    assert "- reports: who acts; 2 × select `a`" in text


def test_lists_of_the_api_next_to_their_peers_make_a_section() -> None:
    pair = Pair("members", Cost(2.0, 0.5, 20_000), Cost(1.0, 0.5, 20_000))
    spent = Spent({ROWS: 2.0}, {})
    measured = [of_api.MeasuredList(pair, Profile("members", ["who acts", "select `a`"], spent, spent))]

    assert [bar.holds for bar in of_api.bars(measured)] == [False, True]
    assert "- members: who acts, select `a`" in of_api.report(measured, 50)
    assert f"| {ROWS} | 2.00 | 0.00 | 2.00 | 0.00 |" in of_api.report(measured, 50)


def test_documents_next_to_their_programs_make_a_section() -> None:
    own, peer = (of_documents.DocumentCost(1.0, ms, 10.0, 100.0, 5_000) for ms in (140.0, 100.0))
    both = of_documents.ComparedCost(own, peer)
    figures = of_documents.DocumentResults(
        200, 1_000, 500, both, both, own, 200, csv=30.0, copied=10.0, memory=2.0, memory_longer=2.1
    )

    assert [bar.holds for bar in of_documents.bars(figures)] == [
        True, True, False, True, True, True, False, True,
    ]  # fmt: skip
    assert "| report, PDF | 5 | 140 | 110 | typst | 100 | 110 | 1.40 |" in of_documents.report(figures)
