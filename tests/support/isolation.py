"""Gives each process of a test run a database, a queue, a cache, a data folder and ports of its own."""

import os
import random
import socket
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

# Where CREATE DATABASE is said from: the database that the given address names.
MAINTENANCE = "PORTAL_TEST_MAINTENANCE_URL"
_PROCESS = uuid4().hex
_SERVER_PORTS = (10_000, 32_768)  # Linux gives outgoing connections those from 32768 on
_CHANCE = random.SystemRandom()  # the common one may be seeded alike in each process


def process_name() -> str:
    """`main`, or the name of the pytest-xdist worker."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def run_name() -> str:
    """The same in all processes of a run, and in no other run."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", _PROCESS)


def database_name() -> str:
    return f"test_portal_{process_name()}"


def isolate() -> None:
    """Turn the addresses in the environment to this process's own; the programs that it starts inherit them.

    The given database itself is never written to. Ends the run with a sentence when no servers are named.
    """
    if "DATABASE_URL" not in os.environ:
        raise SystemExit("Run the tests with `python3 manage.py test`: it starts the servers that they need.")
    owner = os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
    os.environ.setdefault(MAINTENANCE, owner)
    base = os.environ.setdefault("PORTAL_TEST_FOLDER", os.environ.get("PORTAL_DATA_DIR", "/tmp"))
    origin_port, mail_port = free_ports(2)
    os.environ |= {
        "DATABASE_URL": _named(os.environ["DATABASE_URL"]),
        "DATABASE_OWNER_URL": _named(owner),
        "CACHE_URL": _cache(os.environ["REDIS_URL"]),
        "CELERY_QUEUE": database_name(),
        "PORTAL_DATA_DIR": str(_folder(Path(base))),
        "PORTAL_ORIGIN": f"http://127.0.0.1:{origin_port}",
        "DJANGO_LIVE_TEST_SERVER_ADDRESS": f"127.0.0.1:{origin_port}",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_port),
        # Playwright's loop runs in the main thread, where Django would refuse every query as asynchronous.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    os.environ.pop("PORTAL_DEMO", None)


def _named(url: str) -> str:
    return urlsplit(url)._replace(path=f"/{database_name()}").geturl()


def _cache(broker: str) -> str:
    name = process_name()
    number = 2 + int(name.removeprefix("gw")) if name.startswith("gw") else 1
    parts = urlsplit(broker)
    if parts.scheme == "redis+socket":
        return f"unix://{parts.path}?db={number}"
    return parts._replace(path=f"/{number}").geturl()


def _folder(base: Path) -> Path:
    folder = base / f"test-{process_name()}"
    for name in ("static", "files"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return folder


def free_ports(count: int) -> list[int]:
    """Ports for servers that are yet to start: below those that the system gives to outgoing connections.

    One of those may be taken by any program between this answer and the server's start.
    """
    with ExitStack() as listeners:
        ports: list[int] = []
        while len(ports) < count:
            port = _CHANCE.randrange(*_SERVER_PORTS)
            with suppress(OSError):
                listeners.enter_context(socket.create_server(("127.0.0.1", port)))
                ports.append(port)
        return ports
