"""Checks of what lies on the disk: the data folder, the translations and the static files; `check --deploy`."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.checks import CheckMessage, Error, Tags, Warning, register

_MOST_NAMED = 5  # of the files that are missing


@register(Tags.security, deploy=True)
def data_folder_is_private(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Drafts and evidence lie in it: others on the machine may not read it, and we must be able to write."""
    folder: Path = settings.DATA_DIR
    if not folder.is_dir():
        hint = f"Make it: install -d -m 0750 -o portal -g portal {folder}"
        return [Error(f"The data folder {folder} is missing.", hint=hint, id="portal.E060")]
    if _others_can_read(folder):
        text = f"Every user of this machine can read the data folder {folder}."
        return [Error(text, hint=f"chmod o-rwx {folder}", id="portal.E061")]
    if is_root_elsewhere(folder):
        text = f"Whether the service may write into {folder} was not tried, for root may write everywhere."
        hint = "Run this command as the user of the service."
        return [Warning(text, hint=hint, id="portal.W003")]
    if not os.access(folder, os.W_OK | os.X_OK):
        text = f"Nothing can be written into the data folder {folder}."
        hint = f"It must belong to the user who runs the processes: chown -R portal: {folder}"
        return [Error(text, hint=hint, id="portal.E062")]
    return []


@register(Tags.translation, deploy=True)
def translations_are_compiled(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without its compiled file a language is shown in English, in silence."""
    stale = [
        str(source)
        for folder in settings.LOCALE_PATHS
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))
        if not _is_compiled(source)
    ]
    if not stale:
        return []
    hint = "Run `manage.py collectstatic` as a user who may write there, root for example: it compiles them first."
    return [Error(f"Translations are not compiled: {', '.join(stale)}.", hint=hint, id="portal.E063")]


@register(Tags.staticfiles, deploy=True)
def static_files_are_collected(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Pages come without style and scripts where a file was not collected.

    Each version has a list of its own of what was collected, and the files lie under the digest of their content: after
    an upgrade without `collectstatic` there is no list, after a return those of the earlier version are still there.
    """
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return []  # each is served from where its source lies
    # as the manifest lies there now, not as it was read at the start, and but for what `collectstatic` passes over
    hashed_names, _digest = staticfiles_storage.load_manifest()
    names = {
        name for finder in get_finders() for name, _storage in finder.list(StaticFilesConfig.ignore_patterns)
    }
    missing = sorted(name for name in names if not _is_collected(hashed_names.get(name)))
    if not missing:
        return []
    examples = ", ".join(missing[:_MOST_NAMED]) + (
        f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
    )
    text = f"Static files are missing in {settings.STATIC_ROOT}: {examples}."
    hint = "Run `manage.py collectstatic --no-input`, then restart the web server: it reads their names at its start."
    return [Error(text, hint=hint, id="portal.E064")]


def is_root_elsewhere(folder: Path) -> bool:
    """Whether we are root and the folder is another user's: nothing we could do there says what that user can."""
    return os.geteuid() == 0 and folder.is_dir() and folder.stat().st_uid != 0


def _others_can_read(folder: Path) -> bool:
    """Whether the folder is open to others, who can also come there."""
    mode = folder.stat().st_mode
    return bool(mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH)) and _reaches(folder)


def _reaches(folder: Path) -> bool:
    """Whether every folder on the way lets others through."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in folder.resolve().parents)


def _is_compiled(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns


def _is_collected(hashed_name: str | None) -> bool:
    return hashed_name is not None and staticfiles_storage.exists(hashed_name)
