"""What was corrected in public, on the pages of a review and on those where the member wrote the report."""

import pytest

from alliance.models import Report
from alliance.services.corrections import drop_correction
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, read_charter
from tests.support.corrections import (
    LIVE,
    STORY,
    WORSE,
    act,
    correct,
    correct_verdict,
    figures,
    let_the_days_pass,
    proposed,
)
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.world_pledges import make_own_pledge

pytestmark = pytest.mark.django_db
NOTE = "Some of what is published was corrected since"
RECORD = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's public report with two figures, a text, verdicts on a commitment and its measure, and a pledge."""
    pledge = {
        "record": RECORD, "title": "Quiet hour", "text": "At night.", "language": "en", "disclosure": "public",
        "disclosure_reason": "",
    }  # fmt: skip
    cycle = make_cycle(read_charter())
    make_published_report(
        cycle, cast.aurora, figures("100", "164"), verdicts={"find": "limited"}, answer="We searched.",
        pledges=[pledge],
    )  # fmt: skip
    make_published_cycle(cycle)
    return Report.objects.get()


def review_of(cast: Cast, report: Report, step: str = "measures/search") -> str:
    return words_of(signed_in(cast.mona).get(f"/secretariat/reviews/{report.pk}/{step}/"))


def test_a_corrected_figure_stands_with_what_it_was_and_so_does_the_total(cast: Cast, report: Report) -> None:
    correct(cast, report, LIVE, "118")

    page = review_of(cast, report)

    assert NOTE in page
    assert "Was 164 118" in page
    assert "Was 264 218" in page


def test_of_two_corrections_the_last_one_counts(cast: Cast, report: Report) -> None:
    correct(cast, report, LIVE, "118")
    correct(cast, report, LIVE, "120")

    page = review_of(cast, report)

    assert ("Was 118 120" in page, "Was 218 220" in page, "164" in page) == (True, True, False)


def test_a_corrected_text_stands_with_what_it_was(cast: Cast, report: Report) -> None:
    done = correct(cast, report, STORY, {"text": "We searched twice."})
    account = correct(cast, report, CorrectionPlace.of_text(pledge=RECORD), {"text": "At night and at noon."})

    assert f"We searched twice. Correction {done.pk} Corrected: what it was We searched." in review_of(
        cast, report
    )
    page = review_of(cast, report, f"pledges/{RECORD}")
    assert f"At night and at noon. Correction {account.pk} Corrected: what it was At night." in page


def test_a_corrected_verdict_stands_with_what_it_was(cast: Cast, report: Report) -> None:
    correct_verdict(cast, report, WORSE)

    page = review_of(cast, report, "commitments/find")

    assert "Not started" in page
    assert "corrected, was Limited" in page
    assert "Corrected: what it was" in page


def test_the_verdict_of_the_last_period_stands_with_what_it_was(cast: Cast, report: Report) -> None:
    correct_verdict(cast, report, WORSE)
    later = make_cycle(read_charter(), "2026-h2")
    make_published_report(later, cast.aurora, figures("100", "164"), verdicts={"find": "limited"})

    page = review_of(cast, Report.objects.get(cycle=later), "commitments/find")

    assert "Previous period, 2026-I Not started corrected, was Limited" in page
    assert NOTE not in page


def test_the_pages_of_the_member_say_it_whatever_was_proposed_since(cast: Cast, report: Report) -> None:
    alice, own = signed_in(cast.alice), f"/workspace/reports/{report.pk}"
    with acting_as(SYSTEM):
        record = make_own_pledge(cast)["own pledge"]["record"]
    addresses = [f"{own}/measures/search/", f"{own}/figures/", f"{own}/pledges/{record}/"]
    assert [address for address in addresses if NOTE in words_of(alice.get(address))] == []
    correct(cast, report, LIVE, "118")
    later = proposed(cast, report, STORY, {"text": "We searched twice."})
    let_the_days_pass(later)
    act(cast, "mona", drop_correction, later, "Not so.")

    lacking = [address for address in addresses if NOTE not in words_of(alice.get(address))]

    assert lacking == []
