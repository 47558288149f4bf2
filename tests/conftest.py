"""What every test may ask for: the databases, a worker, a mail server, a browser."""

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import TransactionTestCase
from django.utils import translation

from alliance.enums import Role
from alliance.models import Charter, Membership, Person
from alliance.queries.site import read_site
from portal.kernel.files.integrity import forget_observations
from portal.kernel.mail import forget_outage
from portal.kernel.publishing import forget_answers, revision_cache
from tests.factories import Cast, make_cast, make_charter, make_person, read_cast, read_charter
from tests.factories.taxonomy import make_taxonomy
from tests.support import browser as browsers
from tests.support import database, database_context
from tests.support.background_programs import Worker
from tests.support.mail import MailServer
from tests.support.running_order import files_above_first
from tests.support.s3_server import make_bucket, s3_server
from tests.support.shares import Share
from tests.support.snapshots import Snapshot, snapshot
from tests.support.visitors import SignedInClients
from tests.support.world import World, lock_out, make_world


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Files in parameters are named by their argument: their bytes may differ between processes."""
    return argname if isinstance(val, bytes) else None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full",
        action="store_true",
        help="ask every actor, and on every page: what .ci/run does before a change",
    )
    parser.addoption(
        "--record-release",
        action="store_true",
        help="write the database of this version into tests/releases/: with tests/journeys/test_upgrade.py",
    )
    parser.addoption(
        "--record-examples",
        action="store_true",
        help="write the examples of the API's schema anew: with tests/api/test_examples.py",
    )
    parser.addoption(
        "--examples",
        type=int,
        default=0,
        help="how many requests are made up for each operation of the API and each role; by default few",
    )
    parser.addoption(
        "--turns",
        type=int,
        default=1,
        help="with --full: in how many turns things are looked at: orders of hostile strings, ways to show a page",
    )
    parser.addoption(
        "--share",
        type=Share.from_text,
        default=Share(),
        metavar="K/N",
        help="with --full: the K-th of N shares, by their names, of what takes longest: pages and forms in a browser, "
        "lines of the policy table that everybody is asked, people who look for canaries",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.args[:] = files_above_first(config.args)


class FailureNames:
    """Names each failure as it happens: a run that is cut off has named those before."""

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._reporter = reporter

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._reporter.ensure_newline()
            self._reporter.write_line(f"FAILED {report.nodeid} ({report.when})", red=True)


def pytest_sessionstart(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        session.config.pluginmanager.register(FailureNames(reporter))


database_context.install()

# what is imported and collected stays until the end: nothing of it is looked through again for garbage
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20)


def pytest_sessionfinish() -> None:
    """Look for garbage once: what failed in a deletion is reported. By itself pytest looks five times."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out slow tests, unless all are asked for, or their file is.

    Tests with real background programs run in one process of the run, which starts them once; so do those of a module
    that makes something for all of them.
    """
    if not config.getoption("--full"):
        named = {(config.invocation_params.dir / arg.partition("::")[0]).resolve() for arg in config.args}
        left_out = [item for item in items if item.get_closest_marker("slow") and item.path not in named]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if item.get_closest_marker("xdist_group"):
            continue
        if "worker" in fixtures:
            item.add_marker(pytest.mark.xdist_group("worker"))
        elif "module_transaction" in fixtures:
            item.add_marker(pytest.mark.xdist_group(item.path.as_posix()))


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether everything is asked, and not one of each kind."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session")
def turns(request: pytest.FixtureRequest, full: bool) -> int:
    """How often a page comes up in a browser, each time in another way or with other strings: as `--turns` says."""
    return int(request.config.getoption("--turns")) if full else 1


@pytest.fixture(scope="session")
def share(request: pytest.FixtureRequest, full: bool) -> Share:
    """Which part of what takes longest is asked: all of it, unless `--share` names a part."""
    chosen: Share = request.config.getoption("--share")
    return chosen if full else Share()


@pytest.fixture(autouse=True)
def language_reset() -> Iterator[None]:
    """A request leaves the language of its reader behind; the next test begins without one."""
    yield
    translation.deactivate()


TEMPLATES = {
    database.WITH_CAST: (database.TEMPLATE, (make_cast, make_charter)),
    database.WITH_TAXONOMY: (database.WITH_CAST, (make_taxonomy,)),
}

# --- Databases -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Instead of pytest-django's: a clone of a template that the owner migrated once, for this process alone.

    Tests are the application's role, so grants and row-level security hold in them.
    """
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        # Neither may the application TRUNCATE, nor do append-only tables let anybody: see _django_db_helper.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: None)
        database.prepare_templates(TEMPLATES)
        database.renew()
        yield
        database.drop()


@pytest.fixture(scope="session")
def database_state() -> database.DatabaseState:
    return database.DatabaseState()


@pytest.fixture
def empty_database() -> None:
    """For tests of a new portal: its database is as the migrations left it, without the cast."""


@pytest.fixture
def database_template(request: pytest.FixtureRequest) -> str:
    """What the database of a test is a copy of: the cast and their charter, or nobody at all (`empty_database`)."""
    return database.TEMPLATE if "empty_database" in request.fixturenames else database.WITH_CAST


@pytest.fixture
def clean_database(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
    database_state: database.DatabaseState,
    database_template: str,
) -> None:
    """Nothing of an earlier test is left: not in the database, the cache or this process."""
    assert not (database_state.is_held and _commits(request)), "This module holds its transaction open."
    with django_db_blocker.unblock():
        database_state.renew(database_template)
        cache.clear()
        _forget()
    database_state.touched = _commits(request)


def _forget() -> None:
    """What this process remembers of an earlier test: of the database, of files, of a mail server that was away."""
    revision_cache.clear()
    forget_answers()  # of the web server for browsers, which all tests share: the next revision has the same number
    read_site.forget()
    forget_outage()
    forget_observations()


def _commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    marked = marker is not None and bool(marker.kwargs.get("transaction") or marker.args[:1] == (True,))
    return marked or bool({"transactional_db", "live_server"} & set(request.fixturenames))


@pytest.fixture
def _django_db_helper(clean_database: None, _django_db_helper: None) -> None:
    """pytest-django's own, after the database is clean.

    Most tests roll back. After one that commits (`transactional_db`, `live_server`, `transaction=True`)
    nothing is flushed: the next test that wants a database gets a new clone instead.
    """


@pytest.fixture
def owner_cursor(transactional_db: None, django_db_blocker: Any) -> Iterator[Any]:
    """A cursor of the database's owner, for tests of what not even the owner may do; it commits at once."""
    with database.owner_cursor() as cursor:
        yield cursor


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, who are in every database that a test begins with."""
    return read_cast()


@pytest.fixture
def roy(cast: Cast) -> Person:
    """Another reviewer than Rita."""
    return make_person("Roy", cast.secretariat, Role.REVIEWER)


@pytest.fixture
def sven_edits(cast: Cast) -> None:
    """A second person of Aurora's who may write: Sven, in the place of administering."""
    Membership.objects.filter(person=cast.sven).update(roles=[Role.SIGNATORY, Role.EDITOR])


@pytest.fixture
def charter(db: None) -> Charter:
    """Their charter, in force."""
    return read_charter()


@pytest.fixture(scope="module")
def module_transaction(
    django_db_setup: None, django_db_blocker: Any, database_state: database.DatabaseState
) -> Iterator[None]:
    """One transaction for all tests of a module: what its own fixtures of this scope write is made once.

    Each test (with the `db` mark) takes back what it wrote, and reads its objects anew; none may commit.
    """
    with django_db_blocker.unblock():
        database_state.renew(database.WITH_CAST)
        cache.clear()
        _forget()
        with database_state.hold():
            yield


# --- One world for many tests -----------------------------------------------------------------


@pytest.fixture(scope="session")
def world_snapshot(
    django_db_setup: None, django_db_blocker: Any, database_state: database.DatabaseState
) -> Iterator[Snapshot[World]]:
    """An alliance with everything in it once, made once in this process."""
    database_state.touched = True
    with django_db_blocker.unblock(), snapshot("world", transaction.atomic(make_world)) as made:
        yield made


@pytest.fixture(scope="module")
def world(
    world_snapshot: Snapshot[World], django_db_blocker: Any, database_state: database.DatabaseState
) -> Iterator[World]:
    """That alliance for one module, in a transaction that is never committed.

    Its tests use no `db` mark, and ask for `rollback` so that each is rolled back.
    """
    with django_db_blocker.unblock():
        world = world_snapshot.restore()
        cache.clear()
        _forget()
        with database_state.hold():
            yield world


@pytest.fixture(scope="module")
def visitors(world: World) -> SignedInClients:
    """Everybody of the world signed in; only then some of them lose their access."""
    signed_in_clients = SignedInClients(world.people)
    lock_out(world)
    return signed_in_clients


@pytest.fixture
def rollback(world: World, django_db_blocker: Any) -> Iterator[None]:
    """What the test writes is taken back at its end."""
    cache.clear()
    _forget()
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- Background work and mail ----------------------------------------------------------------


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mail(mail_server: MailServer, settings: Any) -> MailServer:
    """A real SMTP server, empty at first; the test's process and the worker send to it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    mail_server.messages.clear()
    return mail_server


@pytest.fixture(scope="session")
def worker_programs() -> Iterator[Worker]:
    programs = Worker()
    yield programs
    programs.stop()


@pytest.fixture
def worker(transactional_db: None, mail: MailServer, worker_programs: Worker) -> Iterator[Worker]:
    """A real Celery worker and sweeper on the test's database; brought back when a test has killed them."""
    worker_programs.start()
    yield worker_programs
    worker_programs.pause()


# --- Stored files ----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """An S3 server without buckets. Modules that use it stand in the group `s3`, so that one is started."""
    with s3_server() as address:
        yield address


@pytest.fixture
def new_bucket(s3_address: str) -> Callable[[], dict[str, Any]]:
    """Makes an empty bucket there, and gives the storage of files in it as the settings name it."""
    return lambda: make_bucket(s3_address)


# --- Browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright's own, with the Chromium of this machine."""
    return {**browser_type_launch_args, **browsers.launch_arguments()}
