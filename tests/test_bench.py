"""The benches' own parts on a few rows: populations of the promised size, and costs that are measured."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import Count
from django.urls import reverse

from alliance.enums import CycleState, OrganisationKind
from alliance.models import Organisation, Person, PublishedVerdict, Report, Submission
from bench.api.obligations import make_reports
from bench.api.run import LISTS, token
from bench.api.run import PEER as PEER_OF_API
from bench.desks.alliance import LargeAlliance, Size
from bench.desks.measuring import measure as measure_page
from bench.desks.members import PATTERNS, slug_of
from bench.desks.pages import pages as of_desks
from bench.desks.places import places
from bench.desks.results import ComparedPage, DeskResults
from bench.desks.results import report as report_of_desks
from bench.documents.journal import copy, export, extend_journal, manager
from bench.documents.journal import profile as of_journal
from bench.fanout import run as telling
from bench.open_data.results import bars as bars_of_data
from bench.open_data.results import report as report_of_data
from bench.open_data.run import measure as measure_open_data
from bench.pages.data import grow, member_count
from bench.pages.pair import PEER, ROOT
from bench.pages.public import left_out, public_pages
from bench.pages.run import signed_in
from bench.pages.target import Application, count, profile
from bench.profiling import FRAME, ROWS, WORDS
from bench.purposes import MAY
from bench.scale.limits import NODE, backend_megabytes, measure_files, measure_hints
from bench.scale.population import grow as grow_to_scale
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


def test_what_the_engines_take_is_measured_on_a_few_acts_files_and_jobs() -> None:
    token(Person.objects.get(name="Alice").email)  # somebody who acts
    hints, files = measure_hints(20), measure_files(2)

    assert hints.rate > 0
    assert Job.objects.filter(dedupe_key__startswith="scale:").count() == 0
    assert files.keys() == {"puts", "gets", "put_ms", "get_ms"}
    assert backend_megabytes() > 0
    page = "Memory at the end, MB: `beat-a` 100, `broker` 4, `web-a` 600, `web-b` 700.\n"
    assert sum(map(float, NODE.findall(page))) == 700


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
