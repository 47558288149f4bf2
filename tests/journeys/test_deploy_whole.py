"""The manuals of running it for real and of upgrading it, followed to the letter on a machine of its own, as root.

The machine, with a systemd of its own: tests/support/machine.py. What it would fetch lies ready in folders.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from portal import __version__
from portal.local import install, release
from portal.local.environment import BASE_LOCK, ROOT
from portal.local.processes import log_tail
from tests.support.launcher import bare_environment
from tests.support.manual import number_of
from tests.support.packages import unavailable

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("deploy")]

_NAMESPACES = (
    "unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc",
)  # fmt: skip
_MAJOR, _MINOR, _PATCH = number_of(__version__)
# what deploy.md upgrades to, and what upgrade.md goes to from there
_NEXT, _AFTER = (f"{_MAJOR}.{_MINOR + more}.0" for more in (1, 2))
_DEBIAN = ("nginx", "caddy", "pgbouncer")
# What is left to a service of ours, by the count of `systemd-analyze security`: usual ones have 9 and more.
_MOST_EXPOSURE = 2.5


@pytest.fixture(scope="module")
def observations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was to be seen on the machine."""
    if os.geteuid() or subprocess.run([*_NAMESPACES, "true"], capture_output=True).returncode:
        unavailable("only root can play a machine: in namespaces, with users and folders of its own")
    if not Path("/usr/lib/systemd/systemd").exists() or not shutil.which("apt-get"):
        unavailable("the machine is a Debian with systemd")
    folder = tmp_path_factory.mktemp("machine")
    _build_releases(folder)
    _fetch_packages(folder)
    results, log = folder / "results", folder.parent / "machine.log"
    results.mkdir()
    with log.open("w") as output:
        subprocess.run(
            [*_NAMESPACES, sys.executable, "-m", "tests.support.machine", str(folder)],
            env=bare_environment(), cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, timeout=1800,
        )  # fmt: skip
    code = results / "code"
    assert (code.read_text() if code.exists() else "ended early") == "0", log_tail(log, 120)
    facts: dict[str, Any] = json.loads((results / "results.json").read_text())
    return facts


def _build_releases(folder: Path) -> None:
    """This version, and two after it that differ in nothing but their numbers."""
    release.build(folder / __version__, uncommitted=True)
    for version in (_NEXT, _AFTER):
        _build_release_after(folder, version)


def _build_release_after(folder: Path, version: str) -> None:
    name, source, after = (
        f"alliance_portal-{__version__}",
        folder.parent / f"source-{version}",
        folder / version,
    )
    with tarfile.open(folder / __version__ / f"{name}.tar.gz") as files:
        files.extractall(source, filter="data")
    for path in ("pyproject.toml", "portal/__init__.py"):
        file = source / name / path
        file.write_text(file.read_text().replace(f'version = "{__version__}"', f'version = "{version}"')
                        .replace(f'__version__ = "{__version__}"', f'__version__ = "{version}"'))  # fmt: skip
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(after)]
    subprocess.run(build, cwd=source / name, check=True, capture_output=True)
    shutil.copy(folder / __version__ / BASE_LOCK, after)
    digests = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in after.iterdir()]
    (after / release.DIGESTS).write_text("".join(digests))


def _fetch_packages(folder: Path) -> None:
    """Those of the lock from the index, into a folder that is kept; those of Debian that are not installed here."""
    lock = folder / __version__ / BASE_LOCK
    store = ROOT / ".cache" / f"packages-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    if not store.is_dir():
        for earlier in store.parent.glob("packages-*"):
            shutil.rmtree(earlier)
        fetched = folder.parent / "fetched"
        options = ("--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:")
        download = [*install._pip(), "download", *options, "-r", str(lock), "-d", str(fetched)]
        subprocess.run(download, check=True)
        store.parent.mkdir(exist_ok=True)
        shutil.copytree(fetched, store)
    (folder / "packages").symlink_to(store)
    debian = folder / "debian"
    (debian / "partial").mkdir(parents=True)
    for words in (["update"], ["install", "--download-only", "-y", "--no-install-recommends", *_DEBIAN]):
        subprocess.run(
            ["apt-get", "-o", f"Dir::Cache::archives={debian}", *words],
            check=True, stdout=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )  # fmt: skip


def test_the_check_has_nothing_to_say(observations: dict[str, Any]) -> None:
    """After the first start, and after the upgrade."""
    assert observations["checks"] == ["System check identified no issues (2 silenced)."] * 2


def test_systemd_and_the_shell_read_the_same(observations: dict[str, Any]) -> None:
    read = observations["read by systemd"]

    assert read == observations["read by the shell"]
    assert len(read) > 10
    assert re.fullmatch(r"[\w-]{50,}", read["SECRET_KEY"])
    assert re.fullmatch(r"[\w-]{50,}", read["CREDENTIAL_KEYS"])
    assert read["SECRET_KEY"] != read["CREDENTIAL_KEYS"]


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


def test_the_units_are_what_systemd_accepts(observations: dict[str, Any]) -> None:
    assert observations["units"] == ""


def test_a_service_can_do_little_and_files_are_still_inspected_apart(observations: dict[str, Any]) -> None:
    assert len(observations["exposure"]) == 6
    assert {name: level for name, level in observations["exposure"].items() if level > _MOST_EXPOSURE} == {}
    assert "walls: []" in observations["probe"]


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_a_proxy_does_what_the_portal_needs_of_it(observations: dict[str, Any], proxy: str) -> None:
    assert observations[proxy] == {
        "page": 200,
        "HSTS": "max-age=63072000",
        "policies": 1,
        "number of a request was believed": False,
        "without TLS": [301 if proxy == "nginx" else 308, "https://portal.example.org/en/"],
        "too large": [413, False],
        "large": [413, True],  # for this form: the portal itself has said so
        "metrics": 404,
        "while the portal is down": [503, True, "60", "no-store"],
        "afterwards": 200,
    }
    assert observations["secrets in nginx's logs"] == []


def test_the_upgrade_runs_the_new_code(observations: dict[str, Any]) -> None:
    assert (observations["after the upgrade"], observations["running"]) == ("ready", f"/srv/portal-{_NEXT}")


def test_the_backup_of_the_night_can_be_restored(observations: dict[str, Any]) -> None:
    assert [re.fullmatch(r"portal-\w+\.tar", name) is not None for name in observations["archives"]] == [True]
    assert {"portal-backup.timer", "portal-scrub.timer"} == set(observations["timers"])
    assert "Every file and every publication is whole." in observations["scrub"]
    assert observations["after the restore"] == "ready"
    assert observations["restored"] == observations["before the backup"]
    assert observations["restored"][:2] == [1, 1]


def test_behind_a_pool_of_connections_everything_works_as_before(observations: dict[str, Any]) -> None:
    assert observations["ports of the database"] == {
        "web": ["6432"], "worker": ["6432"], "beat": ["6432"], "sweeper": ["5432"],
    }  # fmt: skip
    through = observations["through the pool"]
    assert (through["health"], through["signed in"]) == ("ready", [302, 200])
    assert "https://portal.example.org/accounts/password/reset/key/" in through["letter"]
    assert observations["failed units"] == ""
    assert set(observations["ended by themselves"].values()) == {"0"}


def test_the_upgrade_without_a_stop_and_the_way_back(observations: dict[str, Any]) -> None:
    """upgrade.md: pages are served while it is installed and migrated; with one node a restart takes some seconds."""
    facts = observations["upgrade"]

    assert facts["signed in"] == [302, 200]
    assert set(facts["before a restart"]) == {200}
    assert len(facts["before a restart"]) > 5
    newer, back = facts["restarts"]
    for restart, version in ((newer, _AFTER), (back, _NEXT)):
        assert set(restart.pop("answers")) <= {503}
        assert restart == {
            "health": "ready",
            "runs": [f"/srv/portal-{version}"] * 4,
            "session": 200,
            "page": 200,
        }
    assert {command.removeprefix("bin/portal ") for command in facts["afterwards"]} == {
        "refresh_search", "supporter_keys", "rebuild_projections",
    }  # fmt: skip
    assert facts["afterwards"]["bin/portal supporter_keys"].endswith("supporters have other keys now.")
    assert facts["failed units"] == ""
