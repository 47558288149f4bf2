"""The one shell in which root works on the machine of tests/support/machine.py."""

import os
import secrets
import subprocess
from pathlib import Path

from tests.support.machine_boot import run, wait_until


class Shell:
    """It ends at the first command that fails."""

    def __init__(self, environment: dict[str, str]) -> None:
        reader, self._writer = os.pipe()
        self._log = Path("/var/log/shell-of-the-test")
        self._log.touch()
        self._process = subprocess.Popen(
            ["/bin/sh", "-e", f"/dev/fd/{reader}"], env=environment, pass_fds=[reader], stdin=subprocess.DEVNULL,
            stdout=self._log.open("ab"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        os.close(reader)
        self.output = ""

    def run(self, block: str) -> None:
        """Run a block to its end; raises with what it said when a command in it fails."""
        before, mark = len(self._log.read_text()), f"done-{secrets.token_hex(8)}"
        os.write(self._writer, f"{block}\necho {mark}\n".encode())
        wait_until(lambda: mark in self._log.read_text() or self._process.poll() is not None, block, 900)
        self.output = self._log.read_text()[before:].replace(f"{mark}\n", "")
        if self._process.poll() is not None:
            logs = run("journalctl", "--output=cat", "--lines=60")
            raise RuntimeError(f"{block}\nended with {self._process.returncode}:\n{self.output}\n{logs}")
