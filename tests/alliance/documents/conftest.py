"""What tests of several documents share."""

import pytest

from alliance.enums import CycleState, ReportState
from alliance.models import Report
from portal.kernel import documents
from portal.kernel.documents import Built
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.own_archives import ARCHIVE
from tests.support.submissions import make_submission


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks and PDFs are laid out at once."""
    built = Built(b"laid out", "", "")
    monkeypatch.setattr(f"{ARCHIVE}.workbook.render", lambda _export, _progress: built)
    monkeypatch.setattr(f"{ARCHIVE}.pdf.render", lambda _layout, _progress: built)


@pytest.fixture
def step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each job stops after one file."""
    monkeypatch.setattr(documents, "STEP_SECONDS", -1)


@pytest.fixture
def report(cast: Cast) -> Report:
    """In review, submitted twice."""
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.OPEN), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    make_submission(report, ReportState.IN_REVIEW, number=2)
    return report
