"""Reports on paper, for tests: what a PDF says, and a submission full of what must not be said."""

import io
from typing import Any

from django.core.files.storage import default_storage
from pypdf import PdfReader

from alliance.models import Cycle
from portal.kernel.documents import Document
from tests.factories import make_cycle, read_charter
from tests.support.published_reports import make_published_cycle
from tests.support.submissions import submitted_figure

CANARY = "CANARY"
WITHHELD = {"disclosure": "secretariat", "disclosure_reason": "CANARY reason"}


def reader_of(document: Document) -> PdfReader:
    """The built document, opened."""
    document.refresh_from_db()
    assert document.state == "ready", document.error
    return PdfReader(io.BytesIO(bytes_of(document)))


def bytes_of(document: Document) -> bytes:
    with default_storage.open(document.file, "rb") as file:
        return file.read()


def text_of(document: Document) -> str:
    """All words of the document in one line, with plain spaces."""
    words = " ".join(page.extract_text() for page in reader_of(document).pages)
    return " ".join(words.replace("\u200b", "").replace("\u00a0", " ").split())


def all_strings_of(document: Document) -> str:
    """Every string in the file: words, titles, alternative texts, metadata."""
    reader = reader_of(document)
    objects = [repr(reader.get_object(number)) for number in range(1, int(reader.trailer["/Size"]))]
    assert reader.xmp_metadata is not None
    return " ".join([text_of(document), *objects, reader.xmp_metadata.stream.get_data().decode()])


def two_half_years(*, first: str = "2025-h2", second: str = "2026-h1") -> tuple[Cycle, Cycle]:
    """Two published half-years on the small charter."""
    charter = read_charter()
    return make_published_cycle(make_cycle(charter, first)), make_published_cycle(make_cycle(charter, second))


def search_figures(**changed: Any) -> dict[str, list[dict[str, Any]]]:
    """What Aurora found on its two services; `changed` are other facts of the figure for Aurora Kids."""
    kids = {"value": "1200", **changed}
    return {
        "search": [
            submitted_figure("content-actioned", service="aurora-kids", **kids),
            submitted_figure("content-actioned", "34000", service="aurora-live"),
        ]
    }


def with_canaries() -> dict[str, Any]:
    """Parts of a submission that keep something from the public in every place where it can be kept."""
    figures = [
        submitted_figure("content-actioned", "777771", service="aurora-kids", note="CANARY note", **WITHHELD),
        submitted_figure("content-actioned", "888882", service="aurora-live"),
    ]
    evidence = {
        "id": 1,
        "kind": "file",
        "title": "CANARY evidence",
        "url": "",
        "file_name": "CANARY.pdf",
        "media_type": "x",
        "size": 1,
        "sha256": "0" * 64,
        "disclosure": "secretariat",
    }
    warning = {
        "indicator": "content-actioned",
        "service": None,
        "cell": "",
        "text": {"en": "CANARY", "ru": "CANARY"},
        "note": "CANARY warning",
    }
    answer = {
        "indicator": "search-story",
        "text": "CANARY text",
        "language": "en",
        "carried_over": False,
        **WITHHELD,
    }
    measure = {
        "measure": "search",
        "answers": [answer],
        "figures": figures,
        "evidence": [evidence],
        "warnings": [warning],
    }
    pledge = {
        "record": "00000000-0000-4000-8000-000000000001",
        "title": "Quiet hour",
        "text": "CANARY pledge",
        "language": "en",
        **WITHHELD,
    }
    return {"measures": [measure], "pledges": [pledge]}
