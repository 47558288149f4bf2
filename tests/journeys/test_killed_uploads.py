"""The web server may be killed in the middle of an upload: the same file again is whole, and so is everybody's.

One round; KILL_ROUNDS says how many more.
"""

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest
from django.test import Client

from alliance.enums import Role
from alliance.models import Cycle, Evidence, Organisation, Report
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.files import FileDamage
from tests.factories import make_organisation, make_person, make_report, make_service
from tests.support.http_client import HttpAnswer, HttpClient
from tests.support.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stage")]

ROUNDS = range(int(os.environ.get("KILL_ROUNDS", "1")))
LINE = b"2026-03-01,search,12345,a line of counts as members send them\n"
SIZE = 23 * 1024 * 1024
PATIENCE = 40


class Uploader:
    """An editor's browser on the page of a measure, and a file of 23 MB that nobody has sent yet."""

    def __init__(self, installation: Installation) -> None:
        with acting_as(SYSTEM):
            number = Organisation.objects.count()
            organisation = make_organisation(f"uploader-{number}")
            make_service(organisation, f"service-of-{organisation.slug}")
            alice = make_person("Alice", organisation, Role.EDITOR)
            self.report: Report = make_report(Cycle.objects.get(slug="2026-h1"), organisation)
            client = Client()
            client.force_login(alice)
        self.http = HttpClient(installation.port, client.cookies["session"].value)
        self.content = f"day,what,number,note {number}\n".encode() + LINE * (SIZE // len(LINE))
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        self.page = f"/workspace/reports/{self.report.pk}/measures/search/"
        self.form = self.http.form(self.page, title="Counts", public="on")

    def send(self) -> HttpAnswer | None:
        """None when the connection broke."""
        try:
            return self.http.upload(f"{self.page}files/", self.form, "counts.csv", self.content)
        except (OSError, HTTPException):
            return None

    def evidence(self) -> list[Evidence]:
        with acting_as(SYSTEM):
            return list(Evidence.objects.filter(report=self.report))


@pytest.fixture
def uploader(installation: Installation) -> Uploader:
    return Uploader(installation)


def wait_for_a_draft(root: Path) -> None:
    """Until the web server has begun to write: the bytes are on their way to the disk at this moment."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if os.listdir(root / ".drafts"):
                return
        except FileNotFoundError:
            continue
    raise AssertionError("no upload was written")


@pytest.mark.parametrize("number", ROUNDS)
def test_the_web_server_is_killed_while_it_stores_an_upload(
    installation: Installation, uploader: Uploader, number: int
) -> None:
    root = installation.folder.path / "files"
    stored = root / files.stored_path("evidence", uploader.sha256)
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(uploader.send)
        wait_for_a_draft(root)
        installation.kill("web")
        answer = sent.result(PATIENCE)
    assert answer is None
    # what has its name is whole; it may have been given at the very moment
    assert not stored.exists() or stored.read_bytes() == uploader.content
    installation.start("web")

    again = uploader.send()

    assert again is not None
    assert again.status == 302
    [evidence] = uploader.evidence()
    assert stored.read_bytes() == uploader.content
    assert uploader.http.fetch(f"/workspace/evidence/{evidence.pk}/") == (200, uploader.content)
    assert list((root / ".drafts").iterdir()) == []
    assert not FileDamage.objects.exists()
