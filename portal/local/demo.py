"""`manage.py demo`: the whole portal with its demonstration data, from one command."""

import argparse
import errno
import http.client
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from portal.local import data, processes, servers, sign_ins
from portal.local.environment import ROOT, LauncherError
from portal.local.folder import DEFAULT, DataFolder
from portal.local.interruption import interruptible
from portal.local.programs import portal_programs
from portal.local.supervisor import Supervisor
from portal.local.variables import child_environment, portal_variables

_START_TIMEOUT = 180.0
# how long the port of a start that was killed may stay in use
_PORT_PATIENCE = 15.0
_POLL_INTERVAL = 0.5


def main(arguments: Sequence[str]) -> int:
    """Serve the portal until Ctrl-C."""
    options = _parse(arguments)
    with interruptible(), ExitStack() as ending:
        folder = DataFolder(options.data_dir)
        ending.callback(folder.close)
        _refuse_busy_port(options.port, _PORT_PATIENCE if folder.was_killed else 0)
        if options.reset:
            folder.reset()
        data.refuse_other_content(folder, options.empty, options.example)
        _serve(folder, options, ending)
    print("Stopped.", flush=True)
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py demo", description="Serve the portal with demonstration data."
    )
    parser.add_argument("--port", type=int, default=8000, help="the port on 127.0.0.1 (default: 8000)")
    parser.add_argument("--data-dir", type=Path, default=DEFAULT, help="where the data lies (default: var)")
    parser.add_argument(
        "--reset", action="store_true", help="delete what is in the data folder and begin anew"
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--empty", action="store_true", help="begin without demonstration data")
    instead.add_argument(
        "--example",
        choices=sorted(path.name for path in (ROOT / "alliance/data/examples").iterdir() if path.is_dir()),
        help="begin with this example instead of the demonstration",
    )
    return parser.parse_args(arguments)


def _refuse_busy_port(port: int, patience: float) -> None:
    """Before anything is touched: what --reset deletes is deleted for a start that can succeed."""
    if not 0 < port < 65536:
        raise LauncherError(f"{port} is no port. Give one from 1 to 65535 with --port, such as --port 8123.")
    faults: list[OSError] = []

    def is_decided() -> bool:
        faults.clear()
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError as error:
            faults.append(error)
            return error.errno != errno.EADDRINUSE
        return True

    processes.wait_until(is_decided, patience, pause=0.2)
    if faults:
        busy = faults[0].errno == errno.EADDRINUSE
        why = "is in use by another program" if busy else f"cannot be used ({faults[0].strerror})"
        raise LauncherError(f"Port {port} {why}. Give another one with --port, such as --port 8123.")


def _serve(folder: DataFolder, options: argparse.Namespace, ending: ExitStack) -> None:
    print("Starting the database and the broker.", flush=True)
    running = ending.enter_context(servers.running_servers(folder, servers.Purpose.DEMONSTRATION))
    described = portal_variables(folder, running.addresses(), options.port)
    # by name as well: browsers make passkeys for no number
    variables = {**described, "PORTAL_DEMO": "1", "ALLOWED_HOSTS": "localhost"}
    folder.save_facts("environment.json", variables)
    environment = child_environment(folder, variables)
    data.migrate_database(folder, environment, running.ours)
    data.load_demonstration(folder, environment, options.empty, options.example)
    running.checkpoint()
    supervisor = Supervisor(folder)
    # with the servers' own second, and what has to be ended the hard way, it stays under three
    ending.callback(supervisor.stop, 1.0)
    _start_programs(supervisor, folder, environment, options.port)
    sign_ins.print_sign_ins(folder, f"http://127.0.0.1:{options.port}")
    while True:
        running.restart_ended()
        supervisor.check_all()
        time.sleep(_POLL_INTERVAL)


def _start_programs(
    supervisor: Supervisor, folder: DataFolder, environment: Mapping[str, str], port: int
) -> None:
    """Start the four programs, the others once the web server answers. Refuses when it does not."""
    print("Starting the web server, the worker, beat and the sweeper.", flush=True)
    web, *others = [lambda program=program: program for program in portal_programs(folder, environment, port)]
    supervisor.wait_for(supervisor.start(web), lambda: _answers(port), _START_TIMEOUT)
    for each in others:
        supervisor.start(each)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
