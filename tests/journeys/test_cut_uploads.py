"""A file with answers whose connection breaks off on the way: nothing of it is kept, and the next one is whole."""

import time
from pathlib import Path

import pytest
from django.test import Client

from alliance.enums import Role
from alliance.models import Cycle, Report, ReportUpload
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from tests.factories import make_organisation, make_person, make_report, make_service
from tests.support.http_client import HttpClient
from tests.support.installation import Installation
from tests.support.mail import wait_until
from tests.support.report_uploads import HEADER, sheet

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stage")]
ROWS = {
    "in the event loop": 1_000,
    "in a thread": 10_000,
    "on the disk": 80_000,
}  # where the server reads so much


@pytest.fixture
def report(installation: Installation) -> Report:
    with acting_as(SYSTEM):
        organisation = make_organisation("sender")
        make_service(organisation, "service-of-sender")
        return make_report(Cycle.objects.get(slug="2026-h1"), organisation)


def files_of(installation: Installation) -> set[Path]:
    """What is stored, and what is on its way there."""
    folders = (installation.folder.path / name for name in ("files", "tmp"))
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_an_upload_that_breaks_off_leaves_nothing(installation: Installation, report: Report) -> None:
    client = Client()
    client.force_login(make_person("Sender", report.organisation, Role.EDITOR))
    http = HttpClient(installation.port, client.cookies["session"].value)
    before = files_of(installation)
    for rows in ROWS.values():
        content = (HEADER + "moderators,,,,5,,\n" * rows).encode()
        http.break_off_upload(sheet(report), http.form(sheet(report)), "figures.csv", content)
    time.sleep(1)

    with acting_as(SYSTEM):
        assert not ReportUpload.objects.exists()
        assert not Job.objects.filter(kind="read_report_upload").exists()
    wait_until(lambda: files_of(installation) <= before, 5, str(files_of(installation) - before))

    answer = http.upload(sheet(report), http.form(sheet(report)), "figures.csv", content[: len(HEADER) + 18])
    assert answer.status == 302
    with acting_as(SYSTEM):
        assert ReportUpload.objects.count() == 1
