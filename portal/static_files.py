"""Static files: hashed names and gzip for production, plain ones for the demonstration; and stylesheets in one file.

Every page needs a dozen stylesheets. Read for writing, they are a file for each subject; sent, they are one without
comments and indentation, which is compressed to three fifths of them all and asked for once.
"""

import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

log = structlog.get_logger(__name__)

_CSS = Path(settings.BASE_DIR) / "static" / "css"
_EVERYWHERE = ("tokens", "base", "layout", "components", "verdicts", "figures", "charts", "forms", "areas")
# By its name below css/: the stylesheets that it is made of. Layers decide what wins, not their order.
BUNDLES = {
    "record": (*_EVERYWHERE, "display", "public", "print"),  # of the public area
    "shared": (*_EVERYWHERE, "inside", "print"),  # of every other page
}
_TEXT_OR_COMMENT = re.compile(r"""("[^"]*"|'[^']*')|/\*.*?\*/""", re.DOTALL)


class CollectedFiles(CompressedManifestStaticFilesStorage):
    """What `collectstatic` has laid out; of a file that is not there the plain address: the page can still be read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._missing: set[str] = set()

    def stored_name(self, name: str) -> str:
        """The hashed name of a file; its own, and a line in the log, where it was not collected."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            if name not in self._missing:
                self._missing.add(name)
                log.error("static_file_not_collected", name=name)
            return name


StaticFiles = StaticFilesStorage if settings.WHITENOISE_USE_FINDERS else CollectedFiles


class BundleFinder(BaseFinder):
    """Finds `css/<bundle>.css`, which it makes of the sources and makes again when one of them changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._folder = Path(tempfile.mkdtemp(prefix="portal-styles-"))
        weakref.finalize(self, _remove, self._folder, os.getpid())

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        paths = [str(self._made(name)) for name in BUNDLES if path == _path(name)]
        return paths if find_all else next(iter(paths), [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, StaticFilesStorage]]:
        del ignore_patterns
        for name in BUNDLES:
            self._made(name)
            yield _path(name), StaticFilesStorage(location=self._folder)

    def _made(self, name: str) -> Path:
        target = self._folder / _path(name)
        sources = [_CSS / f"{source}.css" for source in BUNDLES[name]]
        newest = max(source.stat().st_mtime for source in sources)
        if not target.exists() or target.stat().st_mtime < newest:
            target.parent.mkdir(exist_ok=True)
            target.write_text(
                "".join(without_idle_signs(source.read_text("utf-8")) for source in sources), "utf-8"
            )
        return target


def without_idle_signs(css: str) -> str:
    """The stylesheet without comments, indentation and line ends; what stands in quotation marks as it is."""
    parts = _TEXT_OR_COMMENT.split(css)  # text between, and what was in quotation marks, in turn
    plain = [part or "" if place % 2 else _plain(part) for place, part in enumerate(parts)]
    return "".join(plain).strip()


def _plain(css: str) -> str:
    tight = re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", css))
    return tight.replace(";}", "}").replace(": ", ":")


def _remove(folder: Path, pid: int) -> None:
    """At the end of the process that made it: its forks serve from it, and end before."""
    if os.getpid() == pid:
        shutil.rmtree(folder, ignore_errors=True)


def _path(name: str) -> str:
    return f"css/{name}.css"
