"""The settings say what differs from Django's and Celery's own, and nothing else."""

import ast
import json
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from celery.app.defaults import DEFAULTS
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from portal import environment
from portal.local.environment import ROOT
from tests.support.launcher import bare_environment


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


def test_passwords_are_stored_by_a_slow_function() -> None:
    """PBKDF2 as Django sets it, with at least what OWASP recommends; the tests alone take a fast one."""
    assert "PASSWORD_HASHERS" not in literal_settings()
    hasher = import_string(global_settings.PASSWORD_HASHERS[0])
    assert (hasher.algorithm, hasher.iterations >= 600_000) == ("pbkdf2_sha256", True)


def test_no_setting_repeats_a_default() -> None:
    defaults = {f"CELERY_{name.upper()}": value for name, value in DEFAULTS.items()} | vars(global_settings)
    settings = literal_settings()
    assert {"LANGUAGE_CODE", "CELERY_TASK_IGNORE_RESULT"} <= settings.keys() & defaults.keys()
    assert [name for name, value in settings.items() if name in defaults and defaults[name] == value] == []


def test_no_setting_is_defined_twice() -> None:
    """One definition, one meaning: the second would win in silence."""
    nodes = ast.parse((ROOT / "portal/settings.py").read_text(encoding="utf-8")).body
    names = [
        target.id
        for node in nodes
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize(("value", "count"), [("", 0), ("0", 0), ("on", 1), ("1", 1), ("2", 2)])
def test_the_proxies_in_front_are_counted(monkeypatch: pytest.MonkeyPatch, value: str, count: int) -> None:
    monkeypatch.setenv("BEHIND_PROXY", value)
    assert environment.proxies("BEHIND_PROXY") == count


_READ_ALL = """
import json, os, runpy, sys
from django.core.exceptions import ImproperlyConfigured
for name, value in json.loads(sys.argv[1]):
    before = dict(os.environ)
    os.environ[name] = value
    try:
        runpy.run_path("portal/web_server.py" if name.startswith("WEB_") else "portal/settings.py")
    except ImproperlyConfigured as refusal:
        print(refusal)
    os.environ.clear()
    os.environ.update(before)
"""


def test_a_variable_that_cannot_be_read_is_refused_by_its_name() -> None:
    """A misspelt yes would be a no; and no message quotes a password."""
    pairs = [
        ("BEHIND_PROXY", "ture"),
        ("PORTAL_ORIGIN", "https://[::1"),
        ("EMAIL_PORT", "smtp"),
        ("WEB_WORKERS", "two"),
        ("WEB_THREADS", "0"),
        ("TIME_ZONE", "Europe/Moskva"),
        ("TIME_ZONE", "Europe"),
        ("DATABASE_URL", "postgres://portal:a/secret@127.0.0.1:5432/portal"),
        ("DATABASE_OWNER_URL", "mysql://portal:a-secret@127.0.0.1/portal"),
        ("REDIS_URL", "redis+cluster://:a-secret@127.0.0.1:6379"),
        ("REDIS_URL", "sentinel://:a-secret@127.0.0.1:26379/0"),
        ("CACHE_URL", "memcached://a-secret@127.0.0.1"),
        ("SECRET_KEY_FILE", "/nowhere/key"),
        ("EMAIL_PORT_FILE", "/"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", _READ_ALL, json.dumps(pairs)],
        env=bare_environment(), cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip

    sentences = done.stdout.splitlines()
    assert [name in sentence for (name, _value), sentence in zip(pairs, sentences, strict=True)] == [
        True
    ] * len(pairs)
    assert "secret" not in done.stdout


def test_a_variable_may_be_a_file_and_not_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "port"
    file.write_text("587\n")
    monkeypatch.setenv("EMAIL_PORT_FILE", str(file))
    monkeypatch.delenv("EMAIL_PORT", raising=False)
    assert environment.number("EMAIL_PORT", 25) == 587
    monkeypatch.setenv("EMAIL_PORT", "25")
    with pytest.raises(ImproperlyConfigured, match="EMAIL_PORT and EMAIL_PORT_FILE are both set"):
        environment.number("EMAIL_PORT", 25)
    monkeypatch.delenv("EMAIL_PORT")
    file.write_bytes(b"\xff")
    with pytest.raises(ImproperlyConfigured, match="no text in UTF-8"):
        environment.text("EMAIL_PORT")
