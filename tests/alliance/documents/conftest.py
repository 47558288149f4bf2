"""What tests of several documents share."""

import pytest

from portal.kernel.documents import Built
from tests.support.own_archives import ARCHIVE


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks and PDFs are laid out at once."""
    built = Built(b"laid out", "", "")
    monkeypatch.setattr(f"{ARCHIVE}.workbook.render", lambda _export, _progress: built)
    monkeypatch.setattr(f"{ARCHIVE}.pdf.render", lambda _layout, _progress: built)
