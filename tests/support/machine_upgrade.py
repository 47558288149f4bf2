"""docs/how-to/upgrade.md followed on the machine of tests/support/machine.py, to a newer version and back again.

Somebody outside asks for a page all the while, and a manager stays signed in.
"""

import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tests.support import manual
from tests.support.machine_boot import run, wait_until
from tests.support.machine_pages import PROXY_CERTIFICATE, Visitor, answers, get
from tests.support.machine_shell import Shell

_RESTARTS = "systemctl restart"


def follow_upgrade(shell: Shell, versions: Sequence[str], email: str, password: str) -> dict[str, Any]:
    """Every block in its order; what was to be seen before, during and after each change of the version that runs."""
    manager = Visitor(PROXY_CERTIFICATE)
    facts: dict[str, Any] = {
        "signed in": manager.sign_in(email, password),
        "before a restart": [],
        "restarts": [],
    }
    for block in manual.blocks("sh", manual.UPGRADE):
        restarts = _RESTARTS in block.text
        with _somebody_outside() as statuses:
            shell.run(manual.put_versions(block.text, manual.UPGRADE, versions))
            if restarts:
                wait_until(lambda: answers("/health/live"), "the web server")
        if not restarts:
            facts["before a restart"] += statuses
            continue
        facts["restarts"].append(
            {
                "answers": sorted(set(statuses) - {200}),
                "health": health(),
                "runs": [directory_of(f"portal-{name}") for name in ("web", "worker", "sweeper", "beat")],
                "session": manager.status("/secretariat/"),
                "page": Visitor(PROXY_CERTIFICATE).status("/en/"),
            }
        )
        if len(facts["restarts"]) == 1:
            facts["afterwards"] = {command: _say(shell, command) for command in manual.later_commands()}
    facts["failed units"] = run("systemctl", "--failed", "--no-legend", "--plain")
    return facts


def _say(shell: Shell, command: str) -> str:
    shell.run(command)
    return shell.output.strip()


@contextmanager
def _somebody_outside() -> Iterator[list[int]]:
    """Asks for a page through the proxy again and again; the statuses of the answers."""
    statuses: list[int] = []
    is_over = threading.Event()

    def ask() -> None:
        visitor = Visitor(PROXY_CERTIFICATE)
        while not is_over.wait(0.2):
            statuses.append(visitor.status("/en/"))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield statuses
    finally:
        is_over.set()
        asking.join()


def health() -> str:
    """`/health/ready` once the web server has come up."""
    wait_until(lambda: answers("/health/live"), "the web server")
    return str(json.loads(get("/health/ready", host="127.0.0.1")[1])["status"])


def pid_of(name: str) -> int:
    """The main process of a service."""
    return int(run("systemctl", "show", "--property=MainPID", "--value", name))


def directory_of(name: str) -> str:
    """In which installation a service runs."""
    return os.readlink(f"/proc/{pid_of(name)}/cwd")
