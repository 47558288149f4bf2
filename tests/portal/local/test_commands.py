"""Commands without servers, and with half of them; the locks that an environment is made from."""

import re
from pathlib import Path

import pytest
from django.core.management import ManagementUtility

from portal.local import commands, test
from portal.local.environment import BASE_LOCK, ROOT, TEST_LOCK
from portal.local.translations import compile_translations
from tests.support.launcher import manage

_CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "sun"\nmsgstr "солнце"\n'


def test_a_command_without_a_database_says_how_to_get_one(tmp_path: Path) -> None:
    result = manage("showmigrations", PORTAL_DATA_DIR=str(tmp_path))
    assert result.returncode == 1
    assert "Start one with `python3 manage.py demo`" in result.stderr


@pytest.mark.parametrize("command", ["demo", "services", "bench"])
@pytest.mark.parametrize("order", [("{}", "--help"), ("help", "{}")])
def test_every_command_of_the_launcher_says_what_it_takes(command: str, order: tuple[str, str]) -> None:
    result = manage(*(word.format(command) for word in order))

    assert (result.returncode, result.stdout.split()[:3]) == (0, ["usage:", "manage.py", command])


def test_help_lists_the_commands_of_the_launcher_and_those_of_django(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        commands, "_run_django", lambda arguments: print(ManagementUtility(arguments).main_help_text())
    )

    commands.run(["manage.py", "help"])

    assert {"demo", "services", "test", "bench", "backup", "migrate"} <= set(capsys.readouterr().out.split())


def test_half_of_the_addresses_is_refused(tmp_path: Path) -> None:
    refused = manage("demo", "--data-dir", str(tmp_path / "var"), REDIS_URL="redis://127.0.0.1:1/0")
    assert refused.returncode == 1
    assert refused.stderr.startswith("DATABASE_URL and DATABASE_OWNER_URL must be set too")


def test_both_locks_agree() -> None:
    base, tests = (
        dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", (ROOT / lock).read_text(), re.MULTILINE))
        for lock in (BASE_LOCK, TEST_LOCK)
    )
    assert {name: tests.get(name) for name in base} == base


def test_translations_are_compiled_when_they_have_changed(tmp_path: Path) -> None:
    catalogue = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(_CATALOGUE)
    assert compile_translations(tmp_path) == [catalogue]
    assert compile_translations(tmp_path) == []
    assert "солнце".encode() in catalogue.with_suffix(".mo").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "program"),
    [
        ((), ("pytest", "--numprocesses=2", "--dist=loadgroup")),
        (("--full",), ("pytest", "--numprocesses=2", "--dist=loadgroup", "--full")),
        (("--full", "tests/test_rules.py"), ("pytest", "--full", "tests/test_rules.py")),
        (("--mutate-policy",), ("tests.support.mutation_run",)),
        (("--mutate-policy", "report.submit"), ("tests.support.mutation_run", "report.submit")),
    ],
)
def test_what_is_not_picked_by_a_path_runs_in_two_processes(
    arguments: tuple[str, ...], program: tuple[str, ...]
) -> None:
    assert test.command_line(arguments) == program
