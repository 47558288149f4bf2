"""The public report of the small alliance: it withholds a figure, a text and a file, and publishes another file."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from alliance.enums import ReportState
from alliance.figure_fields import NUMBER_COLUMNS, ValueKind, names_of
from alliance.models import Charter, Report
from alliance.services.publications import record_report_publication
from portal.kernel import clock
from portal.kernel.access import SYSTEM
from tests.factories import Cast, make_cycle, make_report
from tests.support.canaries import WITHHELD_NUMBER, canary
from tests.support.published_reports import make_published_cycle
from tests.support.submissions import body_of, make_submission, submitted_figure
from tests.support.world_evidence import citation_of, sha256_of, store
from tests.support.world_reviews import make_verdicts

UrlKwargs = dict[str, Any]
RECORD_BEGINS = datetime(2026, 3, 10, 12, tzinfo=UTC)  # with the first publications of the world
DAY_IN_THE_RECORD = "2026-03-20"  # on which pages are read as they stood
PUBLIC_FILE, RESTRICTED_FILE = b"a,b\n1,2\n", b"c,d\n3,4\n"


def make_public_report(cast: Cast, charter: Charter, places: Mapping[str, UrlKwargs]) -> dict[str, UrlKwargs]:
    """A published report that withholds a figure, a text and a file, and publishes another file."""
    cycle = make_cycle(charter, "2023-h2")
    report = make_report(cycle, cast.aurora)
    submission = make_submission(
        report, ReportState.CONCLUDED, measures=_measures(report, places["adoption.red"])
    )
    make_verdicts(cast, charter, report, submission, "Half of it is done.")
    with clock.at(RECORD_BEGINS):
        record_report_publication(SYSTEM, report)
        make_published_cycle(cycle)
    slug = {"slug": "aurora-video", "cycle": "2023-h2"}
    return {
        "public.report": slug,
        "public.cycle": {"cycle": "2023-h2"},
        "public.member": {"slug": "aurora-video"},
        "public.commitment": {"key": "find"},
        "public.figures": {"key": "find", "indicator": "content-actioned"},
        "public.report.concluded": {"slug": "aurora-video", "cycle": "2024-h1"},
        "public.evidence": {**slug, "sha256": sha256_of(PUBLIC_FILE)},
        "public.evidence.kept": {**slug, "sha256": sha256_of(RESTRICTED_FILE)},
        "public.publication": {"number": 1},
        "public.digest.prefix": {"prefix": "00"},
        "public.file.unknown": {"number": 1, "sha256": "0" * 64},
        "report.published": {"pk": report.pk},
        "receipt.published": {"pk": report.pk, "number": 1},
        "cycle.published": {"slug": "2023-h2"},
    }


def _measures(report: Report, adoption: UrlKwargs) -> list[dict[str, Any]]:
    texts = names_of(ValueKind.LINE, ValueKind.TEXT)
    words = {name: canary(f"withheld-{name}") for name in (*texts, "disclosure_reason")}
    numbers = dict.fromkeys(NUMBER_COLUMNS, WITHHELD_NUMBER)
    withheld_figure = submitted_figure(
        "content-actioned",
        WITHHELD_NUMBER,
        service="aurora-kids",
        disclosure="secretariat",
        **words,
        **numbers,
    )
    figure = submitted_figure(
        "content-actioned", "20", service="aurora-live", disclosure_reason=canary("disclosure-reason")
    )
    measures: list[dict[str, Any]] = body_of(report, figures={"search": [withheld_figure, figure]})[
        "measures"
    ]
    withheld = {"disclosure": "secretariat", "disclosure_reason": canary("withheld-answer-reason")}
    measures[0]["answers"][0] |= {"text": canary("withheld-answer"), **withheld}
    measures[0]["evidence"] = [
        _named("public", PUBLIC_FILE),
        _named("secretariat", RESTRICTED_FILE),
        citation_of(adoption),
    ]
    measures[0]["warnings"] = [
        {
            "indicator": "content-actioned", "service": "aurora-kids", "cell": "",
            "text": dict.fromkeys(("en", "ru"), canary("warning")), "note": canary("warning-note"),
        }
    ]  # fmt: skip
    return measures


def _named(disclosure: str, content: bytes) -> dict[str, Any]:
    name = "open" if disclosure == "public" else canary("kept-evidence")
    return {
        "id": 1, "kind": "file", "title": name, "url": "", "file_name": f"{name}.csv", "media_type": "text/csv",
        "size": len(content), "sha256": store(content), "disclosure": disclosure,
    }  # fmt: skip
