"""The settings say what differs from Django's and Celery's own, and nothing else."""

import ast
from contextlib import suppress
from typing import Any

from celery.app.defaults import DEFAULTS
from django.conf import global_settings

from portal.local.environment import ROOT


def literal_settings() -> dict[str, Any]:
    """Those that are written as plain values; what is computed may come out as a default on one machine."""
    settings = {}
    for node in ast.parse((ROOT / "portal/settings.py").read_text(encoding="utf-8")).body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                with suppress(ValueError):
                    settings[name] = ast.literal_eval(value)
    return settings


def test_no_setting_repeats_a_default() -> None:
    defaults = {f"CELERY_{name.upper()}": value for name, value in DEFAULTS.items()} | vars(global_settings)
    settings = literal_settings()
    assert {"LANGUAGE_CODE", "CELERY_TASK_IGNORE_RESULT"} <= settings.keys() & defaults.keys()
    assert [name for name, value in settings.items() if name in defaults and defaults[name] == value] == []
