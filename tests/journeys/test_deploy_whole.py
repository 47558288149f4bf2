"""The manual of running it for real, followed to the letter on a machine of its own, as root.

The machine and what it plays: tests/support/machine.py.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portal.local.environment import ROOT
from portal.local.processes import log_tail
from tests.support.launcher import bare_environment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("deploy")]

_NAMESPACES = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")


@pytest.fixture(scope="module")
def observations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was to be seen on the machine."""
    if os.geteuid() or subprocess.run([*_NAMESPACES, "true"], capture_output=True).returncode:
        pytest.skip("only root can play a machine: in namespaces, with users and folders of its own")
    folder = tmp_path_factory.mktemp("machine")
    results, log = folder / "results.json", folder / "log"
    with log.open("w") as output:
        done = subprocess.run(
            [*_NAMESPACES, sys.executable, "-m", "tests.support.machine", str(results)],
            env=bare_environment(), cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, timeout=1800,
        )  # fmt: skip
    assert done.returncode == 0, log_tail(Path(log), 60)
    facts: dict[str, Any] = json.loads(results.read_text())
    return facts


def test_the_check_has_nothing_to_say(observations: dict[str, Any]) -> None:
    """After the first start, and after the upgrade."""
    assert observations["checks"] == ["System check identified no issues (2 silenced)."] * 2


def test_systemd_and_the_shell_read_the_same(observations: dict[str, Any]) -> None:
    assert observations["read by systemd"] == observations["read by the shell"]
    assert len(observations["read by systemd"]) > 10


def test_the_service_serves(observations: dict[str, Any]) -> None:
    assert [answer[0] for answer in observations["health"].values()] == [200, 200]
    assert set(observations["pages"].values()) == {200}
    assert observations["Russian"] is True
    assert "https://portal.example.org/accounts/password/reset/key/" in observations["letter"]


def test_the_service_has_no_rights_but_to_its_data(observations: dict[str, Any]) -> None:
    """It writes no code, reads no address of the owner, and root leaves nothing in its way."""
    assert observations["writable code"] == ""
    assert observations["owner's address is closed"] is True
    assert observations["files of root"] == ""
    assert observations["processes"] == {
        name: {"is root": False, "knows the owner": False} for name in ("web", "worker", "sweeper", "beat")
    }


def test_a_user_without_rights_to_the_code_runs_commands_and_installs_nothing(
    observations: dict[str, Any],
) -> None:
    code, words = observations["without packages"]
    assert observations["another Python"].startswith("System check identified no issues")
    assert (code, words.startswith("Packages of requirements.lock are missing here")) == (1, True), words


def test_the_units_are_what_systemd_accepts(observations: dict[str, Any]) -> None:
    assert observations["units"] == ""


def test_the_upgrade_runs_the_new_code(observations: dict[str, Any]) -> None:
    assert (observations["after the upgrade"], observations["running"]) == ("ready", "/srv/portal-0.2.0")


def test_the_backup_of_the_night_can_be_restored(observations: dict[str, Any]) -> None:
    assert observations["user of the backup"] == "root"
    assert observations["backup"].startswith("/var/backups/portal/portal-")
    assert observations["after the restore"] == "ready"
    assert (
        observations["restored"] == observations["before the backup"] == [1, 1, observations["restored"][2]]
    )
