"""The virus scanner, where one is configured: clamd over its socket, by INSTREAM."""

import enum
import socket
import struct

from django.conf import settings
from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError

_CHUNK = 64 * 1024
_SECONDS = 30


class ScanResult(enum.Enum):
    """What the scanner says; UNKNOWN: nothing that can be believed."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"


def is_scanned(content: bytes) -> bool:
    """Refuse what the scanner finds; returns whether it has seen the content, or there is none."""
    result = scan(content)
    if result is ScanResult.INFECTED:
        raise DomainError(_("The virus scanner rejects this file."), field="file")
    return result is ScanResult.CLEAN


def scan_for_viruses(content: bytes) -> None:
    """Refuse what the scanner finds, and everything while a configured scanner does not answer."""
    if not is_scanned(content):
        message = _("Files cannot be checked at the moment. Nothing was saved; try again in a few minutes.")
        raise DomainError(message, field="file")


def scan(content: bytes) -> ScanResult:
    """Show the content to the scanner; without one, everything is clean."""
    if not settings.CLAMAV:
        return ScanResult.CLEAN
    try:
        with _connection() as scanner:
            scanner.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _CHUNK):
                chunk = content[start : start + _CHUNK]
                scanner.sendall(struct.pack(">I", len(chunk)) + chunk)
            scanner.sendall(struct.pack(">I", 0))
            answer = scanner.recv(4096).rstrip(b"\0").strip()
    except (OSError, ValueError):
        return ScanResult.UNKNOWN
    if answer.endswith(b"FOUND"):
        return ScanResult.INFECTED
    return ScanResult.CLEAN if answer.endswith(b"OK") else ScanResult.UNKNOWN


def _connection() -> socket.socket:
    """To `host:port`, or to the path of a Unix socket."""
    address = settings.CLAMAV
    if address.startswith("/"):
        scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        scanner.settimeout(_SECONDS)
        scanner.connect(address)
        return scanner
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=_SECONDS)
