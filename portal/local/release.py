"""`manage.py release`: what an installation is made from, built so that everybody gets the same bytes of a commit.

Into a folder it writes the package (sdist and wheel), the hashed lock of what a server installs beside it, a bill of
these materials (CycloneDX), the list of their licences, and the digests of all of it.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from portal import __version__
from portal.local import materials
from portal.local.environment import BASE_LOCK, ROOT, TEST_LOCK, LauncherError

DIGESTS = "SHA256SUMS"
# The owner of the checkout may be another user than the one who builds.
_GIT = ("git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT))


def main(arguments: Sequence[str]) -> int:
    """Build the release that the arguments describe, and name its files."""
    parser = argparse.ArgumentParser(
        prog="manage.py release",
        description="Build a release of the last commit: sdist, wheel, lock, bill of materials, licences, digests.",
    )
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="an empty folder (default: dist)")
    parser.add_argument(
        "--uncommitted",
        action="store_true",
        help="build the files as they are now: to try it, not to publish it",
    )
    options = parser.parse_args(arguments)
    for path in build(options.output, uncommitted=options.uncommitted):
        print(path)
    return 0


def build(folder: Path, *, uncommitted: bool = False) -> list[Path]:
    """Write the release into an empty folder and return its files.

    Refuses changes that no commit has, and a commit of which another one has the version already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise LauncherError(f"{folder} is not empty. Name a folder that is, with --output.")
    if not uncommitted:
        _refuse_another_commit(__version__)
    moment = int(os.environ.get("SOURCE_DATE_EPOCH") or _git("log", "-1", "--format=%ct"))
    with tempfile.TemporaryDirectory(prefix="portal-release-") as place:
        source = Path(place) / "source"
        _copy_files(source) if uncommitted else _copy_commit(source)
        _build_packages(source, folder, moment)
        locks = {
            path.name: materials.server_lock(path.read_text(encoding="utf-8"))
            for path in source.glob("requirements*.lock")
            if path.name != TEST_LOCK
        }
    wheel = next(folder.glob("*.whl"))
    package = "-".join(wheel.name.split("-")[:2])
    version = package.partition("-")[2]
    lock, built_at = locks[BASE_LOCK], datetime.fromtimestamp(moment, UTC)
    written = {
        **locks,
        f"{package}.cdx.json": materials.bill_of_materials(lock, version, built_at),
        f"{package}.licences.md": materials.licence_list(lock, version),
    }
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    files = sorted(folder.iterdir())
    digests = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / DIGESTS).write_text("".join(digests), encoding="utf-8")
    return [*files, folder / DIGESTS]


def _refuse_another_commit(version: str) -> None:
    if _git("status", "--porcelain"):
        raise LauncherError("Some changes are not committed, and a release is made of a commit.")
    tag = f"v{version}"
    if _git("tag", "--list", tag) and _git("rev-list", "-1", tag) != _git("rev-parse", "HEAD"):
        raise LauncherError(
            f"{version} is out: the tag {tag} is another commit. Check that out, or raise the version."
        )


def _git(*arguments: str) -> str:
    try:
        return subprocess.run([*_GIT, *arguments], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise LauncherError("A release is built in a clone of the repository, with git.") from error


def _copy_commit(target: Path) -> None:
    archive = subprocess.run([*_GIT, "archive", "HEAD"], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(target, filter="data")


def _copy_files(target: Path) -> None:
    """All files of the project as they are, but for those that git ignores."""
    for name in _git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)


def _build_packages(source: Path, folder: Path, moment: int) -> None:
    """Nothing of this machine goes in: neither its clock nor its paths, nor who builds."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--directory", str(folder.resolve())],
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(moment)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise LauncherError(f"The package could not be built:\n{done.stdout.strip()}")
