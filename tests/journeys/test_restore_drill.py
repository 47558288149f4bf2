"""The drill: a portal at work is backed up, lost, restored elsewhere; nothing is missing, no notice sent twice."""

import shutil
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from alliance.models import ApiToken, Evidence, Membership, Person, Submission
from alliance.services.accounts import enqueue_account_letter
from alliance.services.erasure import ERASED, erase_person
from portal.kernel import files, journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.backups import Archive, cancel_all, jobs_on_hold
from portal.kernel.files import FileCase, FileState
from portal.kernel.jobs import Job, JobState
from portal.kernel.monitoring import Restoration
from portal.kernel.notices import Delivery, DeliveryState
from tests.support.http_client import HttpClient
from tests.support.installation import PROGRAMS, SERVERS, Installation
from tests.support.mail import MailServer, wait_until
from tests.support.world import World, make_world

# the set-up of these tests takes long: once, in one process
pytestmark = pytest.mark.xdist_group("drill")

PAGES = ("/en/", "/ru/", "/en/members/", "/en/cycles/", "/en/reports/", "/en/publications/", "/en/practices/")
JOB_COUNT = 100  # so much that a backup falls into the middle of it
PATIENCE = 240
# what a restore itself writes: that it was, and what it holds
TABLES_WRITTEN = {"portal_job", "portal_restoration"}


@pytest.fixture
def stages(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[list[Installation]]:
    """Those of the test, closed at its end."""
    opened: list[Installation] = []
    try:
        with django_db_blocker.unblock():
            yield opened
    finally:
        for installation in opened:
            installation.close()


def furnish(installation: Installation, settings: Any) -> World:
    """Everything once, but nothing failed or held; its files where the portal keeps them."""
    files = installation.folder.path / "files"
    storage = settings.STORAGES["default"]
    settings.STORAGES = {**settings.STORAGES, "default": {**storage, "OPTIONS": {"location": files}}}
    with acting_as(SYSTEM):
        world = make_world()
        Job.objects.filter(state__in=(JobState.HELD, JobState.DEAD)).delete()
        Restoration.objects.all().delete()
    installation.folder.give_to_children(files)
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


def test_the_drill(
    stages: list[Installation],
    mail_server: MailServer,
    tmp_path_factory: pytest.TempPathFactory,
    settings: Any,
) -> None:
    mail_server.messages.clear()
    archives = tmp_path_factory.mktemp("archives")
    archive, again = archives / "first.tar", archives / "again.tar"

    # a backup in the middle of the work
    lost = Installation(tmp_path_factory.mktemp("lost"))
    stages.append(lost)
    lost.open()
    with lost.database():
        enqueue_many(furnish(lost, settings))
        wait_until(lambda: len(mail_server.messages) > 3, PATIENCE, "the first letters")
        lost.run("backup", str(archive))
        wait_until(lambda: is_idle(lost), PATIENCE, "all letters")
        emails = Delivery.objects.filter(channel="email", state=DeliveryState.SENT).count()
    before, before_names, notices_before = (
        public_answers(lost),
        names(mail_server),
        letters_by_recipient(mail_server),
    )
    assert emails >= JOB_COUNT / 5
    assert before_names.most_common(1)[0][1] == 1
    manifest = Archive(archive).manifest
    lost.close()
    stages.remove(lost)

    # an empty place
    installation = Installation(tmp_path_factory.mktemp("found"), port=lost.port)
    stages.append(installation)
    installation.open(SERVERS)
    installation.run("restore", str(archive))
    installation.run("backup", str(again))
    restored = Archive(again).manifest

    # counts and digests are equal
    changed = {name for name, table in manifest.tables.items() if restored.tables[name] != table}
    assert changed <= TABLES_WRITTEN
    assert restored.tables["portal_job"].rows == manifest.tables["portal_job"].rows
    assert restored.publications_sha256 == manifest.publications_sha256
    assert restored.files == manifest.files
    assert len(manifest.files) > 0

    # life goes on, and no letter goes out twice
    installation.open(PROGRAMS)
    with installation.database():
        wait_until(lambda: is_idle(installation), PATIENCE, "the inner work")
        assert jobs_on_hold().exists()
        assert not Job.objects.filter(state=JobState.DEAD).exists()
        assert (names(mail_server), letters_by_recipient(mail_server)) == (before_names, notices_before)
        assert public_answers(installation) == before

        # what is asked for now is answered at once
        address = Person.objects.filter(is_active=True).order_by("pk")[0].email
        count = len(mail_server.sent_to(address))
        http = HttpClient(installation.port)
        http.post("/accounts/password/reset/", http.form("/accounts/password/reset/", email=address))
        mail_server.wait_for(address, count=count + 1, seconds=PATIENCE)
        assert max(names(mail_server).values()) == 1

        # and what a person gives up is never sent
        with acting_as(SYSTEM):
            cancel_all(SYSTEM, "They went out before.")
        wait_until(lambda: is_idle(installation), PATIENCE, "nothing more")
        assert len(mail_server.messages) == sum(before_names.values()) + 1


def test_what_was_purged_and_who_was_erased_after_the_backup_is_gone_again(
    stages: list[Installation], tmp_path_factory: pytest.TempPathFactory, settings: Any
) -> None:
    archive = tmp_path_factory.mktemp("archives") / "before.tar"

    # a backup; then a file is purged and a person erased
    lost = Installation(tmp_path_factory.mktemp("lost"))
    stages.append(lost)
    lost.open()
    with lost.database():
        world = furnish(lost, settings)
        settings.DATA_DIR = lost.folder.path
        lost.run("backup", str(archive))
        with acting_as(SYSTEM):
            evidence = next(row for row in Evidence.objects.exclude(file="") if is_stored(lost, row.file))
        alice, mona = world.cast.alice, world.cast.actor("mona")
        files.purge_file(mona, evidence.sha256, concern="illegal", reason="It may not stand here.")
        erase_person(mona, alice, "She asked for it.")
        wait_until((lost.folder.path / "ledgers" / ERASED.name).exists, PATIENCE, "her line in the ledger")
        assert not is_stored(lost, evidence.file)
    lost.close()
    stages.remove(lost)

    # an empty place, and the newest ledgers
    installation = Installation(tmp_path_factory.mktemp("found"), port=lost.port)
    stages.append(installation)
    installation.open(SERVERS)
    shutil.copytree(lost.folder.path / "ledgers", installation.folder.path / "ledgers")
    output = installation.run("restore", str(archive))

    # the backup has brought both back, and the restore has taken them out again
    assert evidence.file in Archive(archive).manifest.files
    assert "erased people are gone again" in output
    assert not is_stored(installation, evidence.file)
    with installation.database(), acting_as(SYSTEM):
        again = Person.objects.get(pk=alice.pk)
        assert FileCase.objects.get(sha256=evidence.sha256).state == FileState.PURGED
        assert (again.name, again.is_active) == (f"Erased person {alice.pk}", False)
        assert again.email == f"erased-{alice.pk}@erased.invalid"
        assert not Membership.objects.current().filter(person=alice).exists()
        assert not ApiToken.objects.filter(person=alice).exists()


def is_stored(installation: Installation, path: str) -> bool:
    """Whether the bytes are in the installation's folder."""
    return (installation.folder.path / "files" / path).exists()
