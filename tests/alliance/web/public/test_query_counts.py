"""The same number of queries for ten rows and for more than a page of them; with `--full` for a thousand."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.models import Cycle
from alliance.queries.site import read_site
from portal.kernel.publishing import revision_cache
from tests.factories import make_cycle, read_cast, read_charter
from tests.support.published_reports import (
    make_published_cycle,
    make_published_members,
    make_published_report,
)
from tests.support.submissions import submitted_figure
from tests.support.world_public_questions import make_public_question

pytestmark = pytest.mark.django_db

LISTS = (
    "commitments/",
    "members/",
    "cycles/",
    "reports/",
    "reports/?commitment=find",
    "publications/",
    "questions/",
    "questions/?commitment=find",
)
PAGES = (
    *LISTS,
    "",
    "commitments/find/",
    "members/member-00003/",
    "cycles/2026-h1/",
    "compare/?indicator=content-actioned",
    "compare/?indicator=content-actioned&members=member-00003,member-00004",
    "reports/aurora-video/2026-h1/",
    "publications/3/",
)
# transaction, context of row-level security, revision, site, head of the record
SHELL = ("SAVEPOINT", "set_config", "publicrevision", "alliance_site", 'FROM "portal_publication" ORDER BY')


def queries(page: str) -> list[str]:
    """What a page asks the database for itself, from a cold start."""
    read_site.forget()
    revision_cache.clear()
    with CaptureQueriesContext(connection) as captured:
        answer = Client().get(f"/en/{page}")
    assert answer.status_code == 200
    # the day is asked for at most once a second in a process
    return [query["sql"] for query in captured if query["sql"] != "SELECT now()"]


def own(statements: list[str]) -> list[str]:
    """Without what every page asks."""
    return [sql for sql in statements if not any(word in sql for word in SHELL)]


@pytest.fixture
def cycle() -> Cycle:
    cast, cycle = read_cast(), make_cycle(read_charter())
    figures = [submitted_figure("content-actioned", "12", service="aurora-kids")]
    make_published_report(cycle, cast.aurora, {"search": figures}, {"find": "complete"})
    make_published_members(cycle, 9)
    _ask_publicly(9)
    return make_published_cycle(cycle)


def _ask_publicly(count: int) -> None:
    """So many published questions about Aurora and a commitment."""
    for _number in range(count):
        answer = {
            "state": "answered",
            "answer": "Yes.",
            "answer_language": "en",
            "answer_side": "secretariat",
        }
        now = {"answered_at": timezone.now(), "published_at": timezone.now()}
        make_public_question(read_cast().aurora, commitment_key="find", **answer, **now)


def test_ten_rows_and_many_cost_the_same_queries(cycle: Cycle, full: bool) -> None:
    few = {page: len(queries(page)) for page in PAGES}
    make_published_members(cycle, 990 if full else 60)
    _ask_publicly(60)

    many = {page: len(queries(page)) for page in PAGES}

    assert many == few


@pytest.mark.parametrize("path", LISTS)
def test_a_list_takes_at_most_six_queries(cycle: Cycle, path: str) -> None:
    """Two more where a member has no verdict, and the list says why."""
    assert len(own(queries(path))) <= 6 + 2 * (path == "members/")


def test_a_feed_asks_once_for_each_kind_of_publication(cycle: Cycle) -> None:
    few = len(own(queries("feed.atom")))
    make_published_members(cycle, 60)

    assert len(own(queries("feed.atom"))) <= few <= 8


def test_what_names_reports_in_short_reads_none_of_their_answers(cycle: Cycle) -> None:
    pages = ("", "feed.atom", "cycles/2026-h1.atom", "members/aurora-video.atom", "commitments/find.atom")
    of_reports = {
        page: [sql for sql in queries(page) if 'FROM "alliance_publishedreport"' in sql] for page in pages
    }

    assert all(of_reports.values())
    assert [sql for read in of_reports.values() for sql in read if '"answers"' in sql] == []


def test_the_other_pages_ask_no_more_than_they_need(cycle: Cycle) -> None:
    counted = {page: len(own(queries(page))) for page in PAGES if page not in LISTS}

    # the chart of a commitment reads the last cycle of all lines, then the others of those that are drawn
    most = {page: 26 if page == "commitments/find/" else 19 for page in counted}
    assert {page: count for page, count in counted.items() if count > most[page]} == {}
