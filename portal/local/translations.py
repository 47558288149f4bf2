"""Compiles the translations (`.po` to `.mo`) without GNU gettext."""

import os
import sys
from pathlib import Path

from portal.local.environment import ROOT


def compile_translations(folder: Path = ROOT / "locale") -> list[Path]:
    """Write the `.mo` beside each `.po` that is newer; return the files written.

    A folder that may not be written (an image) is left alone: there they were made when it was built.
    """
    files = []
    for po in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        is_stale = not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns
        if is_stale and _compile(po):
            files.append(po)
    return files


def _compile(po: Path) -> bool:
    import polib  # only here: it is not installed yet when the launcher begins

    draft = po.with_suffix(f".{os.getpid()}.tmp")
    try:
        polib.pofile(str(po), encoding="utf-8").save_as_mofile(str(draft))
        draft.replace(po.with_suffix(".mo"))
    except PermissionError:
        return False
    except OSError as error:
        print(f"{po} could not be compiled: {error}", file=sys.stderr)
        return False
    return True
