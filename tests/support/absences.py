"""Sentences of public pages that something is not there, and records: one that lacks it all, one that has it."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from alliance.enums import CharterState, OrganisationState, ReportState
from alliance.models import (
    Charter,
    Cycle,
    Organisation,
    PublishedPledge,
    PublishedTarget,
    ReferenceCount,
    ReferenceLoad,
)
from alliance.services.publications import record_report_notice
from portal.kernel.access import SYSTEM
from portal.kernel.publishing import touch_public_revision
from tests.factories import (
    make_cycle,
    make_organisation,
    make_report,
    make_service,
    read_cast,
    read_charter,
)
from tests.support.published_reports import make_published_cycle, make_published_report, with_signatory
from tests.support.submissions import submitted_figure

_TARGET = {
    "text": "More found.", "due_on": "2026-03-31", "indicator": "content-actioned", "value": "100",
    "decision": None, "was": None, "corrected_in": None,
}  # fmt: skip
_COMMITMENT = "/en/commitments/find/?indicator=content-actioned"
_MEMBER, _REPORT = "/en/members/small/", "/en/reports/small/2026-h1/"

# by page, where nothing is published
EMPTY = {
    _COMMITMENT: ("No verdicts are published", "No pledge is in force", "No figures published yet"),
    _MEMBER: (
        "This organisation no longer takes part in the alliance",
        *("No verdicts are published", "No pledges published", "No reports published yet"),
        *("No services", "No accession is in force"),
    ),
    "/en/compare/?indicator=content-actioned": ("No figures published yet",),
    "/en/cycles/": ("No cycles yet",),
    "/en/promises/": ("No promises are published yet",),
    "/en/reports/": ("No reports published yet",),
    "/en/about/": ("No charter is in force",),
}
# by page, where a cycle is published whose reports have next to nothing
BARE = {
    _COMMITMENT: ("No reply",),
    _MEMBER: ("No verdict is due",),
    _REPORT: (
        *("No verdict is due", "No verdict", "No reply", "No text", "No value", "No total"),
        "There is no public note on the difference.",
    ),
    "/en/compare/?indicator=content-actioned&members=beacon-search&view=time": ("No figures to draw",),
    "/en/compare/?indicator=found-proactively&members=small&view=table": ("No total",),
    "/en/": ("No earlier verdicts on this charter to compare with.",),
    "/en/cycles/2026-h1/": ("No earlier verdicts on this charter to compare with.",),
}
# by page, where nobody had to report in the last cycle, whatever there was before
SILENT = {
    "/en/": ("No verdicts published: {{ cycle }}",),
    _COMMITMENT: ("No verdicts published: {{ cycle }}",),
}
PAGES = dict.fromkeys((*EMPTY, *BARE, *SILENT))
ABSENCES = frozenset(
    sentence for pages in (EMPTY, BARE, SILENT) for each in pages.values() for sentence in each
)


def make_empty_record() -> None:
    make_organisation("small", state=OrganisationState.FORMER)
    Charter.objects.update(state=CharterState.SUPERSEDED)
    touch_public_revision()


def make_bare_record() -> None:
    """One figure of two services, shares without their wholes, no answer, note or reply, verdicts on one commitment."""
    small, cycle = _small("small-video", "small-games"), make_cycle(read_charter())
    figures = [
        submitted_figure("content-actioned", "100", service="small-video"),
        *(
            submitted_figure("found-proactively", "50", service=each)
            for each in ("small-video", "small-games")
        ),
    ]
    make_published_report(cycle, small, {"search": figures}, {"find": "not_due"}, answer="")
    make_published_report(cycle, read_cast().beacon, verdicts={"find": "limited"})
    _refer(cycle, small)
    make_published_cycle(cycle)


def make_full_record() -> None:
    """The reply is to all verdicts, and the note on a difference is on the figure of a service."""
    small, cycle = _small("small-video", "small-games"), make_cycle(read_charter())
    beacon, before = read_cast().beacon, make_cycle(read_charter(), "2025-h2")
    share: dict[str, Any] = {"numerator": "1", "denominator": "2"}
    figures = [
        submitted_figure("content-actioned", "50", service="small-video", note="We count otherwise."),
        submitted_figure("content-actioned", "50", service="small-games"),
        submitted_figure("found-proactively", "50", service="small-video", **share),
        submitted_figure("found-proactively", "50", service="small-games", **share),
    ]
    verdicts = {"find": "complete", "answer": "complete"}
    make_published_report(before, small, verdicts=verdicts)
    make_published_report(cycle, small, {"search": figures}, verdicts, {"": "Thank you for all of it."})
    own = [submitted_figure("content-actioned", "7", service="beacon-web")]
    make_published_report(cycle, beacon, {"search": own}, verdicts, {"find": "We go on."})
    _refer(cycle, small)
    _pledge(small)
    make_published_cycle(before)
    make_published_cycle(cycle)


def make_silent_cycle() -> Cycle:
    """The cycle after, of which everybody was exempt."""
    cycle = make_cycle(read_charter(), "2026-h2")
    record_report_notice(SYSTEM, make_report(cycle, read_cast().beacon, ReportState.EXEMPT))
    return make_published_cycle(cycle)


def _small(*services: str) -> Organisation:
    small = with_signatory(make_organisation("small"))
    for slug in services:
        make_service(small, slug)
    return small


def _refer(cycle: Cycle, organisation: Organisation) -> None:
    """Somebody else counted twice as much as all services together."""
    load = ReferenceLoad.objects.create(sha256="a" * 64, file_name="counts.csv", rows=1)
    ReferenceCount.objects.create(
        load=load,
        organisation=organisation,
        indicator_key="content-actioned",
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        value=200,
        observer="The hotline",
        source="Yearly figures",
    )


def _pledge(organisation: Organisation) -> None:
    pledge = PublishedPledge.objects.create(
        valid_from=1,
        organisation=organisation,
        record=uuid4(),
        revision=1,
        state="published",
        commitment_key="find",
        charter=Charter.objects.filter(commitments__key="find").first(),
        text="We will find more.",
        language="en",
        targets=[_TARGET],
        signatory_name="Sven",
        signed_at=timezone.now(),
    )
    PublishedTarget.objects.create(
        valid_from=1,
        organisation=organisation,
        record=pledge.record,
        number=1,
        outcome="kept",
        due_on="2026-03-31",
    )
