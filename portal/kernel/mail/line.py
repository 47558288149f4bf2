"""The connection to the mail server: one for all letters of a hint, and left alone for a while when it is away."""

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.mail import EmailMessage, get_connection

from portal.kernel.mail.trouble import AddressRefused, refusal_in
from portal.kernel.outbox import NotTried, around_batch

IDLE_SECONDS = 5.0  # a connection that has rested for longer is asked whether it still lives
AWAY_SECONDS = 15.0  # how long a server that did not answer is not asked again
# RFC 5321, RFC 4954: it closes the connection, or does not let us in; that is not about this letter
_WORDS_OF_THE_SERVER_ITSELF = (421, 454, 530, 534, 535)


class Away(NotTried):
    """The mail server did not answer a moment ago; this letter was not tried."""


class _Line(threading.local):
    """This thread's connection, if letters are being sent one after another."""

    def __init__(self) -> None:
        self.held = False
        self.connection: Any = None
        self.used_at = 0.0
        self.away_until = 0.0


_LINE = _Line()


@around_batch
@contextmanager
def open_line() -> Iterator[None]:
    """Letters that are sent inside share one connection; it is opened by the first of them."""
    _LINE.held = True
    try:
        yield
    finally:
        _LINE.held = False
        hang_up()


def hang_up() -> None:
    """End the connection, whatever state it is in."""
    connection, _LINE.connection = _LINE.connection, None
    if connection is not None:
        with suppress(OSError):  # it may be dead already
            connection.close()


def put_through(message: EmailMessage) -> None:
    """Hand one letter to the server.

    Raises AddressRefused when the server will never take it for this address, Away when the server was not asked,
    and the library's errors for what may go better later. Nothing is tried twice here: a server that dies after it
    has taken the content may have taken the letter.
    """
    if time.monotonic() < _LINE.away_until:
        raise Away
    try:
        _ready().send_messages([message])
    except smtplib.SMTPException as error:
        trouble = refusal_in(error)
        if trouble is not None:
            raise AddressRefused(trouble) from error
        _part(error)
        raise
    except OSError:
        _leave_alone()
        raise
    finally:
        if not _LINE.held:
            hang_up()
    _LINE.used_at = time.monotonic()


def try_again() -> None:
    """Ask a server that was away at once, at the next letter."""
    _LINE.away_until = 0.0


def _part(error: smtplib.SMTPException) -> None:
    """End the connection; a server that went away, and one that is too busy, are left alone."""
    gone = isinstance(error, smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError)
    if gone or getattr(error, "smtp_code", 0) in _WORDS_OF_THE_SERVER_ITSELF:
        _leave_alone()
    hang_up()


def _leave_alone() -> None:
    hang_up()
    _LINE.away_until = time.monotonic() + AWAY_SECONDS


def _ready() -> Any:
    """A connection that is open, as far as one can know before it is used."""
    if _LINE.connection is not None and time.monotonic() - _LINE.used_at > IDLE_SECONDS and not _lives():
        hang_up()
    if _LINE.connection is None:
        connection = get_connection()
        connection.open()
        _LINE.connection, _LINE.used_at = connection, time.monotonic()
    return _LINE.connection


def _lives() -> bool:
    wire = getattr(_LINE.connection, "connection", None)
    if wire is None:
        return True  # no wire: letters are kept in files or in memory
    try:
        return bool(wire.noop()[0] == 250)
    except OSError:
        return False
