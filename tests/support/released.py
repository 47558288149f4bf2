"""What each release has left behind in tests/releases/: a small database, what its code expects of one, and its API."""

import json
import re
import subprocess
import tarfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from portal import __version__
from portal.kernel.backups import take_backup
from portal.local.environment import ROOT
from tests.support.api_facts import api_facts
from tests.support.schema_facts import Facts, schema_facts

FOLDER = ROOT / "tests" / "releases"
ARCHIVE, FACTS, API_FACTS = "database.tar", "facts.json", "api.json"
# below the heading of a version that is described, and not out yet
IN_PREPARATION = "In preparation"
_GIT = ("git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT))


@dataclass(frozen=True, slots=True)
class Release:
    """A backup of a database that a version has made and filled, its facts, and what its API promised."""

    version: str
    folder: Path

    @property
    def archive(self) -> Path:
        return self.folder / ARCHIVE

    @property
    def facts(self) -> Facts:
        facts: Facts = json.loads((self.folder / FACTS).read_text(encoding="utf-8"))
        return facts

    @property
    def api(self) -> Facts:
        facts: Facts = json.loads((self.folder / API_FACTS).read_text(encoding="utf-8"))
        return facts

    def unpack_code(self, target: Path) -> bool:
        """Put the version's code there; False where this clone has neither its tag nor its commit."""
        for name in (f"v{self.version}", self.facts["commit"]):
            done = subprocess.run([*_GIT, "archive", name], capture_output=True, check=False)
            if name and done.returncode == 0:
                with tarfile.open(fileobj=BytesIO(done.stdout)) as files:
                    files.extractall(target, filter="data")
                return True
        return False


def recorded_releases() -> list[Release]:
    """The releases that left a database behind, the first one first."""
    releases = [Release(path.parent.name, path.parent) for path in FOLDER.glob(f"*/{FACTS}")]
    return sorted(releases, key=lambda release: tuple(map(int, release.version.split("."))))


def released_versions() -> list[str]:
    """The versions that the changelog calls released: those with a date, unless it says that one is in preparation."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return [
        match.group(1)
        for section in sections
        if (match := re.match(r"\[([\d.]+)\] - \d{4}-\d\d-\d\d\n+", section))
        and not section[match.end() :].startswith(IN_PREPARATION)
    ]


def record_release(folder: Path, email: str) -> Release:
    """Write what this version leaves behind of the present database, where somebody of a member has this address."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ARCHIVE).unlink(missing_ok=True)
    take_backup(folder / ARCHIVE)
    facts = {"version": __version__, "commit": _commit(), "person": email, **schema_facts()}
    _write(folder / FACTS, facts)
    _write(folder / API_FACTS, api_facts())
    return Release(__version__, folder)


def _write(path: Path, facts: Facts) -> None:
    """A table, an address, a shape a line, so that a change is read where it is."""
    lines = [f'"{name}": {_lines(value)}' for name, value in facts.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _lines(value: object) -> str:
    if not isinstance(value, dict):
        return json.dumps(value)
    return "{\n" + ",\n".join(f" {json.dumps(name)}: {json.dumps(one)}" for name, one in value.items()) + "}"


def _commit() -> str:
    done = subprocess.run([*_GIT, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip()
