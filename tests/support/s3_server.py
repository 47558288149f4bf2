"""An S3 server on this machine, and one that misbehaves: what stored files are tried against."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from django.utils.module_loading import import_string

from tests.support.isolation import free_ports

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


def bucket_settings(endpoint: str, bucket: str) -> dict[str, Any]:
    """The storage of files in this bucket, as the portal's settings name it."""
    options = {
        "bucket_name": bucket,
        "location": "portal/files",
        "endpoint_url": endpoint,
        "region_name": "us-east-1",
        "access_key": KEYS["AWS_ACCESS_KEY_ID"],
        "secret_key": KEYS["AWS_SECRET_ACCESS_KEY"],
    }
    return {"BACKEND": "portal.kernel.files.backends.bucket.BucketStorage", "OPTIONS": options}


def make_bucket(endpoint: str) -> dict[str, Any]:
    """A new bucket at the server, and the storage of files in it."""
    chosen = bucket_settings(endpoint, f"portal-{uuid4().hex}")
    storage: Any = import_string(chosen["BACKEND"])(**chosen["OPTIONS"])
    storage.connection.create_bucket(Bucket=storage.bucket_name)
    return chosen


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of a server without buckets, for as long as the block lasts."""
    [port] = free_ports(1)
    command = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port))
    silence = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    program = subprocess.Popen(command, env={**os.environ, **KEYS}, **silence)
    try:
        _wait_until_it_answers(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        program.kill()
        program.wait()


def _wait_until_it_answers(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/moto-api/")
            connection.getresponse().read()
            return
        except OSError:
            assert time.monotonic() < until, "the S3 server does not answer"
            time.sleep(0.05)
        finally:
            connection.close()


@contextmanager
def misbehaving_s3(conduct: str) -> Iterator[str]:
    """The address of a store that is `slow` (never answers), `full`, `broken` (500), `cut` off, or `trickling`."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            with contextlib.suppress(OSError):
                self.rfile.read(size)
                _CONDUCTS[conduct](self)

        do_GET = do_PUT = do_HEAD = do_DELETE = answer

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _error(handler: BaseHTTPRequestHandler, status: int, code: str) -> None:
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _cut(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"the first part")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def _trickle(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "10000000")
    handler.end_headers()
    while True:  # until nobody reads on
        handler.wfile.write(b"x" * 2000)
        time.sleep(0.02)


_CONDUCTS = {
    "slow": lambda handler: time.sleep(3),
    "full": lambda handler: _error(handler, 507, "XMinioStorageFull"),
    "broken": lambda handler: _error(handler, 500, "InternalError"),
    "cut": _cut,
    "trickling": _trickle,
}
