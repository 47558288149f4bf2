"""The drill: a portal at work is backed up, lost, restored elsewhere; nothing is missing, no notice sent twice."""

import io
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from alliance.models import ApiToken, Evidence, IdentityProvider, Membership, Person, Submission
from alliance.services.account_letters import enqueue_account_letter
from alliance.services.client_secrets import encrypt_secret
from alliance.services.erasure import ERASED, erase_person
from portal.kernel import files, journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.backups import Archive, cancel_all, jobs_on_hold, take_backup
from portal.kernel.files import FileCase, FileState
from portal.kernel.jobs import Job, JobState
from portal.kernel.monitoring import Restoration
from portal.kernel.notices import Delivery, DeliveryState
from tests.factories import make_cast, make_charter
from tests.support.http_client import HttpClient
from tests.support.installation import PROGRAMS, SERVERS, Installation
from tests.support.isolation import free_ports
from tests.support.jobs import expire_leases
from tests.support.mail import MailServer, wait_until
from tests.support.world import World, make_world

# the set-up of these tests takes long: once, in one process
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("drill")]

PAGES = ("/en/", "/ru/", "/en/members/", "/en/cycles/", "/en/reports/", "/en/publications/", "/en/practices/")
JOB_COUNT = 50  # so much that a backup falls into the middle of it
PATIENCE = 240
# what a restore itself writes: that it was, and what it holds
TABLES_WRITTEN = {"portal_job", "portal_restoration", "portal_webhookdelivery"}


@contextmanager
def entered(installation: Installation) -> Iterator[None]:
    """The code of this process works there meanwhile: with its database, and files where it keeps them."""
    folder = installation.folder.path
    files = {**settings.STORAGES["default"], "OPTIONS": {"location": folder / "files"}}
    with (
        override_settings(DATA_DIR=folder, STORAGES={**settings.STORAGES, "default": files}),
        installation.database(),
    ):
        yield


def furnish(installation: Installation) -> World:
    """Everything once, but nothing failed or on hold."""
    make_cast()
    make_charter()
    with acting_as(SYSTEM):
        world = make_world()
        Job.objects.filter(state__in=(JobState.ON_HOLD, JobState.DEAD)).delete()
        Restoration.objects.all().delete()
        # a restore says which secrets no key reads: the world's is a plain word
        IdentityProvider.objects.exclude(client_secret="").update(client_secret=encrypt_secret("a secret"))
    installation.folder.give_to_children(installation.folder.path / "files")
    return world


def enqueue_many(world: World) -> None:
    """Letters that people ask for, and events that notify."""
    with acting_as(SYSTEM), structlog.contextvars.bound_contextvars(request_id="a-request-of-then"):
        filed = Submission.objects.filter(report_id=world["report.submitted"]["pk"]).latest("pk")
        for _event in range(JOB_COUNT // 5):
            journal.record(SYSTEM, "report.submit", filed.report, submission=filed.pk)
        for number in range(JOB_COUNT):
            enqueue_account_letter("password_reset", world.people[("alice", "sven", "carol")[number % 3]].pk)


def is_idle(installation: Installation) -> bool:
    """No job is pending any more that the portal may do by itself."""
    installation.restart_ended()
    return not Job.objects.filter(state__in=(JobState.READY, JobState.LEASED)).exists()


def public_answers(installation: Installation) -> dict[str, tuple[int, str]]:
    """What the public sees, byte for byte."""
    http = HttpClient(installation.port)
    answers = {page: http.get(page) for page in PAGES}
    return {page: (answer.status, answer.text) for page, answer in answers.items()}


def names(mail: MailServer) -> Counter[str]:
    return Counter(str(letter["Message-ID"]) for letter in mail.messages)


def letters_by_recipient(mail: MailServer) -> Counter[tuple[str, str]]:
    return Counter((str(letter["To"]), str(letter["Subject"])) for letter in mail.messages)


@dataclass(frozen=True)
class LostPortal:
    """What is left of a portal: its backup and its ledgers; and what was known of it before."""

    archive: Path
    ledgers: Path
    port: int
    answers: dict[str, tuple[int, str]]
    sent: Counter[str]
    letters: Counter[tuple[str, str]]
    purged: Evidence
    erased: Person


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    """Of the drill alone: letters of two portals may have the same Message-ID, and each is counted here."""
    server = MailServer(free_ports(1)[0])
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def lost(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any, mail_server: MailServer
) -> LostPortal:
    """Backed up in the middle of its work; afterwards a file was purged and a person erased; then it was lost."""
    archive = tmp_path_factory.mktemp("archives") / "portal.tar"
    portal = Installation(tmp_path_factory.mktemp("lost"))
    portal.variables = {"EMAIL_PORT": str(mail_server.port)}
    ledgers = portal.folder.path / "ledgers"
    try:
        with django_db_blocker.unblock():
            portal.open()
            with entered(portal):
                world = furnish(portal)
                enqueue_many(world)
                wait_until(lambda: len(mail_server.messages) > 3, PATIENCE, "the first letters")
                take_backup(archive)
                wait_until(lambda: is_idle(portal), PATIENCE, "all letters")
                emails = Delivery.objects.filter(channel="email", state=DeliveryState.SENT).count()
                answers = public_answers(portal)
                evidence, alice = purge_and_erase(portal, world)
                wait_until((ledgers / ERASED.name).exists, PATIENCE, "her line in the ledger")
    finally:
        portal.close()
    assert emails >= JOB_COUNT / 5
    assert not is_stored(portal, evidence.file)
    sent, letters = names(mail_server), letters_by_recipient(mail_server)
    assert sent.most_common(1)[0][1] == 1
    return LostPortal(archive, ledgers, portal.port, answers, sent, letters, evidence, alice)


def purge_and_erase(portal: Installation, world: World) -> tuple[Evidence, Person]:
    """What happens after the backup, and is known from the ledgers alone."""
    with acting_as(SYSTEM):
        evidence = next(row for row in Evidence.objects.exclude(file="") if is_stored(portal, row.file))
    alice, mona = world.cast.alice, world.cast.actor("mona")
    files.purge_file(mona, evidence.sha256, concern="illegal", reason="It may not stand here.")
    erase_person(mona, alice, "She asked for it.")
    return evidence, alice


@pytest.fixture
def place(
    lost: LostPortal,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
    mail_server: MailServer,
) -> Iterator[Installation]:
    """An empty place: servers alone."""
    installation = Installation(tmp_path_factory.mktemp("place"), port=lost.port)
    installation.variables = {"EMAIL_PORT": str(mail_server.port)}
    try:
        with django_db_blocker.unblock():
            installation.open(SERVERS)
            yield installation
    finally:
        installation.close()


def test_the_drill(lost: LostPortal, place: Installation, mail_server: MailServer, tmp_path: Path) -> None:
    manifest = Archive(lost.archive).manifest

    place.run("restore", str(lost.archive))
    with entered(place):
        _path, restored = take_backup(tmp_path / "again.tar")

    # counts and digests are equal
    changed = {name for name, table in manifest.tables.items() if restored.tables[name] != table}
    assert changed <= TABLES_WRITTEN
    assert restored.tables["portal_job"].rows == manifest.tables["portal_job"].rows
    assert restored.publications_sha256 == manifest.publications_sha256
    assert Archive(tmp_path / "again.tar").manifest.files == manifest.files
    assert len(manifest.files) > 0

    # life goes on, and no letter goes out twice
    with place.database():
        expire_leases()  # of workers that were lost with the portal
    place.open(PROGRAMS)
    with place.database():
        wait_until(lambda: is_idle(place), PATIENCE, "the inner work")
        assert jobs_on_hold().exists()
        assert not Job.objects.filter(state=JobState.DEAD).exists()
        assert (names(mail_server), letters_by_recipient(mail_server)) == (lost.sent, lost.letters)
        assert public_answers(place) == lost.answers

        # what is asked for now is answered at once
        address = Person.objects.filter(is_active=True).order_by("pk")[0].email
        count = len(mail_server.sent_to(address))
        http = HttpClient(place.port)
        http.post("/accounts/password/reset/", http.form("/accounts/password/reset/", email=address))
        mail_server.wait_for(address, count=count + 1, seconds=PATIENCE)
        assert max(names(mail_server).values()) == 1

        # and what a person gives up is never sent
        with acting_as(SYSTEM):
            cancel_all(SYSTEM, "They went out before.")
        wait_until(lambda: is_idle(place), PATIENCE, "nothing more")
        assert len(mail_server.messages) == lost.sent.total() + 1


def test_what_was_purged_and_who_was_erased_after_the_backup_is_gone_again(
    lost: LostPortal, place: Installation
) -> None:
    output = io.StringIO()
    # the newest ledgers are there before the restore
    shutil.copytree(lost.ledgers, place.folder.path / "ledgers")

    with entered(place):
        call_command("restore", str(lost.archive), stdout=output)

    # the backup has brought both back, and the restore has taken them out again
    assert lost.purged.file in Archive(lost.archive).manifest.files
    assert "erased people are gone again" in output.getvalue()
    assert not is_stored(place, lost.purged.file)
    with place.database(), acting_as(SYSTEM):
        again = Person.objects.get(pk=lost.erased.pk)
        assert FileCase.objects.get(sha256=lost.purged.sha256).state == FileState.PURGED
        assert (again.name, again.is_active) == (f"Erased person {again.pk}", False)
        assert again.email == f"erased-{again.pk}@erased.invalid"
        assert not Membership.objects.current().filter(person=again).exists()
        assert not ApiToken.objects.filter(person=again).exists()


def is_stored(installation: Installation, path: str) -> bool:
    """Whether the bytes are in the installation's folder."""
    return (installation.folder.path / "files" / path).exists()
