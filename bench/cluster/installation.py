"""Two nodes of the portal, each with web server, worker and sweeper, behind a proxy; all that they share."""

import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg2

from bench.cluster.databases import NAMES, Databases
from bench.cluster.store import Store
from bench.ports import free_port
from portal.local.environment import ROOT
from portal.local.folder import DataFolder, remove_abandoned_folders
from portal.local.identity import choose_identity
from portal.local.postgres import APPLICATION, OWNER, binary_path
from portal.local.processes import Child, Program
from portal.local.programs import portal_programs
from portal.local.valkey import Valkey
from portal.local.variables import child_environment, portal_variables
from portal.local.watchdog import VARIABLE

PREFIX = "portal-nodes-bench-"
NODES = ("a", "b")
_QUEUES = {"a": "portal", "b": "bulk"}  # whose worker does which work
_START_TIMEOUT = 300
_LOOK = 0.5  # seconds between two looks for programs that have ended
_PROXY = """
{{
    admin off
    auto_https off
    persist_config off
}}
http://127.0.0.1:{port} {{
    reverse_proxy {nodes} {{
        lb_policy round_robin
        lb_try_duration 10s
        lb_try_interval 250ms
        fail_duration 2s
        health_uri /health/live
        health_interval 1s
        health_timeout 3s
    }}
}}
"""


class Cluster:
    """What runs, by names such as `web-a`; what ends by itself is started again, as systemd would."""

    def __init__(self, path: Path) -> None:
        self.folder = DataFolder(path)
        needed = [
            *(Path(sys.executable), Path(psycopg2.__file__), ROOT / "manage.py", path.parent),
            binary_path("postgres"),
        ]
        self.folder.prepare(choose_identity(needed, shares_files=True))
        self.port = free_port()
        self.databases, self.store, self._valkey = Databases(self.folder), Store(), Valkey(self.folder)
        self._web_ports = {node: free_port() for node in NODES}
        self._children: dict[str, Child] = {}
        self._programs: dict[str, Program] = {}
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    # --- start and end ---

    def open(self) -> None:
        """Everything, on the demonstration's data."""
        self.store.start()
        self.databases.start_primary()
        self._start_broker()
        (self.folder.path / "mail").mkdir()
        for node in NODES:
            place = self._place(node)
            place.mkdir()
            (place / "mail").symlink_to(self.folder.path / "mail")
        self.folder.give_to_children(self.folder.path)
        print("Loading the demonstration.", flush=True)
        self._run("migrate", "--no-input", "--verbosity=0")
        self._run("load_demo", "--data-file", str(self.folder.path / "demo.json"))
        print("Copying it to two standbys.", flush=True)
        for name in NAMES[1:]:
            self.databases.add_standby(name)
        self.databases.confirm_by_one()
        for node in NODES:
            self._describe(node)
        self._programs["proxy"] = self._proxy()
        for name in self._programs:
            self.start(name)
        self._wait_until_ready()
        threading.Thread(target=self._look_after, daemon=True).start()

    def close(self) -> None:
        self._stopping.set()
        with self._lock:
            for child in self._children.values():
                child.kill_group()
        self.databases.stop()
        self.store.stop()
        self.folder.close()

    def _describe(self, node: str) -> None:
        environment = child_environment(self.folder, self.variables(node))
        programs = portal_programs(self.folder, environment, self._web_ports[node])
        for program in programs:
            if program.name == "beat" and node != NODES[0]:
                continue
            # a name of its own, as on a machine of its own
            own = ("--queues", _QUEUES[node], "--hostname", f"worker-{node}@%h")
            queues = own if program.name == "worker" else ()
            variables = {name: value for name, value in program.environment.items() if name != VARIABLE}
            name = f"{program.name}-{node}"
            self._programs[name] = replace(
                program, name=name, environment=variables, arguments=(*program.arguments, *queues)
            )

    def _proxy(self) -> Program:
        configuration = self.folder.path / "Caddyfile"
        nodes = " ".join(f"127.0.0.1:{port}" for port in self._web_ports.values())
        configuration.write_text(_PROXY.format(port=self.port, nodes=nodes))
        caddy = Path(sys.executable).parent / "caddy"
        environment = {**os.environ, "HOME": str(self.folder.path), "XDG_DATA_HOME": str(self.folder.path)}
        arguments = (caddy, "run", "--config", configuration, "--adapter", "caddyfile")
        return Program("proxy", arguments, environment, self.folder.path)

    def _start_broker(self) -> None:
        self._children["broker"] = self.folder.spawn(replace(self._valkey.program(), name="broker"))
        until = time.monotonic() + 30
        while not self._valkey.accepts_commands() and time.monotonic() < until:
            time.sleep(0.1)

    def _run(self, command: str, *arguments: str) -> None:
        environment = child_environment(self.folder, self.variables(NODES[0]))
        program = Program(command, (sys.executable, "manage.py", command, *arguments), environment, ROOT)
        if self.folder.spawn(program).process.wait(1800):
            raise RuntimeError(
                f"{command} failed: {(self.folder.log / f'{command}.log').read_text()[-2000:]}"
            )

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + _START_TIMEOUT
        while not self.is_ready():
            if time.monotonic() > until:
                raise RuntimeError(f"The nodes do not answer; their logs are in {self.folder.log}.")
            time.sleep(0.2)

    # --- what it is made of ---

    def variables(self, node: str) -> dict[str, str]:
        """The variables of a node's programs."""
        addresses = {
            "DATABASE_URL": self.databases.url(APPLICATION),
            "DATABASE_OWNER_URL": self.databases.url(OWNER),
            "DATABASE_REPLICA_URL": self.databases.url(APPLICATION, "prefer-standby"),
            "REDIS_URL": self._valkey.url(),
        }
        return {
            **portal_variables(self.folder, addresses, self.port),
            **self.store.variables(),
            "PORTAL_DATA_DIR": str(self._place(node)),
            "PORTAL_DEMO": "1",
            "BULK_QUEUE": "bulk",
            "CACHE_URL": f"unix://{self._valkey.socket}?db=1",
        }

    def _place(self, node: str) -> Path:
        return self.folder.path / f"node-{node}"

    # --- what happens to it ---

    def start(self, name: str) -> None:
        with self._lock:
            self._children[name] = self.folder.spawn(self._programs[name])

    def kill(self, name: str) -> None:
        """As when power fails: itself and all that it has started."""
        with self._lock:
            self._children.pop(name).kill_group()

    @contextmanager
    def without(self, *names: str) -> Iterator[None]:
        """They are killed, and not there meanwhile."""
        for name in names:
            self.kill(name)
        try:
            yield
        finally:
            for name in names:
                self.start(name)

    @contextmanager
    def without_broker(self) -> Iterator[None]:
        """It is killed, and comes back with an empty memory and an empty disk."""
        self.kill("broker")
        try:
            yield
        finally:
            shutil.rmtree(self.folder.path / "valkey")
            (self.folder.sockets / "valkey.sock").unlink(missing_ok=True)
            self._start_broker()

    def _look_after(self) -> None:
        while not self._stopping.wait(_LOOK):
            with self._lock:
                for name, program in self._programs.items():
                    if name in self._children and self._children[name].has_ended():
                        self._children[name] = self.folder.spawn(program)

    # --- whether it answers ---

    def is_ready(self) -> bool:
        return self.status("/health/ready") == 200

    def status(self, address: str, seconds: float = 10) -> int:
        """The status of an address; 0 where nothing answers in time."""
        return self.get(address, seconds)[0]

    def get(self, address: str, seconds: float = 10, cookie: str = "") -> tuple[int, bytes]:
        """Status and body of a page, by the proxy; status 0 where nothing answers in time."""
        return self._get(self.port, address, seconds, cookie)

    def get_of(self, node: str, address: str, seconds: float = 10) -> tuple[int, bytes]:
        """The same of one node, which takes who asks for somebody of this machine."""
        return self._get(self._web_ports[node], address, seconds)

    def _get(self, port: int, address: str, seconds: float, cookie: str = "") -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", port, timeout=seconds)
        headers = {"Cookie": cookie} if cookie else {}
        try:
            connection.request("GET", address, headers=headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException):
            return 0, b""
        finally:
            connection.close()

    def database_bytes(self) -> int:
        """How large the portal's database is."""
        return int(self.databases.ask(self.databases.primary, "SELECT pg_database_size('portal')")[0][0])

    def memory(self) -> Mapping[str, float]:
        """Megabytes of each program with all that it has started; what several share is divided among them."""
        return {
            name: _megabytes(child.pid) for name, child in self._children.items() if not child.has_ended()
        }


def _megabytes(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it has ended meanwhile
        return 0.0
    own = next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return own / 1024 + sum(_megabytes(int(child)) for child in children)


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A cluster in a folder that is thrown away."""
    remove_abandoned_folders(PREFIX + "*")
    path = Path(tempfile.mkdtemp(prefix=PREFIX))
    path.chmod(0o755)
    cluster = Cluster(path)
    try:
        cluster.open()
        yield cluster
    finally:
        cluster.close()
        if not os.environ.get("KEEP_CLUSTER"):
            shutil.rmtree(path, ignore_errors=True)
