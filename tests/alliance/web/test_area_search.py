"""The search behind the sign-in: one's own working texts, practices by the library's rules, the public record."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.enums import CycleState, ReportState
from alliance.models import Answer, Indicator, Person, Pledge, Report
from alliance.queries.area_search import KINDS, area_findings
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.search import rebuild_index
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db

ANSWER = "Our threshold for grooming is kept among us."


@pytest.fixture
def working(cast: Cast) -> None:
    """Aurora answers about grooming in a draft, and has a draft pledge about it."""
    report = make_report(make_cycle(read_charter(), "2026-h2", CycleState.OPEN), cast.aurora)
    assert report.state == ReportState.DRAFT
    with acting_as(SYSTEM):
        Answer.objects.create(
            report=report,
            organisation=cast.aurora,
            indicator=Indicator.objects.get(key="search-story"),
            text=ANSWER,
        )
        Pledge.objects.create(
            organisation=cast.aurora, record=uuid4(), title="Against grooming", text="We will."
        )
        rebuild_index()


def shown(person: Person, text: str, area: str = "workspace") -> str:
    return words_of(signed_in(person).get(f"/{area}/search/?q={text}"))


def make_pledge(cast: Cast, title: str, text: str = "We will.", language: str = "en") -> None:
    with acting_as(SYSTEM):
        Pledge.objects.create(
            organisation=cast.aurora, record=uuid4(), title=title, text=text, language=language
        )


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("text", ["grooming", "груминг"])
def test_an_organisation_finds_its_own_working_texts(cast: Cast, text: str) -> None:
    page = shown(cast.alice, text)

    assert ANSWER in page
    assert "Against grooming" in page


@pytest.mark.usefixtures("working")
def test_others_and_the_secretariat_find_no_draft(cast: Cast) -> None:
    assert "threshold" not in shown(cast.carol, "grooming")
    assert "Against grooming" not in shown(cast.carol, "grooming")
    assert "Our threshold" not in shown(cast.mona, "threshold", "secretariat")


@pytest.mark.usefixtures("working")
def test_people_and_members_are_found_by_name(cast: Cast) -> None:
    assert "Aurora Video" in shown(cast.mona, "Aurora", "secretariat")
    assert cast.alice.name in shown(cast.bob, cast.alice.name.split()[0])


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("text", ["", "threshold"])
def test_scope_of_the_search(cast: Cast, text: str) -> None:
    """The secretariat finds no text of a report that is not public, though it reviews it."""
    Report.objects.update(state=ReportState.SUBMITTED)
    reviewer, member = shown(cast.rita, text, "secretariat"), shown(cast.alice, text)

    assert "Our threshold" not in reviewer
    assert ("Our threshold" in member) is bool(text)
    assert ("while it is written or reviewed it is not searched" in reviewer, "answers" in reviewer) == (
        True,
        False,
    )
    assert "Searched are your organisation’s answers" in member


# --- As the public record is searched ---


@pytest.mark.usefixtures("working")
def test_words_are_marked_and_the_language_of_a_text_is_named(cast: Cast) -> None:
    make_pledge(cast, "Сводка", "Мы против <b>груминга</b> в играх.", "ru")

    page = signed_in(cast.alice).get("/workspace/search/?q=grooming").text

    assert "threshold for <mark>grooming</mark> is kept" in page
    assert "Against <mark>grooming</mark>" in page
    assert "<mark>груминга</mark>" in page
    assert "<b>" not in page.partition('<p class="passage" lang="ru">')[2].partition("</p>")[0]
    assert '<p class="passage" lang="ru">' in page
    assert "language-tag" in page


@pytest.mark.usefixtures("working")
def test_search_falls_back_to_most_of_the_words(cast: Cast) -> None:
    page = shown(cast.alice, "which%20threshold%20grooming%20elephants")

    assert ANSWER in page
    assert "No text has all" in page


@pytest.mark.usefixtures("working")
def test_a_misspelt_word_is_put_right_by_ones_own_words_and_can_be_searched_as_typed(cast: Cast) -> None:
    page = shown(cast.alice, "thresold")

    assert ANSWER in page
    assert "“thresold” was not found here. Shown instead: threshold" in page
    assert ANSWER not in shown(cast.alice, "thresold&spelling=typed")
    assert "threshold" not in shown(cast.carol, "thresold")
    assert "threshold" not in shown(cast.mona, "thresold", "secretariat")


def test_two_letters_of_a_short_word_in_each_others_place_are_put_back(cast: Cast) -> None:
    make_pledge(cast, "Games", "Школа и дети.")
    with acting_as(cast.actor("alice")) as alice:
        assert [area_findings(alice, text).respelt for text in ("gaems", "шклоа")] == ["games", "школа"]


def test_the_best_match_stands_first(cast: Cast) -> None:
    make_pledge(cast, "Zebra crossings", "We paint them.")
    make_pledge(cast, "Something else", "One zebra.")

    page = shown(cast.alice, "zebra")

    assert page.index("Zebra crossings") < page.index("Something else")


def test_a_kind_with_many_matches_has_pages_of_its_own(cast: Cast) -> None:
    for number in range(22):
        make_pledge(cast, f"Zebra {number:02}")
    alice = signed_in(cast.alice)

    first = alice.get("/workspace/search/?q=zebra")
    assert words_of(first).count("Zebra") == 8
    assert 'href="?q=zebra&amp;kind=pledges"' in first.text
    assert re.search(r"All 22\s*: Pledges", words_of(first))

    whole = words_of(alice.get("/workspace/search/?q=zebra&kind=pledges"))
    assert (whole.count("Zebra"), "1–20 of 22" in whole) == (20, True)
    assert words_of(alice.get("/workspace/search/?q=zebra&kind=pledges&page=2")).count("Zebra") == 2
    assert words_of(signed_in(cast.carol).get("/workspace/search/?q=zebra&kind=pledges")).count("Zebra") == 0
    assert alice.get("/workspace/search/?q=zebra&kind=nothing").status_code == 200


def test_the_words_of_a_pledge_are_those_of_its_last_text_and_no_search_reads_the_text_again(
    cast: Cast,
) -> None:
    make_pledge(cast, "Night shift", "Moderators work at night.")
    with acting_as(SYSTEM):
        Pledge.objects.update(text="Moderators work at weekends.")
    with acting_as(cast.actor("alice")) as alice:
        with CaptureQueriesContext(connection) as asked:
            assert list(area_findings(alice, "weekend").groups) == ["pledges"]
        assert area_findings(alice, "weekend moderators").groups["pledges"].count == 1
        assert area_findings(alice, "at night", kind="pledges").groups["pledges"].count == 1  # its title
        assert area_findings(alice, '"work at night"', kind="pledges", as_typed=True).groups == {}

    of_pledges = [query["sql"] for query in asked if 'FROM "alliance_pledge"' in query["sql"]]
    assert len(of_pledges) == 1
    assert "to_tsvector" not in of_pledges[0]


def test_matches_are_counted_in_the_query_that_shows_the_first_of_them(cast: Cast) -> None:
    for number in range(22):
        make_pledge(cast, f"Zebra {number:02}")
    with acting_as(cast.actor("alice")) as alice, CaptureQueriesContext(connection) as asked:
        group = area_findings(alice, "zebra").groups["pledges"]
        assert (len(group.first), group.count) == (8, 22)

    assert sum("ts_rank" in query["sql"].lower() for query in asked) == len(KINDS)
    assert not any("__count" in query["sql"] for query in asked)


def scans(actor: Actor, text: str, kind: str = "") -> tuple[list[str], int]:
    """The kinds that are found, and how many times a column was compared with the words."""
    with CaptureQueriesContext(connection) as asked:
        groups = area_findings(actor, text, kind=kind).groups
    return list(groups), sum("word_similarity" in query["sql"].lower() for query in asked.captured_queries)


@pytest.mark.usefixtures("working")
def test_a_text_that_is_nowhere_is_compared_with_each_column_once(cast: Cast) -> None:
    with acting_as(cast.actor("alice")) as alice:
        assert scans(alice, "elephant zebra") == ([], 9)
        assert scans(alice, " ".join(f"elephant{number}" for number in range(16))) == ([], 9)
        assert scans(alice, "threshold", "answers") == (["answers"], 0)
        respelt = area_findings(alice, "groming thresold", kind="answers").respelt
    assert respelt == "grooming threshold"


@pytest.mark.usefixtures("working")
def test_of_two_words_of_which_one_is_nowhere_here_the_other_is_shown(cast: Cast) -> None:
    make_pledge(cast, "Очереди", "Модераторы разбирают их.")
    with acting_as(cast.actor("alice")) as alice:
        findings = area_findings(alice, "threshold elephant")
        assert (list(findings.groups), list(findings.absent)) == (["answers"], ["elephant"])
        assert area_findings(alice, "ocheredi").respelt == "очереди"
    shown = words_of(signed_in(cast.alice).get("/workspace/search/?q=threshold+elephant"))
    assert "Not found: “elephant”. Shown is what has “threshold”." in shown


@pytest.mark.usefixtures("working")
def test_a_long_and_misspelt_question_is_answered_by_most_of_its_words(cast: Cast) -> None:
    make_pledge(cast, "Strangers", "Moderators delay the first message that strangers write to children.")
    question = "When do moderators delay the first mesage that strangers write to any children after unheard complaints"
    with acting_as(cast.actor("alice")) as alice:
        findings = area_findings(alice, question)

    assert len(findings.query.wanted) > 8
    assert list(findings.groups) == ["pledges"]
    assert findings.respelt == question.replace("mesage", "message")


@pytest.mark.parametrize("text", ["", "the%20of", "%27%20%7C%20%26", "x" * 1000])
def test_any_text_is_answered(cast: Cast, text: str) -> None:
    assert signed_in(cast.alice).get(f"/workspace/search/?q={text}").status_code == 200
