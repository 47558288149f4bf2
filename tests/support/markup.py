"""The Nu HTML checker, which says of a page's markup what browsers forgive and others do not."""

import hashlib
import json
import os
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support import packages

# The package of npm that holds the checker, and the digest of the program in it.
VERSION = "26.9.27"
_JAR_SHA256 = "22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47"
_PACKAGE = f"vnu-jar@{VERSION}"
# Debian's packages with what it takes to fetch and to run it.
_NPM, _JAVA = "npm", "default-jre-headless"
_CACHE = (
    Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "alliance-portal" / f"vnu-{VERSION}.jar"
)
_TIMEOUT = 600
# From the letters of most of its text: a practice in Russian stands on an English page, and says so with `lang`.
_GUESS = "This document appears to be written in"


class MarkupChecker:
    """Checks many pages with one start of the program."""

    def __init__(self, java: str, jar: Path) -> None:
        self._java, self._jar = java, jar

    def faults(self, pages: Mapping[str, str], folder: Path) -> list[str]:
        """Errors and warnings, each with the page that has it; notes are left out."""
        names = {}
        for number, (address, html) in enumerate(pages.items()):
            path = folder / f"{number}.html"
            path.write_text(html, encoding="utf-8")
            names[path.as_uri()] = address
        done = subprocess.run(
            [self._java, "-Xss8m", "-jar", str(self._jar), "--format", "json", "--exit-zero-always", str(folder)],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=True,
        )  # fmt: skip
        return [
            f"{names[fault['url'].replace('file:/', 'file:///', 1).replace('file://///', 'file:///')]}: "
            f"{fault['message']}: {fault.get('extract', '')!r}"
            for fault in json.loads(done.stderr)["messages"]
            if (fault["type"] == "error" or fault.get("subType") == "warning")
            and not fault["message"].startswith(_GUESS)
        ]


def markup_checker() -> MarkupChecker:
    """The checker; without it, or Java, the test is skipped; REQUIRE_BROWSER=1 fails it."""
    java = packages.find(_JAVA, "java")
    jar = _CACHE if _is_whole(_CACHE) else _fetched()
    if java is None or jar is None:
        text = (
            f"There is no Java here: install {_JAVA}." if java is None else f"npm does not give {_PACKAGE}."
        )
        packages.unavailable(text)
    return MarkupChecker(java, jar)


def _fetched() -> Path | None:
    """The program out of the package of npm, by its digest; None where npm does not give it."""
    npm = packages.find(_NPM, "npm")
    if npm is None:
        return None
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [npm, "pack", _PACKAGE, "--silent"],
            cwd=folder,
            timeout=_TIMEOUT,
            check=False,
            stdout=subprocess.DEVNULL,
        )
        archives = list(Path(folder).glob("*.tgz"))
        if done.returncode or not archives:
            return None
        with tarfile.open(archives[0]) as files:
            program = files.extractfile("package/build/dist/vnu.jar")
            assert program is not None
            content = program.read()
    assert hashlib.sha256(content).hexdigest() == _JAR_SHA256, "the checker is not the one of this digest"
    _CACHE.parent.mkdir(parents=True, exist_ok=True)
    _CACHE.write_bytes(content)
    return _CACHE


def _is_whole(jar: Path) -> bool:
    return jar.exists() and hashlib.sha256(jar.read_bytes()).hexdigest() == _JAR_SHA256
