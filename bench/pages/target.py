"""One web application in a process of its own: answers requests on demand, and reports what they cost.

`python -m bench.pages.target`, with the settings that the environment names. Each line that comes in is a list of
addresses as JSON; each line that goes out is what answering them has cost.
"""

import itertools
import json
import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

from bench.pages.wsgi import application as _answer
from bench.profiling import Profiled, Spent
from bench.purposes import OF_PAGES

_TABLE = re.compile(r'(?:FROM|UPDATE|INTO) "?(\w+)"?')
_BOOKKEEPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")
_PROFILED = 4.0  # seconds of the processor that a profile looks at


class Application:
    """A WSGI application, and the little that a server does to ask it."""

    def __init__(self) -> None:
        self._answer: Callable[..., Any] = _answer
        # one process of the database for all of a measurement, however slow the machine: its time is read
        connection.settings_dict["CONN_MAX_AGE"] = None
        self._host = os.environ["PORTAL_ORIGIN"].partition("://")[2]
        # of the last answer: whether it is a file to keep, and what kind
        self.is_attachment, self.media_type = False, ""

    def get(self, address: str, cookie: str, token: str = "") -> int:
        """Ask for a page; returns how many bytes it has. Anything but a page is a failure."""
        status, body = self.answer(address, cookie, token)
        if status != "200 OK":
            raise ValueError(f"{address}: {status}")
        return len(body)

    def answer(self, address: str, cookie: str, token: str = "") -> tuple[str, bytes]:
        """Ask for whatever stands there; the answer's status, and all that it says."""
        path, _mark, query = address.partition("?")
        statuses: list[str] = []
        self.is_attachment = False

        def start(status: str, headers: list[tuple[str, str]], failure: object = None) -> None:
            del failure
            statuses.append(status)
            named = dict(headers)
            self.is_attachment = named.get("Content-Disposition", "").startswith("attachment")
            self.media_type = named.get("Content-Type", "").partition(";")[0]

        environment = {
            "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self._host, "HTTP_COOKIE": cookie, "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http", "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr,
            "wsgi.version": (1, 0), "wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        if token:
            environment["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        response = self._answer(environment, start)
        body = b"".join(response)
        response.close()
        (status,) = statuses
        return status, body


def measure(application: Application, addresses: list[str], cookie: str, token: str = "") -> dict[str, float]:
    """Processor time for each address, of this process and of the database's, in milliseconds; bytes; queries."""
    size = application.get(addresses[0], cookie, token)
    counter = _database_counter()
    database, began = _nanoseconds(counter), time.process_time_ns()
    for address in addresses[1:]:
        application.get(address, cookie, token)
    spent, database_time = time.process_time_ns() - began, _nanoseconds(counter) - database
    each = 1e6 * (len(addresses) - 1)
    return {"ms": spent / each, "database_ms": database_time / each, "bytes": size}


def count(application: Application, address: str, cookie: str, token: str = "") -> dict[str, Any]:
    """How many queries a page takes and what each is about, what opens and ends a transaction not counted."""
    reset_queries()  # the log holds 9,000: where it is full, what comes is not counted
    with CaptureQueriesContext(connection) as captured:
        size = application.get(address, cookie, token)
    about = []
    for sql in (query["sql"] for query in captured if not is_bookkeeping(query["sql"])):
        if "set_config" in sql:
            about.append("who acts")
        else:
            verb, table = sql.split(maxsplit=1)[0].lower(), _TABLE.search(sql)
            about.append(f"{verb} `{table[1]}`" if table else verb)
    return {"queries": len(about), "about": about, "bytes": size}


def profile(
    application: Application, addresses: list[str], cookie: str, token: str = "", seconds: float = _PROFILED
) -> Spent:
    """What the time of these pages goes for, asked again and again for so many seconds of the processor."""
    application.get(addresses[0], cookie, token)
    with Profiled(OF_PAGES) as profiled:
        for address in itertools.cycle(addresses[1:]):
            application.get(address, cookie, token)
            if profiled.own_seconds > seconds:
                break
    return profiled.spent


def is_bookkeeping(sql: str) -> bool:
    """Whether it only opens or ends a transaction."""
    return sql.startswith(_BOOKKEEPING)


def _database_counter() -> Path | None:
    """Where the kernel counts for the database's process that serves this connection."""
    if not connection.settings_dict["NAME"]:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return Path(f"/proc/{cursor.fetchone()[0]}/schedstat")


def _nanoseconds(counter: Path | None) -> int:
    return int(counter.read_text().split()[0]) if counter else 0


def _carried_out(application: Application, order: dict[str, Any]) -> dict[str, Any]:
    """What was measured; `failure` says which address was not answered with a page."""
    try:
        if order["profile"]:
            return asdict(profile(application, order["addresses"], order["cookie"], order["token"]))
        if order["count"]:
            return count(application, order["addresses"][0], order["cookie"], order["token"])
        return measure(application, order["addresses"], order["cookie"], order["token"])
    except ValueError as failure:
        return {"failure": str(failure)}


def main() -> None:
    """Answer until nobody asks any more."""
    application = Application()
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(_carried_out(application, order)), flush=True)


if __name__ == "__main__":
    main()
