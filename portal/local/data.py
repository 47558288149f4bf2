"""What is in the database: the schema migrated, and the demonstration data loaded once."""

import hashlib
import sys
from collections.abc import Mapping, Sequence

from portal.local import processes
from portal.local.environment import ROOT, LauncherError
from portal.local.folder import DataFolder

# What a migrated database depends on: the migrations, what they import, the rights, and other packages' migrations.
SCHEMA_SOURCES = (
    "*/migrations/*.py",
    "portal/kernel/migrations/*.py",
    "portal/kernel/access/row_security.py",
    "portal/kernel/access/database_grants.py",
    "portal/kernel/access/triggers.py",
    "portal/kernel/database/tables.py",
    "portal/kernel/database/partitions.py",
    "portal/kernel/management/commands/migrate.py",
    "requirements.lock",
)
_SCHEMA, _LOADED = "schema.json", "loaded.json"
_NOT_EMPTY = 3  # how `load_demo` ends where there are data already


def schema_digest() -> str:
    """A digest that changes whenever `migrate_database` could have something to do."""
    files = sorted(path for pattern in SCHEMA_SOURCES for path in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def refuse_other_content(folder: DataFolder, empty: bool, example: str | None) -> None:
    """Refuse to begin anew on a folder that holds something else already."""
    loaded = folder.load_facts(_LOADED)
    if loaded is None or not (empty or example) or loaded == {"empty": empty, "example": example}:
        return
    raise LauncherError(
        f"{folder.path} holds other data already. "
        "Add --reset to delete it, or name another folder with --data-dir."
    )


def migrate_database(folder: DataFolder, environment: Mapping[str, str], ours: bool) -> None:
    """Migrate when the code has changed; a database that is not ours may be another one than last time."""
    digest = schema_digest()
    if not ours or folder.load_facts(_SCHEMA) != digest:
        print("Bringing the database up to date.", flush=True)
        _run(folder, environment, "migrate", "--no-input")
        folder.save_facts(_SCHEMA, digest)


def load_demonstration(
    folder: DataFolder, environment: Mapping[str, str], empty: bool, example: str | None
) -> None:
    """Load the demonstration data, or the example, into a new folder.

    A start that was killed between the data and the note of them has left both in the database and in `demo.json`.
    """
    if folder.load_facts(_LOADED) is not None:
        return
    if not empty:
        print("Loading the demonstration data.", flush=True)
        arguments = (
            "--data-file",
            str(folder.path / "demo.json"),
            *(("--example", example) if example else ()),
        )
        facts = folder.load_facts("demo.json") or {}
        was_loaded = bool(facts.get("people")) and facts.get("example") == example
        _run(folder, environment, "load_demo", *arguments, accepted=(0, _NOT_EMPTY) if was_loaded else (0,))
    folder.save_facts(_LOADED, {"empty": empty, "example": example})


def _run(
    folder: DataFolder,
    environment: Mapping[str, str],
    command: str,
    *arguments: str,
    accepted: Sequence[int] = (0,),
) -> None:
    """Run a command of manage.py to its end. Refuses, with its last words, when it ends with another code."""
    log = folder.log / f"{command}.log"
    program = processes.Program(
        command, (sys.executable, "manage.py", command, *arguments), environment, ROOT, death_signal=9
    )
    child = folder.spawn(program)
    try:
        code = child.process.wait()
    finally:
        child.kill_group()
    if code not in accepted:
        raise LauncherError(f"`manage.py {command}` failed. The end of {log}:\n{processes.log_tail(log)}")
