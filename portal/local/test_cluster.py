"""The PostgreSQL cluster of the tests: migrated once for a schema, cached while it is stopped, copied for use."""

import os
import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2 import sql

from portal.local import processes, servers, variables
from portal.local.data import schema_digest
from portal.local.environment import ROOT, LauncherError
from portal.local.folder import DataFolder, remove_abandoned_folders
from portal.local.postgres import DATABASE

# A migrated database that each process of a test run clones; its comment is the digest of its schema.
TEMPLATE = "test_portal_template"
# The environment variable that names the cached cluster to whatever starts servers of its own in a test.
VARIABLE = "PORTAL_TEST_CLUSTER"

_CACHE = ROOT / ".cache" / "test-cluster"
_PREFIX = "portal-cluster-"
# Earlier schemas stay, for switching between branches.
_KEEP = 3


def cached_cluster() -> Path:
    """The data folder of a stopped server with two migrated, empty databases: the portal's own and TEMPLATE.

    It is made when there is none for this schema, which takes some fifteen seconds.
    """
    cluster = _CACHE / schema_digest()[:16]
    if cluster.is_dir():
        cluster.touch()
    else:
        _make(cluster)
        clusters = sorted(_CACHE.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in clusters[_KEEP:]:
            shutil.rmtree(path, ignore_errors=True)
    return cluster


def copy_cluster(cluster: Path, folder: DataFolder) -> None:
    """Put a copy of the cached cluster into a data folder that has none yet."""
    copy = folder.path / "postgres"
    shutil.copytree(cluster, copy)
    folder.give_to_children(copy)


def _make(cluster: Path) -> None:
    """Make it in a folder that is thrown away, and move it to its place when it is whole."""
    print("Making the database of the tests (once for a schema).", flush=True)
    remove_abandoned_folders(_PREFIX + "*")
    folder = DataFolder(Path(tempfile.mkdtemp(prefix=_PREFIX)))
    try:
        with servers.running_servers(folder, servers.Purpose.TESTS) as running:
            _migrate(folder, running.addresses())
            _make_template(running.addresses()["DATABASE_OWNER_URL"])
            running.checkpoint()
        cluster.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix="new-", dir=cluster.parent))
        shutil.move(folder.path / "postgres", draft)
        if cluster.is_dir():  # another run was quicker
            shutil.rmtree(draft)
        else:
            (draft / "postgres").rename(cluster)
            draft.rmdir()
    finally:
        folder.close()
        shutil.rmtree(folder.path, ignore_errors=True)


def _migrate(folder: DataFolder, addresses: dict[str, str]) -> None:
    environment = variables.portal_variables(folder, addresses, port=8000)
    program = processes.Program(
        "migrate",
        (sys.executable, "manage.py", "migrate", "--verbosity=0"),
        {**os.environ, **environment},
        ROOT,
    )
    child = folder.spawn(program)
    code = child.process.wait()
    child.kill_group()
    if code:
        log_text = processes.log_tail(folder.log / "migrate.log")
        raise LauncherError(f"`manage.py migrate` failed. The end of its log:\n{log_text}")


def _make_template(owner_url: str) -> None:
    with closing(psycopg2.connect(owner_url.replace(f"/{DATABASE}?", "/postgres?"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            template, portal = sql.Identifier(TEMPLATE), sql.Identifier(DATABASE)
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(template, portal))
            cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS %s").format(template), [schema_digest()])
