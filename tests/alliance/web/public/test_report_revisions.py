"""Two revisions of a report side by side: values, texts with their words marked, verdicts, and what is not compared."""

import re

import pytest
from django.test import Client

from alliance.enums import CycleState, ReportState
from alliance.models import Report
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.revision_differences import revision_differences
from alliance.services.publications import record_report_notice
from portal.kernel.access import SYSTEM
from portal.kernel.publishing import touch_public_revision
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.corrections import KIDS, STORY, correct, correct_verdict, figures
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.withdrawals import last_publication, withdraw

pytestmark = pytest.mark.django_db
URL = "/en/reports/aurora-video/2026-h1/revisions/"


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's report in four revisions: a figure, a text and a verdict were corrected, one after another."""
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    make_published_report(
        cycle, cast.aurora, figures("10", "394", disclosure="secretariat"), {"find": "complete"}
    )
    make_published_cycle(cycle)
    report = Report.objects.get()
    correct(cast, report, KIDS, "12")
    correct(cast, report, STORY, {"text": "What we really did.", "language": "en"})
    correct_verdict(
        cast,
        report,
        {"value": "limited", "reason": "Begun.", "difference": "It weighs most.", "language": "en"},
    )
    return report


def test_any_two_revisions_are_compared_value_by_value(cast: Cast, client: Client, report: Report) -> None:
    last, first = client.get(URL), client.get(URL, {"from": "1", "to": "3"})
    turned = client.get(URL, {"from": "3", "to": "1"})

    assert [(row.title, row.old, row.new) for row in last.context["differences"].rows][:1] == [
        ("Verdict on 1 Find", "Complete", "Limited")
    ]
    rows = {row.title: row for row in first.context["differences"].rows}
    (kids,) = (row for title, row in rows.items() if "kids" in title.lower())
    assert (kids.old, kids.new) == ("10", "12")
    (text,) = (row for row in rows.values() if row.new_pieces)
    assert [piece.text.strip() for piece in text.new_pieces if piece.mark == "added"] == ["really"]
    assert not [piece for piece in text.old_pieces if piece.mark == "added"]
    assert turned.context["sides"] == first.context["sides"]
    assert not re.search(r"\b394\b", words_of(first))  # a server's port may have these figures
    assert f"{URL}?from=3&amp;to=4" in client.get("/en/reports/aurora-video/2026-h1/").text
    for query in ({"from": "1", "to": "9"}, {"from": "x", "to": "1"}):
        assert client.get(URL, query).status_code == 404
    assert "one and the same revision" in words_of(client.get(URL, {"from": "2", "to": "2"}))


def test_no_part_of_a_verdict_and_no_language_differs_unseen() -> None:
    charter = read_charter()

    def words(difference: str, language: str, name: str, given_at: str) -> CorrectionWords:
        answer = {"indicator": "search-story", "text": "We look.", "language": language}
        measure = {"answers": [answer], "figures": [], "evidence": [], "findings": []}
        verdict = {"commitment": "find", "measure": "", "pledge": None, "value": "complete", "reason": ""}
        words_of_it = {"difference": difference, "language": "en", "given_at": given_at}
        content = {"measures": [measure], "pledges": [], "services": [], "totals": [], "statement": ""}
        named = {"organisation": {"name": name}, "verdicts": [{**verdict, **words_of_it}]}
        return CorrectionWords(charter, {**content, **named})

    old = words("", "en", "Aurora", "2026-01-01")
    new = words("Kids lacks it.", "ru", "Aurora Video", "2026-01-02")
    differences = revision_differences(old, new)
    rows = {row.title.rpartition(": ")[2]: (row.old, row.new) for row in differences.rows}
    assert rows == {
        "the language": ("English", "Russian"),
        "why it differs from the measures": ("", "Kids lacks it."),
    }
    assert differences.other_parts == ("the organisation’s name or kind",)
    later = words("", "en", "Aurora", "2026-01-02")
    assert not revision_differences(old, later).rows  # given again, in the same words


def withdraw_last(cast: Cast, kind: str = "report") -> None:
    """Withdraw the last publication of this kind; public pages know it."""
    withdraw(cast, last_publication(kind))
    touch_public_revision()


def test_a_withdrawn_report_is_not_compared(cast: Cast, client: Client, report: Report) -> None:
    withdraw_last(cast)

    assert client.get(URL).status_code == 404


def test_a_correction_is_offered_only_where_a_value_can_be_corrected(
    cast: Cast, client: Client, report: Report
) -> None:
    page, way = "/en/reports/aurora-video/2026-h1/", '"/corrections/aurora-video/2026-h1/?value='
    addresses = [page, f"{page}indicators/content-actioned/"]

    offered = [[way in client.get(url + query).text for url in addresses] for query in ("", "?revision=1")]
    withdraw_last(cast)
    withdrawn = [way in Client().get(url).text for url in addresses]  # that reads the revision anew

    assert (offered, withdrawn) == ([[True, True], [False, False]], [False, False])


def test_a_notice_offers_its_correction_until_it_is_withdrawn(cast: Cast, client: Client) -> None:
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    make_published_cycle(cycle)
    record_report_notice(SYSTEM, make_report(cycle, cast.aurora, ReportState.NOT_FILED))
    page, way = "/en/reports/aurora-video/2026-h1/", '"/corrections/aurora-video/2026-h1/?value='

    before = client.get(page).text
    withdraw_last(cast, "report_notice")

    assert [way in text for text in (before, Client().get(page).text)] == [True, False]
