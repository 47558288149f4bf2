"""`manage.py services`: PostgreSQL and Valkey alone, for developers of the portal."""

import argparse
import shlex
import time
from collections.abc import Sequence
from pathlib import Path

from portal.local import servers
from portal.local.folder import DEFAULT, DataFolder
from portal.local.interruption import interruptible
from portal.local.variables import portal_variables


def main(arguments: Sequence[str]) -> int:
    """Start the two servers, print their addresses as shell exports, and keep them up until Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="manage.py services",
        description="Run PostgreSQL and Valkey alone, for development, and print their addresses as shell exports.",
    )
    parser.add_argument("--data-dir", type=Path, default=DEFAULT, help="where the data lies (default: var)")
    options = parser.parse_args(arguments)
    with interruptible():
        folder = DataFolder(options.data_dir)
        try:
            _serve(folder)
        finally:
            folder.close()
    return 0


def _serve(folder: DataFolder) -> None:
    with servers.running_servers(folder, servers.Purpose.DEVELOPMENT) as running:
        variables = portal_variables(folder, running.addresses(), port=8000)
        folder.save_facts("environment.json", variables)
        for name, value in variables.items():
            print(f"export {name}={shlex.quote(value)}")
        print("# PostgreSQL and Valkey are running. Press Ctrl-C to stop them.", flush=True)
        while True:
            running.restart_ended()
            time.sleep(0.5)
