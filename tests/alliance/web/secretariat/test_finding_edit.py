"""The page on which a finding is edited: what it shows and saves, and why it cannot be edited now."""

from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from alliance.enums import ReportState, Role
from alliance.models import Finding, Measure, Report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_person
from tests.support.pages import signed_in, words_of
from tests.support.world_reviews import make_finding

pytestmark = pytest.mark.django_db
LIST = "/secretariat/findings/"


def made_in_review(cast: Cast, report: Report) -> str:
    """Make a finding in Rita's review; the address of the page on which she edits it."""
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    with acting_as(SYSTEM):
        Report.objects.update(state=ReportState.IN_REVIEW, reviewer=cast.rita)
        finding = make_finding(cast, report, measure, "Count nihgts apart.")
    return f"/secretariat/findings/{finding.pk}/edit/"


def test_a_finding_is_edited_from_its_page_and_its_row(cast: Cast, rita: Client, report: Report) -> None:
    edit = made_in_review(cast, report)
    finding = Finding.objects.get()
    for page in (
        LIST,
        f"/secretariat/findings/{finding.pk}/",
        f"/secretariat/reviews/{report.pk}/measures/search/",
    ):
        assert edit in rita.get(page).content.decode(), page
    page_to_edit = rita.get(edit)
    form = page_to_edit.context["form"]
    values = {"due_on": finding.due_on.isoformat(), "public": "on", "seen": form["seen"].value()}

    refused = rita.post(edit, {**values, "text": "Count nights apart.", "seen": "0"})
    done = rita.post(edit, {**values, "text": "Count nights apart."}, follow=True)

    assert form["text"].value() == "Count nihgts apart."
    assert '<p class="title" lang="en">Count nihgts apart.</p>' in page_to_edit.content.decode()
    assert refused.status_code == 422
    assert '<del lang="en">Count nihgts apart.</del>' in done.content.decode()
    with acting_as(SYSTEM):
        finding.refresh_from_db()
    assert (finding.text, finding.public) == ("Count nights apart.", True)
    assert edit not in signed_in(cast.mona).get(LIST).content.decode()


@pytest.mark.parametrize(
    ("of_report", "of_finding", "reason"),
    [
        ({"state": ReportState.CONCLUDED}, {}, "This report is not in review."),
        ({}, {"state": "done", "done_at": Now()}, "This has already been done."),
    ],
)
def test_the_page_to_edit_says_why_nobody_can_now(
    cast: Cast,
    rita: Client,
    report: Report,
    of_report: dict[str, Any],
    of_finding: dict[str, Any],
    reason: str,
) -> None:
    """In the second tab, and after the form was sent: what was typed is shown, no form is offered again."""
    edit = made_in_review(cast, report)
    with acting_as(SYSTEM):
        Report.objects.update(**of_report)
        Finding.objects.update(**of_finding)

    shown = rita.get(edit)
    with acting_as(SYSTEM):
        seen = Finding.objects.get().entries.values_list("pk", flat=True).last() or 0
    sent = rita.post(edit, {"text": "Count nights apart.", "due_on": "2031-01-01", "seen": f"{seen}"})

    for page in (shown, sent):
        assert reason in words_of(page)
        assert "The member reads this" not in words_of(page)
        assert '<input type="date"' not in page.content.decode()
    assert (shown.status_code, sent.status_code) == (200, 422)
    assert "Count nights apart." in words_of(sent)


def test_the_page_to_edit_names_the_colleague_who_took_the_report_over(
    cast: Cast, rita: Client, report: Report
) -> None:
    edit = made_in_review(cast, report)
    with acting_as(SYSTEM):
        colleague = make_person("Nils", cast.secretariat, Role.REVIEWER)
        Report.objects.update(reviewer=colleague)

    shown, sent = rita.get(edit), rita.post(edit, {"text": "Count nights apart."})

    for page in (shown, sent):
        assert page.status_code == 403
        assert "Nils reviews this report now." in words_of(page)
    assert "Count nights apart." in sent.content.decode()


def test_the_page_to_edit_says_that_a_report_of_the_member_is_to_be_made_again(
    cast: Cast, rita: Client, report: Report
) -> None:
    edit = made_in_review(cast, report)
    sentence = "Where its text or day changes, the member reports it done again."
    assert sentence not in words_of(rita.get(edit))
    with acting_as(SYSTEM):
        Finding.objects.update(claimed_at=Now())
    assert sentence in words_of(rita.get(edit))
