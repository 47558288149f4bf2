"""A journey of canaries: names, inputs and letters of people appear in no program's log."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from alliance.enums import Role
from alliance.models import Cycle, Person
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from tests.factories import (
    make_organisation,
    make_person,
    make_report,
    make_service,
)
from tests.support.http_client import HttpClient
from tests.support.installation import Installation
from tests.support.mail import MailServer, wait_until

# all of them on one installation
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stage")]

CANARY = "kanareika"
WRONG = "kanareika-wrong-password"


@pytest.fixture(scope="module", autouse=True)
def beat(installation: Installation) -> Iterator[None]:
    """The fourth program, which has a log too."""
    installation.start("beat")
    yield
    installation.kill("beat")


@pytest.fixture(scope="module")
def person(installation: Installation) -> Person:
    """Somebody whose name, address and organisation are canaries."""
    with acting_as(SYSTEM):
        organisation = make_organisation(f"{CANARY}-video")
        make_service(organisation, f"{CANARY}-service")
        make_report(Cycle.objects.get(slug="2026-h1"), organisation)
        return make_person(CANARY.title(), organisation, Role.EDITOR, Role.ADMINISTRATOR)


def journey(installation: Installation, person: Person) -> None:
    """Wrong and right ways in, letters, refused forms, addresses that do not exist."""
    visitor = HttpClient(installation.port)
    visitor.get(f"/{CANARY}@example.org/?q={CANARY}")
    visitor.get(f"/en/practices/?q={CANARY}")
    visitor.get(f"/accounts/invitation/{CANARY}/")
    visitor.post("/accounts/login/", visitor.form("/accounts/login/", login=person.email, password=WRONG))
    visitor.post("/accounts/password/reset/", visitor.form("/accounts/password/reset/", email=person.email))
    visitor.post("/accounts/login/", {"login": f"{CANARY}@example.org"})  # without the form's token
    client = Client()
    client.force_login(person)
    http = HttpClient(installation.port, client.cookies["session"].value)
    http.get("/workspace/")
    http.post(
        "/workspace/people/invite/",
        {"email": f"new-{CANARY}@example.org", "name": CANARY, "csrfmiddlewaretoken": CANARY},
    )


def test_no_log_says_a_word_of_it(
    installation: Installation, person: Person, mail_server: MailServer
) -> None:
    journey(installation, person)
    letter = mail_server.wait_for(person.email)[0]
    link = next(part for part in str(letter.get_body(("plain",))).split() if "/reset/key/" in part)
    key = link.rstrip("/").rpartition("/")[2]

    for log in log_files(installation):
        text = log.read_text(errors="replace").lower()
        assert CANARY not in text, log.name
        assert key.lower() not in text, log.name


def test_a_letter_that_cannot_be_sent_is_logged_without_its_address(
    installation: Installation, person: Person
) -> None:
    installation.ensure("worker", EMAIL_PORT="9")  # where nobody listens
    visitor = HttpClient(installation.port)
    visitor.post("/accounts/password/reset/", visitor.form("/accounts/password/reset/", email=person.email))

    failed = Job.objects.exclude(last_error="")
    wait_until(failed.exists, what="the letter to fail")
    failed.delete()

    assert '"job_not_attempted"' in installation.log_text("worker")
    assert CANARY not in installation.log_text("worker").lower()


def test_worker_and_web_name_the_same_request(
    installation: Installation, person: Person, worker_variables: dict[str, str]
) -> None:
    installation.ensure("worker", **worker_variables)
    before = request_ids(installation, "worker")
    visitor = HttpClient(installation.port)
    visitor.post("/accounts/password/reset/", visitor.form("/accounts/password/reset/", email=person.email))

    wait_until(lambda: request_ids(installation, "worker") - before, what="the worker to log the letter")

    assert request_ids(installation, "worker") - before <= request_ids(installation, "web")


def request_ids(installation: Installation, name: str) -> set[str]:
    """The numbers of requests in a log, as far as its lines are whole."""
    text = installation.log_text(name)
    whole = text[: text.rfind("\n") + 1]
    lines = [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
    return {line["request_id"] for line in lines if "request_id" in line}


def log_files(installation: Installation) -> list[Path]:
    """The logs of all programs and servers."""
    logs = sorted(installation.folder.log.glob("*.log"))
    assert {"web.log", "worker.log", "sweeper.log", "beat.log", "postgres.log"} <= {log.name for log in logs}
    return logs
