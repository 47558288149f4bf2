"""Several Valkeys on this machine: a master with a replica that Sentinels watch, and a cluster."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from portal.local import valkey
from tests.support.isolation import free_ports
from tests.support.mail import wait_until

MASTER = "portal"
PASSWORD, SENTINEL_PASSWORD = "p@ss/word", "sentinels'-own"
_SENTINELS = 3
_SLOTS = 16384


class Servers:
    """Those that run, by their ports; all end with the block that started them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, port: int, lines: list[str], *switches: str) -> None:
        """A server of its own folder, with these lines in its configuration beside what all have."""
        place = self._folder / str(port)
        place.mkdir()
        path = place / "server.conf"
        common = [f"port {port}", "bind 127.0.0.1", f"dir {place}", 'save ""', f"logfile {place / 'log'}"]
        path.write_text("".join(f"{line}\n" for line in [*common, *lines]))
        self._processes[port] = subprocess.Popen([valkey.binary_path(), path, *switches])

    def kill(self, port: int) -> None:
        process = self._processes.pop(port)
        process.kill()
        process.wait()

    def kill_all(self) -> None:
        for port in list(self._processes):
            self.kill(port)


class Watched(Servers):
    """A master with a replica, and three Sentinels: two of them decide that the replica takes over."""

    def open(self) -> None:
        self.master, self._replica, *self.sentinels = free_ports(2 + _SENTINELS)
        lines = [
            f'requirepass "{PASSWORD}"',
            f'masterauth "{PASSWORD}"',
            "maxmemory-policy noeviction",
            "repl-diskless-sync-delay 0",  # a master waits five seconds for more replicas otherwise
        ]
        self.start(self.master, lines)
        wait_until(lambda: _answers(self.master, PASSWORD), 20, "the master")
        self.start(self._replica, [*lines, f"replicaof 127.0.0.1 {self.master}"])
        # A replica confirms what it has not loaded yet: killed now, the master would take its data along
        wait_until(self._is_replicated, 20, "a replica that has loaded what the master has")
        for port in self.sentinels:
            watch = [
                f"sentinel monitor {MASTER} 127.0.0.1 {self.master} 2",
                f'sentinel auth-pass {MASTER} "{PASSWORD}"',
                f"sentinel down-after-milliseconds {MASTER} 600",
                f"sentinel failover-timeout {MASTER} 3000",
                f'requirepass "{SENTINEL_PASSWORD}"',
                f'sentinel sentinel-pass "{SENTINEL_PASSWORD}"',
            ]
            self.start(port, watch, "--sentinel")
        wait_until(self._is_watched, 30, "Sentinels that know the replica and each other")

    def _is_replicated(self) -> bool:
        try:
            with Redis(port=self._replica, password=PASSWORD, retry=None) as replica:
                return replica.info("replication")["master_link_status"] == "up"
        except RedisError:
            return False

    def _is_watched(self) -> bool:
        try:
            facts = [self._facts(port) for port in self.sentinels]
        except OSError:
            return False
        return all(
            (fact.get("num-slaves"), fact.get("num-other-sentinels")) == (1, _SENTINELS - 1) for fact in facts
        )

    def _facts(self, port: int) -> dict[str, object]:
        with Redis(port=port, password=SENTINEL_PASSWORD, retry=None) as sentinel:
            try:
                return dict(sentinel.sentinel_master(MASTER))
            except Exception as error:  # it has not begun yet
                raise OSError from error


def _answers(port: int, password: str = "") -> bool:
    try:
        with Redis(port=port, password=password or None, retry=None) as client:
            return bool(client.ping())
    except Exception:
        return False


@contextmanager
def watched_servers(folder: Path) -> Iterator[Watched]:
    servers = Watched(folder)
    try:
        servers.open()
        yield servers
    finally:
        servers.kill_all()


@contextmanager
def cluster(folder: Path) -> Iterator[list[int]]:
    """The ports of two nodes, each with half of all keys."""
    servers, ports = Servers(folder), free_ports(4)
    nodes, buses = ports[:2], ports[2:]
    try:
        for port, bus in zip(nodes, buses, strict=True):
            servers.start(port, ["cluster-enabled yes", f"cluster-port {bus}"])
            wait_until(lambda port=port: _answers(port), 20, "a node")  # type: ignore[misc]  # the default binds the loop's value
        half = _SLOTS // 2
        with Redis(port=nodes[0]) as first, Redis(port=nodes[1]) as second:
            first.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, half - 1)
            second.execute_command("CLUSTER", "ADDSLOTSRANGE", half, _SLOTS - 1)
            first.execute_command("CLUSTER", "MEET", "127.0.0.1", nodes[1], buses[1])
            for client in (first, second):
                wait_until(lambda client=client: _is_whole(client), 20, "the cluster")  # type: ignore[misc]  # as above
        yield nodes
    finally:
        servers.kill_all()


def _is_whole(client: Redis) -> bool:
    return b"cluster_state:ok" in client.execute_command("CLUSTER", "INFO")
