"""A report that was submitted with evidence and recalled since."""

from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.models import Evidence, Measure, Report
from alliance.services.evidence import add_file, add_link
from alliance.services.recalls import recall_report
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.report_acts import act
from tests.support.working_copies import fill_report

LINK = "https://aurora.example/method"


def make_recalled_report() -> Report:
    """Of Aurora, submitted by Sven with a file and a link of Alice for everybody, and recalled; Rita reviews it."""
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)
    add_public_file(cast, report)
    act(cast, "alice", add_link, report, search(), LINK, "How we search", "public")
    act(cast, "sven", submit_report, report)
    act(cast, "sven", recall_report, report)
    Report.objects.update(reviewer=cast.rita)
    report.refresh_from_db()
    return report


def search() -> Measure:
    return Measure.objects.get(key="search")


def add_public_file(cast: Cast, report: Report, content: bytes = b"meeting,children\n1,38\n") -> Evidence:
    upload = SimpleUploadedFile("counts.csv", content, "text/csv")
    added: Evidence = act(cast, "alice", add_file, report, search(), upload, "Our counts", "public")
    return added


def piece(kind: str = "file") -> Evidence:
    """The one of this kind, as it stands."""
    with acting_as(SYSTEM):
        return Evidence.objects.select_related("measure").get(kind=kind)
