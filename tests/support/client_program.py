"""The command line of the client as somebody runs it: a process of its own, with a home of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alliance_client import Patience
from portal.local.environment import ROOT

CLIENT = ROOT / "client"
README = CLIENT / "README.md"
AT_ONCE = Patience(attempts=3, sleep=lambda seconds: None)  # tries again without waiting
PUBLICATION = {
    "number": 3, "type": "report", "record": "r", "revision": 1, "previous": None,
    "published_at": "2026-07-01T10:00:00Z", "languages": ["en"], "title": {"en": "A report", "ru": ""},
    "sha256": "0" * 64, "body": "https://elsewhere.example/en/publications/3/body",
}  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """How one command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def content(self) -> Any:
        """What it wrote as JSON."""
        return json.loads(self.out)


class ClientProgram:
    """Runs `alliance` in a folder; what it keeps lies in there too."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHONPATH": str(CLIENT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
            "COLUMNS": "200",
            **variables,
        }

    @property
    def config(self) -> Path:
        return self.folder / "config/alliance/sign-ins.json"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "alliance_client", *arguments]

    def __call__(self, *arguments: str, stdin: str = "") -> Ran:
        ran = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start a command that is stopped, or answered, by the caller."""
        return subprocess.Popen(
            self.command(*arguments), cwd=self.folder, env=self.environment, text=True, **options
        )

    def sign_in(self, origin: str, token: str) -> None:
        ran = self("login", origin, stdin=f"{token}\n")
        assert ran.code == 0, ran.err
