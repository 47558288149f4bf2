"""The benches' own parts on a few rows: populations of the promised size, costs that are measured, sections."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count
from django.urls import reverse

from alliance.enums import CycleState, OrganisationKind
from alliance.models import Organisation, Person, PublishedVerdict, Report, Submission
from bench.api import results as of_api
from bench.api.obligations import make_reports
from bench.api.run import LISTS, token
from bench.api.run import PEER as PEER_OF_API
from bench.bars import at_least, at_most, table
from bench.desks.alliance import LargeAlliance, Size
from bench.desks.measuring import measure as measure_page
from bench.desks.members import PATTERNS, slug_of
from bench.desks.pages import pages as of_desks
from bench.desks.places import places
from bench.desks.results import ComparedPage, DeskResults
from bench.desks.results import report as report_of_desks
from bench.documents import results as of_documents
from bench.documents.journal import copy, export, extend_journal, manager
from bench.documents.journal import profile as of_journal
from bench.fanout import run as telling
from bench.open_data.results import bars as bars_of_data
from bench.open_data.results import report as report_of_data
from bench.open_data.run import measure as measure_open_data
from bench.pages.data import grow, member_count
from bench.pages.pair import PEER, ROOT, Cost, Pair, Profile
from bench.pages.public import left_out, public_pages
from bench.pages.results import PageResults, PublicPage, bars
from bench.pages.results import report as report_of_pages
from bench.pages.run import signed_in
from bench.pages.target import Application, count, profile
from bench.processor_time import ProcessorTime
from bench.profiling import FRAME, ROWS, WORDS, Spent
from bench.purposes import MAY
from bench.results_page import RUN, measured_by, read_figure, write_section, write_sections
from bench.scale import results as scale
from bench.scale.durable import DurableActs
from bench.scale.limits import NODE, Hints, Limits, backend_megabytes, measure_files, measure_hints
from bench.scale.measured import BACKUP, CHAIN, NOTE, Measured
from bench.scale.population import grow as grow_to_scale
from bench.tests import run as of_tests
from bench.webhooks import run as webhooks
from bench.yardstick import Yardstick
from portal.kernel import search
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from tests.factories import make_cycle, read_cast, read_charter
from tests.support.background_programs import Worker
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

# the set-up of these tests takes long: once, in one process
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.xdist_group("bench"),
]
_LIST_COLUMNS = """
import django
django.setup()
for model in django.apps.apps.get_models():
    print(*(f"{model._meta.db_table}.{field.column}" for field in model._meta.concrete_fields), sep="\\n")
"""


def test_a_bench_writes_its_section_and_leaves_the_others(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    write_section("One", "first", page)
    write_section("Two", "second", page)
    write_section("One", "third", page)

    assert page.read_text().partition("## ")[2] == "One\n\nthird\n\n## Two\n\nsecond\n"


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


def test_what_the_engines_take_is_measured_on_a_few_acts_files_and_jobs() -> None:
    token(Person.objects.get(name="Alice").email)  # somebody who acts
    hints, files = measure_hints(20), measure_files(2)

    assert hints.rate > 0
    assert Job.objects.filter(dedupe_key__startswith="scale:").count() == 0
    assert files.keys() == {"puts", "gets", "put_ms", "get_ms"}
    assert backend_megabytes() > 0
    page = "Memory at the end, MB: `beat-a` 100, `broker` 4, `web-a` 600, `web-b` 700.\n"
    assert sum(map(float, NODE.findall(page))) == 700


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


def test_an_alliance_that_is_grown_has_as_much_to_find_for_each_member() -> None:
    cast, cycle = read_cast(), make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    make_published_report(cycle, cast.aurora, answer="Our xylophone.")
    before = places_of("xylophone")
    grow_to_scale(6, 30)
    members = Organisation.objects.filter(kind=OrganisationKind.MEMBER).count()

    assert set(before) == {("passage", "aurora-video", 1)}
    assert (members, len(places_of("xylophone"))) == (6, 5 * len(before))
    new = {f"scale-{number}" for number in range(1, 5)}
    assert {slug for _kind, slug, _number in places_of("xylophone")} == {"aurora-video", *new}
    numbers = {slug: number for _kind, slug, number in places_of("xylophone")}
    with acting_as(SYSTEM):
        for slug in new:
            assert Publication.objects.get(number=numbers[slug]).record == f"{slug}/2026-h1"


def places_of(word: str) -> list[tuple[str, str, int | None]]:
    """What has the word: its kind, its member, the number of its publication."""
    documents = search.documents_by_id([hit.id for hit in search.find(word).hits]).values()
    return [(row.kind, row.route_args[0], row.number) for row in documents]


def test_a_bar_says_whether_it_holds() -> None:
    rows = table([at_least("A ratio", 0.6, 0.5, "its peer"), at_most("Queries", 6, 6, "")]).splitlines()[2:]

    assert rows == [
        "| A ratio | at least 0.60 of its peer | 0.50 | **does not hold** |",
        "| Queries | at most 6 | 6 | holds |",
    ]


def test_an_alliance_grows_to_the_size_that_was_asked_for() -> None:
    make_published_cycle(make_cycle(read_charter()))
    grow(12)
    grow(60)
    application = Application()

    first, again = (count(application, f"/en/members/?fresh={number}", "") for number in (1, 2))
    spent = profile(application, [f"/en/members/?fresh={number}" for number in (3, 4, 5)], "", seconds=0.5)

    assert member_count() == 60
    assert 0 < again["queries"] <= first["queries"]
    assert first["bytes"] > 10_000
    assert {WORDS, FRAME, ROWS, MAY} <= {*spent.own, *spent.database}
    assert spent.database[ROWS] > 0


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


def test_public_pages_are_those_of_the_policy_tables() -> None:
    cast, cycle = read_cast(), make_cycle(read_charter())
    figures = {"search": [submitted_figure("content-actioned", "12", service="aurora-kids")]}
    make_published_report(cycle, cast.aurora, figures, {"find": "complete"})
    make_published_cycle(cycle)
    asked = dict(public_pages(cast.aurora.slug))

    assert {
        "public:home",
        "public:commitment",
        "public:cycle",
        "public:member",
        "public:report",
    } <= asked.keys()
    assert asked["public:promise-list"] == "/en/promises/"
    assert not {"public:home", "public:cycle-list"} & set(left_out(cast.aurora.slug))


def test_a_peer_reads_only_columns_that_the_portal_has() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns"
            " WHERE table_schema = 'public'"
        )
        present = {name for (name,) in cursor.fetchall()}

    for settings in (PEER, PEER_OF_API):
        # its models are of no app that is installed here
        columns = subprocess.run(
            [sys.executable, "-c", _LIST_COLUMNS],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": settings}, cwd=ROOT, capture_output=True, text=True,
            check=True,
        ).stdout.split()  # fmt: skip
        assert columns
        assert set(columns) - present == set(), settings


@pytest.mark.usefixtures("empty_database")
def test_everybody_is_notified_and_all_of_it_is_measured(worker_programs: Worker) -> None:
    worker_programs.stop()  # one that an earlier test has started would take some of the work
    figures = telling.measure(people=20, letters=4, rounds=1)

    assert [len(runs) for runs in (figures.routed, figures.inserted, figures.swept, figures.sent)] == [1] * 4
    assert figures.rate(figures.sent) > 0
    assert "| letters a second |" in telling.report(figures)
    assert "| inbox items and letters, written |" in telling.report(figures)


@pytest.mark.usefixtures("empty_database")
def test_messages_to_webhooks_are_sent_and_measured(worker_programs: Worker) -> None:
    worker_programs.stop()
    figures = webhooks.measure(messages=3, rounds=1)

    assert (len(figures.sent), len(figures.posted)) == (1, 1)
    assert figures.cost(figures.sent) > figures.cost(figures.posted) > 0
    assert "| a message: CPU ms |" in webhooks.report(figures)


def test_lists_of_the_api_are_answered_with_and_without_a_token() -> None:
    secret = token(Person.objects.get(name="Alice").email)
    application = Application()

    counts = [
        count(application, reverse(api_list.route), "", secret if api_list.with_token else "")
        for api_list in LISTS
    ]

    assert [("update `alliance_apitoken`" in measurement["about"]) for measurement in counts] == [
        False,
        True,
        True,
    ]
    tables = ("organisation", "organisation", "report")
    for measurement, table_name in zip(counts, tables, strict=True):
        assert f"select `alliance_{table_name}`" in measurement["about"]


def test_a_member_has_as_many_reports_as_were_asked_for() -> None:
    cast = read_cast()
    make_cycle(read_charter())

    make_reports(cast.alice.email, 3)

    assert Report.objects.filter(organisation=cast.aurora).count() == 3


def test_lists_of_the_api_next_to_their_peers_make_a_section() -> None:
    pair = Pair("members", Cost(2.0, 0.5, 20_000), Cost(1.0, 0.5, 20_000))
    spent = Spent({ROWS: 2.0}, {})
    measured = [of_api.MeasuredList(pair, Profile("members", ["who acts", "select `a`"], spent, spent))]

    assert [bar.holds for bar in of_api.bars(measured)] == [False, True]
    assert "- members: who acts, select `a`" in of_api.report(measured, 50)
    assert f"| {ROWS} | 2.00 | 0.00 | 2.00 | 0.00 |" in of_api.report(measured, 50)


def test_the_journal_grows_to_the_lines_that_were_asked_for_and_is_written_twice() -> None:
    token(Person.objects.get(name="Alice").email)  # something to write down
    reader = manager()
    lines = extend_journal(40)

    exported, copied = export(reader), copy(reader)

    assert lines >= 40
    assert min(exported[1], copied[1]) > 40 * lines
    assert exported[0].ms > 0
    assert of_journal(reader).ms > 0


def test_the_open_data_is_measured_beside_copy() -> None:
    cast = read_cast()
    figures = {"search": [submitted_figure("time-to-removal", "12.5")]}
    make_published_report(make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED), cast.aurora, figures)

    results = measure_open_data(40, rounds=1)

    assert results.rows == 40
    assert min(results.csv_ms, results.copy_ms) > 0
    slow = replace(results, csv_ms=30.0, copy_ms=10.0)
    assert "| ratio | 3.00 |" in report_of_data(slow)
    assert "| what is written | ms |" in report_of_data(results)
    parts = replace(slow, columns={"the rows": 5.0, "series": 12.0, "value": 3.0})
    assert "They add 12 ms; the other 18 stand beside\n10: 1.80 times." in report_of_data(parts)
    assert [bar.holds for bar in bars_of_data(slow)] == [False, True, True]


@pytest.mark.usefixtures("empty_database")
def test_a_large_alliance_is_the_same_for_every_member_and_every_page_of_it_is_asked_for() -> None:
    size = Size(members=PATTERNS + 2, cycles=4, events=2_000, supporters=3, commitments=3, measures=1)

    LargeAlliance(size).make()

    with acting_as(SYSTEM):
        rows = Report.objects.order_by().values_list("cycle__state", "state").annotate(Count("pk"))
        states = {(cycle, state): count for cycle, state, count in rows}
        by_name = places()
        asked = list(of_desks(by_name))
        verdicts = PublishedVerdict.objects.current().values("organisation", "cycle").annotate(n=Count("pk"))
        bodies = Submission.objects.filter(organisation__slug=slug_of(7)).values_list("body", flat=True)
        assert Event.objects.count() == 2_000
    # two half-years are published; the sixth member never files, the seventh and eighth are like the first two
    silent = 1
    assert states["published", "published"] == 2 * (size.members - silent)
    assert states["published", "not_filed"] == 2 * silent
    assert {state: count for (cycle, state), count in states.items() if cycle == "closed"} == {
        "submitted": 2, "in_review": 3, "changes_requested": 1, "concluded": 1, "not_filed": silent,
    }  # fmt: skip
    assert {state: count for (cycle, state), count in states.items() if cycle == "open"} == {
        "draft": 5, "awaiting_sign_off": 1, "submitted": 1, "in_review": 1,
    }  # fmt: skip
    assert {row["n"] for row in verdicts} == {6}
    assert len(bodies) == 3
    assert all(json.loads(bytes(body))["organisation"] == slug_of(7) for body in bodies)
    routes = {page.route for page in asked}
    assert {"secretariat:home", "secretariat:review-measure", "workspace:report", "public:compare"} <= routes
    (page,) = (page for page in asked if page.route == "workspace:report-measure")
    yardstick = Yardstick()
    cost = measure_page(Application(), page, signed_in(page.email), yardstick, times=2)
    assert cost.is_html
    assert cost.queries > 0
    results = DeskResults(
        [ComparedPage(page.name, page.reader, cost, cost)], [], [], slowness=yardstick.slowness
    )
    section = report_of_desks(results)
    assert "`workspace:report-measure`" in section
    assert "Here it took" in section


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
