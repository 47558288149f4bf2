"""The upgrade from each release, on the database that it left behind.

`python3 manage.py test tests/journeys/test_upgrade.py --record-release` writes the database of this version into
`tests/releases/`, and rehearses with it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import global_settings
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client, override_settings
from django.urls import reverse

from alliance.models import MeasureComment, Person, Report
from portal import __version__
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as, grant_application_role, owner_alias
from portal.kernel.backups import Archive, database_state, restore, verification
from portal.kernel.publishing import Publication, check_all_publications
from portal.local.environment import ROOT
from tests.support import database
from tests.support.packages import unavailable
from tests.support.released import (
    FOLDER,
    Release,
    record_release,
    recorded_releases,
    released_versions,
)
from tests.support.restore_target import RestoreTarget, empty_restore_target
from tests.support.schema_facts import migration_digests, schema_facts, what_breaks
from tests.support.snapshots import Snapshot
from tests.support.world import World

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("upgrade")]
RECORDED = recorded_releases()
PAGES = ("/en/", "/ru/", "/en/members/", "/en/cycles/", "/en/reports/", "/en/publications/", "/en/practices/")
# of the portal itself, and not of the tests
HASHERS = global_settings.PASSWORD_HASHERS
PASSWORD = "correct horse battery staple 7"
WORDS = "Written by the version before, on the schema of this one."


@pytest.fixture(scope="module")
def present(
    world_snapshot: Snapshot[World],
    django_db_blocker: Any,
    database_state: database.DatabaseState,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Release:
    """What this version would leave behind; with `--record-release` it does, in the repository."""
    folder = tmp_path_factory.mktemp("releases") / __version__
    if request.config.getoption("--record-release"):
        folder = FOLDER / __version__
    with django_db_blocker.unblock():
        world_snapshot.restore()
        database_state.touched = True
        return record_release(folder, world_snapshot.objects().people["alice"].email)


@pytest.fixture(params=["present", *(release.version for release in RECORDED)])
def release(request: pytest.FixtureRequest, present: Release) -> Release:
    """Each that was recorded, and this very version: so the rehearsal is tried before there is an earlier one."""
    return {"present": present, **{one.version: one for one in RECORDED}}[request.param]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[RestoreTarget]:
    with empty_restore_target(tmp_path / "there") as target:
        yield target


def bring_back(release: Release) -> Archive:
    """The database and the files as the release left them, here: its schema, its rows, the application's rights."""
    archive, owner = Archive(release.archive), connections[owner_alias()]
    with (
        transaction.atomic(using=owner.alias),
        owner.cursor() as cursor,
        restore._restore_files(archive, database_state.identity(cursor)),
    ):
        restore._fill(archive, owner, cursor)
    grant_application_role()
    return archive


def statuses(urls: tuple[str, ...]) -> dict[str, int]:
    client = Client()
    return {url: client.get(url).status_code for url in urls}


def test_the_release_is_upgraded_serves_and_verifies_while_its_code_goes_on(
    release: Release, place: RestoreTarget, tmp_path: Path, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock(), place.entered():
        archive = bring_back(release)
        as_it_was = schema_facts()
        assert what_breaks(release.facts, as_it_was) == [], (
            "migrations make it otherwise than the release did"
        )
        with acting_as(SYSTEM):
            numbers = list(Publication.objects.values_list("number", flat=True))
            alice = Person.objects.get(email=release.facts["person"])
            with override_settings(PASSWORD_HASHERS=HASHERS):
                alice.set_password(PASSWORD)
            alice.save(update_fields=["password"])

        call_command("migrate", interactive=False, verbosity=0)

        # it serves
        publications = tuple(f"/en/publications/{number}/" for number in numbers)
        answers = statuses(PAGES + publications)
        assert {url: status for url, status in answers.items() if status not in (200, 410)} == {}
        assert Client().get("/health/ready").json()["missing_migrations"] == []
        # it verifies: every publication and link, every stored file, row-level security wherever it was
        assert check_all_publications()[0].broken_at is None
        lines: list[str] = []
        files.scrub_now(lines.append)
        assert [line for line in lines if not line.startswith("not used")] == []
        with connections[owner_alias()].cursor() as cursor:
            verification.refuse_open_tables(cursor, archive.manifest)
        # the code before it can go on: by what it expects of the schema, and really
        assert what_breaks(release.facts, schema_facts()) == []
        if release.folder.is_relative_to(FOLDER):  # and not what this code has just left behind
            with acting_as(SYSTEM):
                report = Report.objects.filter(state="draft", organisation__memberships__person=alice)[0]
                measure = report.cycle.charter.commitments.first().measures.first()
            conversation = reverse("workspace:measure-comments", args=[report.pk, measure.key])
            source = earlier_code(release, tmp_path / "source")
            see_the_earlier_code_at_work(release, run_earlier_code(source, place, conversation, alice.email))
            with acting_as(SYSTEM):
                assert MeasureComment.objects.filter(text=WORDS, written_by=alice).count() == 1
            assert check_all_publications()[0].broken_at is None


def earlier_code(release: Release, target: Path) -> Path:
    """The code of this release, never that of the present one."""
    if not release.unpack_code(target):
        unavailable(f"This clone has no code of {release.version}: `git fetch --tags --unshallow` brings it.")
    return target


def see_the_earlier_code_at_work(release: Release, story: dict[str, Any]) -> None:
    assert story["version"] == release.version
    assert {url: status for url, status in story["answers"].items() if status != 200} == {}
    assert story["signed_in"] == 302
    assert set(story["inside"].values()) == {200}
    assert story["missing"] == []
    # it writes, queues, works and sends
    assert (story["written"], story["asked"]) == (302, 302)
    assert story["words"] is True
    assert story["jobs"]
    assert {state for _kind, state, _error in story["jobs"]} == {"done"}, story["jobs"]
    assert [email for email in story["letters"] if email == release.facts["person"]]


def run_earlier_code(source: Path, place: RestoreTarget, conversation: str, email: str) -> dict[str, Any]:
    """What a program of that code meets on this database: pages, a sign-in, a message, a letter that it sends."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST", "DJANGO_SETTINGS"))
    }
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        environment[name] = urlsplit(os.environ[name])._replace(path=f"/{place.database}").geturl()
    environment |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_DATA_DIR": str(place.folder),
        "PYTHONPATH": str(source),
        "SECRET_KEY": "s" * 50,
        "CREDENTIAL_KEYS": "c" * 50,
    }
    program = (ROOT / "tests" / "support" / "earlier_version.py").read_text(encoding="utf-8")
    facts = {
        "urls": PAGES,
        "email": email,
        "password": PASSWORD,
        "conversation": conversation,
        "words": WORDS,
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, json.dumps(facts)],
        cwd=source,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    story: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert Path(story["place"]).is_relative_to(source)
    return story


def test_every_released_version_left_a_database_behind() -> None:
    missing = set(released_versions()) - {release.version for release in recorded_releases()}
    assert missing == set(), "run `manage.py test tests/journeys/test_upgrade.py --record-release`"


def test_no_migration_that_is_out_has_changed() -> None:
    """What is recorded of a version in preparation may be recorded anew."""
    now = migration_digests()
    for release in RECORDED:
        changed = [
            name for name, digest in release.facts["migrations"].items() if digest and now.get(name) != digest
        ]
        assert changed == [], f"they are in {release.version}: what is to change is another migration"


BREAKING = (
    ("ALTER TABLE portal_job DROP COLUMN outcome", "portal_job.outcome is gone"),
    ("ALTER TABLE portal_job RENAME COLUMN outcome TO ending", "portal_job.outcome is gone"),
    ("ALTER TABLE portal_scrub ALTER COLUMN part TYPE bigint", "portal_scrub.part is bigint, and was integer"),
    ("ALTER TABLE portal_scrub ADD COLUMN more int NOT NULL DEFAULT 1;"
     " ALTER TABLE portal_scrub ALTER COLUMN more DROP DEFAULT",
     "portal_scrub.more must be written by code that does not know it"),
    ("UPDATE portal_heartbeat SET hinted_at = now(); ALTER TABLE portal_heartbeat ALTER hinted_at SET NOT NULL",
     "portal_heartbeat.hinted_at must be written, and need not before"),
    ("ALTER TABLE portal_scrub ADD CONSTRAINT few CHECK (part < 100)", "portal_scrub: few is new"),
    ("CREATE UNIQUE INDEX only_one ON portal_scrub (id, part)", "portal_scrub: only_one is new"),
    ("REVOKE UPDATE ON portal_scrub FROM {application}", "portal_scrub: UPDATE is not allowed any more"),
    ("DROP TABLE portal_scrub", "portal_scrub is gone"),
)  # fmt: skip


@pytest.mark.usefixtures("at_work")
def test_schema_comparison_reports_incompatible_changes_alone(present: Release) -> None:
    owner, application = connections[owner_alias()], connections["default"].settings_dict["USER"]
    noticed, expected = [], []
    harmless = "ALTER TABLE portal_scrub ADD COLUMN new_one int; CREATE INDEX any_one ON portal_scrub (part)"
    harmless += "; ALTER TABLE portal_heartbeat ALTER COLUMN kind TYPE varchar(9)"
    for change, fault in ((harmless, ""), *BREAKING):
        with transaction.atomic(using=owner.alias), owner.cursor() as cursor:
            cursor.execute(change.format(application=application))
            lines = what_breaks(present.facts, schema_facts())
            transaction.set_rollback(True, using=owner.alias)
        noticed.append([line[: len(fault)] for line in lines])
        expected.append([fault] if fault else [])
    assert noticed == expected
