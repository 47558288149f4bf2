"""Checks of what lies on the disk: the data folder and the translations; `check --deploy`."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


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
