"""What a member reads of a report before and after it is filed: the preview, the verdicts, the page of a reply."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alliance.enums import Aggregation, CycleState, ReportState, ValueType
from alliance.models import Cycle, Report
from alliance.services.responses import respond_to_verdicts
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.pages import signed_in, words_of
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def previewed(cast: Cast, report: Report, **changes: Any) -> tuple[list[str], list[tuple[str, str]]]:
    """The columns of the first measure, and whose each figure of its first indicator is, in words."""
    report.cycle.charter.indicators.filter(key="content-actioned").update(**changes)
    fill_report(cast.actor("alice"), report)
    page = signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/preview/")
    rows = {row.indicator.key: (part, row) for part in page.context["preview_parts"] for row in part.rows}
    part, row = rows["content-actioned"]
    return part.columns, [(cell.owner, cell.text) for cell in row.figures]


def test_the_preview_says_yes_and_no_in_words(cast: Cast, report: Report) -> None:
    _columns, cells = previewed(cast, report, value=ValueType.YES_NO, aggregation=Aggregation.NONE)

    assert {words for _owner, words in cells} == {"Yes"}


def test_the_preview_has_a_column_for_a_total_that_is_entered(cast: Cast, report: Report) -> None:
    columns, cells = previewed(cast, report, aggregation=Aggregation.ENTERED)

    assert columns[-1] == "Total"
    assert [owner for owner, _words in cells] == columns


def test_a_blocked_step_is_reached_by_the_keyboard_and_names_its_reason(cast: Cast, report: Report) -> None:
    page = signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/").text

    reasons = re.findall(r'type="button" aria-disabled="true" aria-describedby="([\w-]+)"', page)
    assert reasons
    for name in reasons:
        assert re.findall(rf'<(\w+)[^>]* id="{name}">[^<]+<', page) == ["span"]
    assert not re.search(r"<button[^>]* disabled", page)


def concluded(report: Report, days: int) -> Report:
    until = timezone.localdate() + timedelta(days=days)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=ReportState.CONCLUDED, respond_by=until)
    report.refresh_from_db()
    return report


def test_a_report_concluded_after_its_cycle_is_not_said_to_be_published_with_it(
    cast: Cast, report: Report
) -> None:
    concluded(report, days=3)
    pages = []
    for state in (CycleState.CLOSED, CycleState.PUBLISHED):
        with acting_as(SYSTEM):
            Cycle.objects.filter(pk=report.cycle_id).update(state=state)
        pages.append(words_of(signed_in(cast.sven).get(f"/workspace/reports/{report.pk}/")))

    words = ("are published together with the cycle", "the secretariat publishes this report by itself")
    assert [[each in page for each in words] for page in pages] == [[True, False], [False, True]]


def test_after_the_last_day_the_page_of_a_reply_leads_back_to_the_verdicts(
    cast: Cast, report: Report
) -> None:
    concluded(report, days=-1)
    sven = signed_in(cast.sven)

    response = sven.get(f"/workspace/reports/{report.pk}/respond/", follow=True)

    assert response.redirect_chain == [(f"/workspace/reports/{report.pk}/verdicts/", 302)]
    assert "The time for a reply has ended." in response.content.decode()


def test_a_reply_is_signed_once_and_its_page_then_leads_back(cast: Cast, report: Report) -> None:
    concluded(report, days=7)
    sven, url = signed_in(cast.sven), f"/workspace/reports/{report.pk}/respond/"
    before = sven.get(url)
    respond_to_verdicts(cast.actor("sven"), report, None, "We agree.", "en")

    assert (before.status_code, before.context["verdict"]) == (200, None)
    assert sven.get(url).status_code == 302


# --- the page of a report in each state ---


def in_state(report: Report, state: str, **changes: Any) -> None:
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=state, **changes)


def test_a_concluded_report_says_until_when_one_can_reply(cast: Cast, report: Report) -> None:
    concluded(report, days=7)
    open_page = words_of(signed_in(cast.sven).get(f"/workspace/reports/{report.pk}/"))
    concluded(report, days=-1)
    closed_page = words_of(signed_in(cast.sven).get(f"/workspace/reports/{report.pk}/"))

    assert "The signatories can reply to the verdicts until" in open_page
    assert "reply to the verdicts until" not in closed_page
    assert "Reports are published together with the cycle, after the secretariat’s review." in closed_page


def test_an_exempt_report_says_why_and_asks_for_nothing(cast: Cast, report: Report) -> None:
    in_state(report, ReportState.EXEMPT, exempt_reason="It was founded in June.")

    page = words_of(signed_in(cast.sven).get(f"/workspace/reports/{report.pk}/"))

    assert "It was founded in June." in page
    assert "Nothing is due" in page
    assert "Before sign-off" not in page
    assert "days of grace" not in page


def test_a_report_not_filed_says_that_it_can_still_be_submitted(cast: Cast, report: Report) -> None:
    in_state(report, ReportState.NOT_FILED)

    page = words_of(signed_in(cast.sven).get(f"/workspace/reports/{report.pk}/"))

    assert "It can still be submitted and is then marked late." in page
    assert f"Due {' '.join(format_date(report.due_on).split())}" in page


def test_the_page_of_a_submission_offers_none_once_the_report_is_filed(cast: Cast, report: Report) -> None:
    in_state(report, ReportState.IN_REVIEW)

    page = signed_in(cast.sven).get(f"/workspace/reports/{report.pk}/submit/")

    assert "the state is “In review”" in words_of(page)
    assert "The secretariat receives" not in words_of(page)


def test_signing_off_comes_before_sending_back(cast: Cast, report: Report) -> None:
    in_state(report, ReportState.AWAITING_SIGN_OFF)
    Report.objects.update(sign_off_requested_by=cast.alice)

    page = signed_in(cast.sven).get(f"/workspace/reports/{report.pk}/")

    assert [step.step.action for step in page.context["steps"]] == ["submit", "send_back"]


def test_a_cycle_without_days_of_grace_speaks_of_none(cast: Cast, report: Report) -> None:
    with acting_as(SYSTEM):
        type(report.cycle).objects.filter(pk=report.cycle_id).update(grace_days=0)

    assert "of grace" not in words_of(signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/"))
