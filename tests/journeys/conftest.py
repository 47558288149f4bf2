"""One installation for the journeys that only kill, freeze and read what runs there."""

from collections.abc import Iterator
from typing import Any

import pytest

from alliance.enums import Role
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import make_charter, make_cycle, make_organisation, make_person
from tests.support.database import DatabaseState
from tests.support.installation import PROGRAMS, SERVERS, SILENCE_LIMIT, Installation
from tests.support.mail import MailServer
from tests.support.snapshots import Snapshot
from tests.support.world import World


@pytest.fixture(scope="package")
def shared_installation(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any, mail_server: MailServer
) -> Iterator[Installation]:
    """A portal at work with one cycle and a reviewer. Its modules stand in one group of pytest-xdist."""
    del mail_server
    installation = Installation(tmp_path_factory.mktemp("stage"))
    installation.variables = {"WORKER_SILENT_AFTER": str(SILENCE_LIMIT)}
    try:
        with django_db_blocker.unblock():
            installation.open()
            with installation.database(), acting_as(SYSTEM):
                make_cycle(make_charter())
                make_person("Rita", make_organisation("secretariat", "secretariat"), Role.REVIEWER)
        yield installation
    finally:
        installation.close()


@pytest.fixture(scope="module")
def worker_variables() -> dict[str, str]:
    """What the worker of a module's installation has in its environment besides; a module may say more."""
    return {}


@pytest.fixture(scope="module")
def installation(
    shared_installation: Installation, worker_variables: dict[str, str], django_db_blocker: Any
) -> Iterator[Installation]:
    """That portal for one module, whose models use its database.

    What an earlier module has killed, and could not start again since it failed, is started first.
    """
    with django_db_blocker.unblock():
        shared_installation.restart_ended((*SERVERS, *PROGRAMS))
        shared_installation.ensure("worker", **worker_variables)
        shared_installation.wait_for_pages()
        with shared_installation.database():
            yield shared_installation


@pytest.fixture
def at_work(
    world_snapshot: Snapshot[World], django_db_blocker: Any, database_state: DatabaseState
) -> Iterator[None]:
    """The database of this process with everything in it once; what the test does to its tables ends with it."""
    with django_db_blocker.unblock():
        world_snapshot.restore()
        database_state.touched = True
        yield
        world_snapshot.restore()
