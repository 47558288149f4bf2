"""The drill: a portal at work is backed up, lost, and restored elsewhere; nothing is missing, nobody is told twice."""

import shutil
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from alliance.models import ApiToken, Evidence, Membership, Person, Submission
from alliance.services.accounts import owe_letter
from alliance.services.erasure import ERASED, erase_person
from portal.kernel import file_cases, journal
from portal.kernel.access import SYSTEM
from portal.kernel.backups.archive import Archive
from portal.kernel.held import cancel_all, held_jobs
from portal.kernel.models import Delivery, DeliveryState, FileCase, FileState, Job, JobState, Restoration
from portal.kernel.row_security import acting_as
from tests.support.mail import MailServer, wait_until
from tests.support.stage import PROGRAMS, SERVERS, Stage
from tests.support.wire import Wire
from tests.support.world import World, make_world

# what these tests stand on takes long to set up: once, in one process
pytestmark = pytest.mark.xdist_group("drill")

PAGES = ("/en/", "/ru/", "/en/members/", "/en/cycles/", "/en/reports/", "/en/publications/", "/en/practices/")
OWED = 100  # so much that a backup falls into the middle of it
PATIENCE = 240
# what a restore itself writes: that it was, and what it holds
WRITTEN = {"portal_job", "portal_restoration"}


@pytest.fixture
def stages(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[list[Stage]]:
    """Those of the test, closed at its end."""
    opened: list[Stage] = []
    try:
        with django_db_blocker.unblock():
            yield opened
    finally:
        for stage in opened:
            stage.close()


def furnish(stage: Stage, settings: Any) -> World:
    """Everything once, but nothing failed or held; its files where the portal keeps them."""
    files = stage.folder.path / "files"
    kept = settings.STORAGES["default"]
    settings.STORAGES = {**settings.STORAGES, "default": {**kept, "OPTIONS": {"location": files}}}
    with acting_as(SYSTEM):
        world = make_world()
        Job.objects.filter(state__in=(JobState.HELD, JobState.DEAD)).delete()
        Restoration.objects.all().delete()
    stage.folder.give(files)
    return world


def owe_much(world: World) -> None:
    """Letters that people ask for, and events to be told of."""
    with acting_as(SYSTEM), structlog.contextvars.bound_contextvars(request_id="a-request-of-then"):
        filed = Submission.objects.filter(report_id=world["report.submitted"]["pk"]).latest("pk")
        for _event in range(OWED // 5):
            journal.record(SYSTEM, "report.submit", filed.report, submission=filed.pk)
        for number in range(OWED):
            owe_letter("password_reset", world.people[("alice", "sven", "carol")[number % 3]].pk)


def is_idle(stage: Stage) -> bool:
    """Nothing is owed any more that the portal may do by itself."""
    stage.look()
    return not Job.objects.filter(state__in=(JobState.READY, JobState.LEASED)).exists()


def seen(stage: Stage) -> dict[str, tuple[int, str]]:
    """What the public sees, byte for byte."""
    wire = Wire(stage.port)
    answers = {page: wire.get(page) for page in PAGES}
    return {page: (answer.status, answer.text) for page, answer in answers.items()}


def names(mail: MailServer) -> Counter[str]:
    return Counter(str(letter["Message-ID"]) for letter in mail.messages)


def told(mail: MailServer) -> Counter[tuple[str, str]]:
    return Counter((str(letter["To"]), str(letter["Subject"])) for letter in mail.messages)


def test_the_drill(
    stages: list[Stage], mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory, settings: Any
) -> None:
    mail_server.messages.clear()
    archives = tmp_path_factory.mktemp("archives")
    archive, again = archives / "first.tar", archives / "again.tar"

    # a backup in the middle of the work
    lost = Stage(tmp_path_factory.mktemp("lost"))
    stages.append(lost)
    lost.open()
    with lost.database():
        owe_much(furnish(lost, settings))
        wait_until(lambda: len(mail_server.messages) > 3, PATIENCE, "the first letters")
        lost.run("backup", str(archive))
        wait_until(lambda: is_idle(lost), PATIENCE, "all letters")
        emails = Delivery.objects.filter(channel="email", state=DeliveryState.SENT).count()
    before, before_names, before_told = seen(lost), names(mail_server), told(mail_server)
    assert emails >= OWED / 5
    assert before_names.most_common(1)[0][1] == 1
    taken = Archive(archive).manifest
    lost.close()
    stages.remove(lost)

    # an empty place
    found = Stage(tmp_path_factory.mktemp("found"), port=lost.port)
    stages.append(found)
    found.open(SERVERS)
    found.run("restore", str(archive))
    found.run("backup", str(again))
    restored = Archive(again).manifest

    # counts and digests are equal
    changed = {name for name, table in taken.tables.items() if restored.tables[name] != table}
    assert changed <= WRITTEN
    assert restored.tables["portal_job"].rows == taken.tables["portal_job"].rows
    assert restored.publications_sha256 == taken.publications_sha256
    assert restored.files == taken.files
    assert len(taken.files) > 0

    # life goes on, and no letter goes out twice
    found.open(PROGRAMS)
    with found.database():
        wait_until(lambda: is_idle(found), PATIENCE, "the inner work")
        assert held_jobs().exists()
        assert not Job.objects.filter(state=JobState.DEAD).exists()
        assert (names(mail_server), told(mail_server)) == (before_names, before_told)
        assert seen(found) == before

        # what is asked for now is answered at once
        address = Person.objects.filter(is_active=True).order_by("pk")[0].email
        count = len(mail_server.sent_to(address))
        wire = Wire(found.port)
        wire.post("/accounts/password/reset/", wire.form("/accounts/password/reset/", email=address))
        mail_server.wait_for(address, count=count + 1, seconds=PATIENCE)
        assert max(names(mail_server).values()) == 1

        # and what a person gives up is never sent
        with acting_as(SYSTEM):
            cancel_all(SYSTEM, "They went out before.")
        wait_until(lambda: is_idle(found), PATIENCE, "nothing more")
        assert len(mail_server.messages) == sum(before_names.values()) + 1


def test_what_was_purged_and_who_was_erased_after_the_backup_is_gone_again(
    stages: list[Stage], tmp_path_factory: pytest.TempPathFactory, settings: Any
) -> None:
    archive = tmp_path_factory.mktemp("archives") / "before.tar"

    # a backup; then a file is purged and a person erased
    lost = Stage(tmp_path_factory.mktemp("lost"))
    stages.append(lost)
    lost.open()
    with lost.database():
        world = furnish(lost, settings)
        settings.DATA_DIR = lost.folder.path
        lost.run("backup", str(archive))
        with acting_as(SYSTEM):
            evidence = next(row for row in Evidence.objects.exclude(file="") if lies(lost, row.file))
        alice, mona = world.cast.alice, world.cast.actor("mona")
        file_cases.purge_file(mona, evidence.sha256, concern="illegal", reason="It may not stand here.")
        erase_person(mona, alice, "She asked for it.")
        wait_until((lost.folder.path / "ledgers" / ERASED.name).exists, PATIENCE, "her line in the ledger")
        assert not lies(lost, evidence.file)
    lost.close()
    stages.remove(lost)

    # an empty place, and the newest ledgers beside it
    found = Stage(tmp_path_factory.mktemp("found"), port=lost.port)
    stages.append(found)
    found.open(SERVERS)
    shutil.copytree(lost.folder.path / "ledgers", found.folder.path / "ledgers")
    said = found.run("restore", str(archive))

    # the backup has brought both back, and the restore has taken them out again
    assert evidence.file in Archive(archive).manifest.files
    assert "erased people are gone again" in said
    assert not lies(found, evidence.file)
    with found.database(), acting_as(SYSTEM):
        again = Person.objects.get(pk=alice.pk)
        assert FileCase.objects.get(sha256=evidence.sha256).state == FileState.PURGED
        assert (again.name, again.is_active) == (f"Erased person {alice.pk}", False)
        assert again.email == f"erased-{alice.pk}@erased.invalid"
        assert not Membership.objects.current().filter(person=alice).exists()
        assert not ApiToken.objects.filter(person=alice).exists()


def lies(stage: Stage, path: str) -> bool:
    """Whether the bytes are in the stage's folder."""
    return (stage.folder.path / "files" / path).exists()
