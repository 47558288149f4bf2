"""The verdicts on a member's measures, on their page of the secretariat and in the file, once they are corrected."""

import csv

import pytest

from alliance.models import Report
from alliance.validators.corrections import CorrectionPlace
from tests.factories import Cast, make_cycle, read_charter
from tests.support.corrections import correct_verdict
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db


def test_a_corrected_verdict_on_a_measure_stands_with_what_it_was(cast: Cast) -> None:
    cycle = make_cycle(read_charter(), "2026-h1")
    make_published_report(make_cycle(cycle.charter, "2025-h2"), cast.aurora, verdicts={"find": "limited"})
    make_published_report(cycle, cast.aurora, verdicts={"find": "limited"})
    new = {"value": "complete", "reason": "All of it.", "difference": ""}
    done = correct_verdict(
        cast, Report.objects.get(cycle=cycle), new, CorrectionPlace("verdict", "find", "search")
    )

    mona, address = signed_in(cast.mona), f"/secretariat/members/{cast.aurora.pk}/verdicts"
    page, file = mona.get(f"{address}/"), mona.get(f"{address}.csv")
    rows = list(csv.DictReader(file.content.decode("utf-8-sig").splitlines()))

    assert "corrected, was Limited" in words_of(page)
    assert f"/publications/{done.published_as}/" in page.text
    names = ("2025-h2", "2026-h1", "2026-h1_before", "2026-h1_corrected_in")
    assert [[row[name] for name in names] for row in rows] == [
        ["limited", "complete", "limited", str(done.published_as)],
        ["limited", "limited", "", ""],
    ]
    assert "2025-h2_before" not in rows[0]
