"""What a member reads of a report before and after it is filed: the preview, the verdicts, the page of a reply."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alliance.enums import Aggregation, ReportState, ValueType
from alliance.models import Report
from alliance.services.responses import respond_to_verdicts
from portal.kernel.access import SYSTEM
from portal.kernel.row_security import acting_as
from tests.factories import Cast, make_cast, make_charter, make_cycle, make_report
from tests.support.drafts import fill
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(make_charter()), cast.aurora)


def previewed(cast: Cast, report: Report, **changes: Any) -> tuple[list[str], list[tuple[str, str]]]:
    """The columns of the first measure, and whose each figure of its first indicator is, in words."""
    report.cycle.charter.indicators.filter(key="content-actioned").update(**changes)
    fill(cast.actor("alice"), report)
    page = signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/preview/")
    rows = {row.indicator.key: (part, row) for part in page.context["parts"] for row in part.rows}
    part, row = rows["content-actioned"]
    return part.columns, [(cell.owner, cell.words) for cell in row.figures]


def test_the_preview_says_yes_and_no_in_words(cast: Cast, report: Report) -> None:
    _columns, cells = previewed(cast, report, value=ValueType.YES_NO, aggregation=Aggregation.NONE)

    assert {words for _owner, words in cells} == {"Yes"}


def test_the_preview_has_a_column_for_a_total_that_is_entered(cast: Cast, report: Report) -> None:
    columns, cells = previewed(cast, report, aggregation=Aggregation.ENTERED)

    assert columns[-1] == "Total"
    assert [owner for owner, _words in cells] == columns


def concluded(report: Report, days: int) -> Report:
    until = timezone.localdate() + timedelta(days=days)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=ReportState.CONCLUDED, respond_by=until)
    report.refresh_from_db()
    return report


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
