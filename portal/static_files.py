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
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import NotARegularFileError, StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from portal import __version__

log = structlog.get_logger(__name__)

_CSS = Path(settings.BASE_DIR) / "static" / "css"
_EVERYWHERE = ("tokens", "base", "layout", "components", "verdicts", "figures", "charts", "forms", "areas")
# By its name below css/: the stylesheets that it is made of. Layers decide what wins, not their order.
BUNDLES = {
    "record": (*_EVERYWHERE, "display", "public", "print"),  # of the public area
    "shared": (*_EVERYWHERE, "inside", "print"),  # of every other page
}
_HASH = re.compile(r"\.[0-9a-f]{12}(?=\.[^./]+$)")  # of its content, in the name of a collected file
_TEXT_OR_COMMENT = re.compile(r"""("[^"]*"|'[^']*')|/\*.*?\*/""", re.DOTALL)


class CollectedFiles(CompressedManifestStaticFilesStorage):
    """What `collectstatic` has laid out; of a file that is not there the plain address: the page can still be read.

    Which name is whose each version keeps for itself, so that one that comes, or comes back, to a folder in which
    another has collected leads its pages to its own files.
    """

    manifest_name = f"staticfiles-{__version__}.json"

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


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Serves static files, to pages of another version too, which runs beside this one during an upgrade.

    What another version has collected into this folder since the start is there. Elsewhere the file that bears the name
    here stands in for one of another hash, and nobody keeps it under that name.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        address = request.path_info
        is_settled = address in self.files and _HASH.search(address)  # that name will have no other content
        if is_settled or self.use_finders or self.autorefresh or not address.startswith(self.static_prefix):
            response: HttpResponseBase = super().__call__(request)
            return response
        present = self._present_file(address)
        if present is not None:
            return self.serve(present, request)
        stand_in = self._present_file(_HASH.sub("", address))
        if stand_in is None:
            return self.get_response(request)
        response = self.serve(stand_in, request)
        response["Cache-Control"] = "no-store"
        return response

    def _present_file(self, address: str) -> StaticFile | None:
        """The file as it lies there now: another version may have written over it since the start."""
        root = os.path.join(os.path.abspath(self.static_root), "")
        path = os.path.join(root, address.removeprefix(self.static_prefix))
        if not self.url_is_canonical(address) or not self.path_is_child_of(path, root):
            return None
        try:
            return self.find_file_at_path(path, address)
        except NotARegularFileError:
            return None


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
