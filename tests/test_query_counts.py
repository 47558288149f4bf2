"""A page of workspace or secretariat asks the database as often for twenty rows more as for three more."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.policy import CASES
from tests.support.bulk_data import make_many
from tests.support.query_log import own_queries
from tests.support.routes import route_names
from tests.support.world import World

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("rollback"),
    pytest.mark.xdist_group("query counts"),
]

# Every page of an area that shows more than one row of something, and who opens it. Public lists: their own test.
PAGES: tuple[tuple[str, str, str, str], ...] = (
    ("alice", "workspace:home", "", ""),
    ("alice", "workspace:report-list", "", ""),
    ("alice", "workspace:report", "report.in_review", ""),
    ("alice", "workspace:report-delegation", "report", "?unfold=all&measure=search"),
    ("alice", "workspace:measure-comments", "report.measure", ""),
    ("alice", "workspace:report-verdicts", "report.concluded", ""),
    ("alice", "workspace:correction-list", "", ""),
    ("mona", "secretariat:correction-list", "", "?sort=member"),
    ("mona", "secretariat:withdrawal-list", "", "?sort=-member"),
    ("sven", "workspace:people", "", ""),
    ("alice", "workspace:inbox", "", ""),
    ("alice", "workspace:document-list", "", ""),
    ("alice", "workspace:pledge-list", "", ""),
    ("sven", "workspace:token-list", "", ""),
    ("sven", "workspace:webhook-list", "", ""),
    ("sven", "workspace:webhook", "webhook", ""),
    ("alice", "workspace:pledge-draft", "", ""),
    ("alice", "workspace:import-list", "", ""),
    ("alice", "workspace:import", "import", ""),
    ("alice", "workspace:request-list", "", ""),
    ("alice", "workspace:request", "request.sought", ""),
    ("alice", "workspace:practice", "practice.green", ""),
    ("carol", "workspace:practice", "practice.green", ""),
    ("alice", "workspace:practice-discussion", "practice.green", ""),
    ("alice", "workspace:practice-following", "", ""),
    ("mona", "secretariat:request-list", "", ""),
    ("alice", "workspace:practice-ours", "", ""),
    ("alice", "workspace:practice-readers", "practice.green", ""),
    ("alice", "workspace:group-list", "", ""),
    ("alice", "workspace:group", "group", ""),
    ("alice", "workspace:adoption-list", "", ""),
    ("alice", "workspace:practice-list", "", ""),
    ("alice", "workspace:practice-list", "", "?text=crowd&harms=grooming&sort=adoptions"),
    ("alice", "workspace:practice-list", "", "?use=in_use&read_in=en"),
    ("alice", "workspace:search-list", "", ""),
    ("mona", "secretariat:home", "", ""),
    ("mona", "secretariat:practice-list", "", ""),
    ("mona", "secretariat:search-list", "", ""),
    ("mona", "secretariat:member-list", "", "?sort=-people"),
    ("mona", "secretariat:application-list", "", ""),
    ("mona", "secretariat:supporter-list", "", "?sort=name"),
    ("mona", "secretariat:public-question-list", "", ""),
    ("mona", "secretariat:public-question-list", "", "?show=all&sort=member"),
    ("mona", "secretariat:comment-list", "", "?sort=partner"),
    ("alice", "workspace:public-question-list", "", ""),
    ("alice", "workspace:comment-list", "", ""),
    ("mona", "secretariat:supporter-import-list", "", ""),
    ("mona", "secretariat:supporter-import", "supporter.import", ""),
    ("mona", "secretariat:member", "member", ""),
    ("mona", "secretariat:report-story", "report.in_review", ""),
    ("mona", "secretariat:inbox", "", ""),
    ("mona", "secretariat:document-list", "", ""),
    ("mona", "secretariat:generated-list", "", ""),
    ("mona", "secretariat:cycle-list", "", ""),
    ("mona", "secretariat:cycle", "cycle.open", ""),
    ("mona", "secretariat:cycle", "cycle.open", "?show=all&order=due"),
    ("mona", "secretariat:cycle-extend", "cycle.open", "?all=1"),
    ("mona", "secretariat:cycle-reschedule", "cycle.open", ""),
    ("mona", "secretariat:calendar", "", ""),
    ("mona", "secretariat:cycle-calendar", "cycle.open", "?past=1"),
    ("mona", "secretariat:cycle-open", "cycle.planned", ""),
    ("mona", "secretariat:cycle-remind", "cycle.open", ""),
    ("mona", "secretariat:cycle-close", "cycle.open", ""),
    ("mona", "secretariat:cycle-publish", "cycle.open", ""),
    ("mona", "secretariat:cycle-as-public", "cycle.open", ""),
    ("mona", "secretariat:cycle-plan-publication", "cycle.open", ""),
    ("rita", "secretariat:review-list", "", ""),
    ("rita", "secretariat:review-list", "", "?state=any&sort=-member"),
    ("rita", "secretariat:review-list", "", "?show=mine&due=30"),
    ("mona", "secretariat:review-list", "", "?show=coming"),
    ("rita", "secretariat:review-csv", "", ""),
    ("mona", "secretariat:review-work", "", ""),
    ("mona", "secretariat:interest-list", "", ""),
    ("mona", "secretariat:second-reading", "reading.asked", ""),
    ("rita", "secretariat:review", "report.in_review", ""),
    ("rita", "secretariat:review-measure", "review.measure", ""),
    ("rita", "secretariat:finding-list", "", "?show=all"),
    ("rita", "secretariat:finding-csv", "", ""),
    ("alice", "workspace:finding-list", "", ""),
    ("rita", "secretariat:review-request-changes", "report.in_review", ""),
    ("rita", "secretariat:review-conclude", "report.in_review", ""),
    ("mona", "secretariat:token-list", "", ""),
    ("mona", "secretariat:webhook-list", "", ""),
    ("mona", "secretariat:pledge-list", "", ""),
    ("mona", "secretariat:pledge-list", "", "?show=public"),
    ("mona", "secretariat:pledge-list", "", "?show=ended&sort=-state"),
    ("mona", "secretariat:charter-list", "", ""),
    ("mona", "secretariat:journal", "", ""),
    ("mona", "secretariat:operations", "", ""),
    ("mona", "secretariat:job-list", "", ""),
    ("mona", "secretariat:delivery-list", "", ""),
    ("mona", "secretariat:letter-list", "", ""),
    ("mona", "secretariat:file-list", "", ""),
    ("mona", "secretariat:retention", "", ""),
    ("mona", "secretariat:on-hold-list", "", ""),
    ("mona", "secretariat:settings", "", ""),
    ("mona", "secretariat:text", "text", ""),
    ("mona", "secretariat:text-write", "text", ""),
    ("mona", "secretariat:moderation-list", "", ""),
    ("mona", "secretariat:group-list", "", ""),
    ("mona", "secretariat:affiliation-list", "", ""),
    ("alice", "workspace:affiliation-list", "", ""),
    ("alice", "workspace:practice-affiliates", "", ""),
    ("alice", "workspace:practice-people", "", ""),
    ("mona", "secretariat:practice-people", "", ""),
)
MOST = 22
# so many queries for what is read once in a process hide no page that asks once for each of seventeen rows
ONCE = 10
# asks once for each line of its table, of which there are as many as there are tables
RETENTION, MOST_LINES = "/secretariat/retention/", 61
# the answer with its figures over the periods, the cycle it is compared with, how many other members have filed and
# what, evidence, the last verdict and reply, what the reader has typed, findings, questions and notes on one screen
MEASURE, MOST_OF_A_MEASURE = "/measures/", 27
# the working copy and who wrote it, who has which section now and had it last time, and a conversation on one page
DELEGATION, MOST_OF_DELEGATION = "/delegation/", 27
# the working copy and what was filed before it, its history, who writes what, what was asked for and by whom, services,
# receipts and documents
REPORT, MOST_OF_A_REPORT = re.compile(r"/workspace/reports/\d+/"), 25
# counts of the whole queue and the median days of two cycles stand above its rows; those read blind show no verdicts
QUEUE, MOST_OF_THE_QUEUE = "/secretariat/reviews/", 30
# thirteen kinds of open matters, of reports whether a reply can be signed, pledges, people, accession, services and
# journal stand on one page
DOSSIER, MOST_OF_A_DOSSIER = "/secretariat/members/", 54
# what becomes public beside the last cycle, what has to be confirmed, which questions are not closed, whom it reaches,
# whose membership ended and who can sign a reply
PUBLISHING, MOST_OF_PUBLISHING = "/publish/", 28
# content, classes, test sets and runs, lists of earlier versions, translations, results, discussion, thanks and readers
PRACTICE, MOST_OF_A_PRACTICE = re.compile(r"/workspace/practices/[0-9a-f-]{36}/"), 28
# beside what was found: people who have solved it, translations, facets, what words were understood as; of all that
# was found, who uses it on which services, what was measured, in which languages it can be read
LIBRARY, MOST_OF_THE_LIBRARY = "/workspace/practices/?", 34
# programs, work, letters, what no mail server took yet, backups, files, disk and database, each by its own table
OPERATIONS, MOST_OF_OPERATIONS = "/secretariat/operations/", 26
# everything that waits for somebody is counted there, kind by kind; of a member that has left nothing is missing
HOME, MOST_OF_HOME = "/secretariat/", 28
# beside its reports it says which members have none, and why; of a member that has left nothing is due
CYCLE_DESK, MOST_OF_A_CYCLE_DESK = "/secretariat/cycles/2026-h1/", 25


@pytest.fixture(scope="module")
def clients(world: World) -> dict[str, Client]:
    clients = {}
    for name in ("alice", "carol", "sven", "rita", "mona"):
        clients[name] = Client()
        clients[name].force_login(world.people[name])
    return clients


def addresses(world: World) -> list[tuple[str, str]]:
    """Who opens which address."""
    return [
        (name, reverse(route, kwargs=world[place] if place else {}) + query)
        for name, route, place, query in PAGES
    ]


def counts(world: World, clients: dict[str, Client]) -> dict[tuple[str, str], int]:
    """How many queries each page takes besides the queries of every page."""
    counts = {}
    for name, url in addresses(world):
        with CaptureQueriesContext(connection) as captured:
            assert clients[name].get(url).status_code == 200, url
        counts[name, url] = len(own_queries(captured))
    return counts


def test_three_and_twenty_rows_cost_the_same_queries(world: World, clients: dict[str, Client]) -> None:
    """A page that asks once for each row shows it by then: every list has at least twenty rows to a page.

    The first round also reads what is read once in a process: fewer queries than seventeen rows would take.
    """
    make_many(world, 3)
    few = counts(world, clients)
    make_many(world, 17)

    many = counts(world, clients)

    assert {page: count for page, count in many.items() if count > few[page]} == {}
    assert {page: count for page, count in many.items() if count > ceiling(page[1])} == {}
    assert {page: count - many[page] for page, count in few.items() if count - many[page] >= ONCE} == {}


def ceiling(url: str) -> int:
    if url.startswith("/secretariat/reviews/") and MEASURE in url:
        return MOST_OF_A_MEASURE
    if REPORT.fullmatch(url):
        return MOST_OF_A_REPORT
    if DELEGATION in url:
        return MOST_OF_DELEGATION
    if url.startswith(DOSSIER) and url != DOSSIER:
        return MOST_OF_A_DOSSIER
    if url.partition("?")[0] == QUEUE:
        return MOST_OF_THE_QUEUE
    if url.partition("?")[0] == CYCLE_DESK:
        return MOST_OF_A_CYCLE_DESK
    if PRACTICE.fullmatch(url):
        return MOST_OF_A_PRACTICE
    if url.startswith(LIBRARY):
        return MOST_OF_THE_LIBRARY
    if url.endswith(PUBLISHING):
        return MOST_OF_PUBLISHING
    return {HOME: MOST_OF_HOME, OPERATIONS: MOST_OF_OPERATIONS, RETENTION: MOST_LINES}.get(url, MOST)


def test_every_list_of_the_areas_is_counted() -> None:
    lists = {
        name
        for name in route_names()
        if name.startswith(("workspace:", "secretariat:"))
        and name.endswith(("list", "home", "inbox", "people", "journal"))
    }

    assert lists - {route for _name, route, _place, _query in PAGES} == set()
    assert {route for _name, route, _place, _query in PAGES} <= {line.route for line in CASES}
