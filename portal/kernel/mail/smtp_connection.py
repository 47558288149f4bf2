"""The connection to the mail server: one for all letters of a hint, and left alone for a while when it is away."""

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.mail import EmailMessage, get_connection

from portal.kernel.jobs import NotAttempted, around_batch
from portal.kernel.mail.smtp_errors import AddressRefused, fault_in

IDLE_SECONDS = 5.0  # a connection that has rested for longer is asked whether it still lives
OUTAGE_SECONDS = 15.0  # how long a server that did not answer is not asked again
# RFC 5321, RFC 4954: it closes the connection, or does not let us in; that is not about this letter
_SERVER_CODES = (421, 454, 530, 534, 535)


class ServerAway(NotAttempted):
    """The mail server did not answer a moment ago; this letter was not tried."""


class ServerUnreachable(ServerAway, OSError):
    """No connection came about, so that no letter was handed over; its cause is the error of the network."""


class SignInRefused(Exception):
    """The mail server does not accept name and password."""


class _Connection(threading.local):
    """This thread's connection, if letters are being sent one after another."""

    def __init__(self) -> None:
        self.is_shared = False
        self.connection: Any = None
        self.used_at = 0.0
        self.away_until = 0.0


_CONNECTION = _Connection()


@around_batch
@contextmanager
def shared_connection() -> Iterator[None]:
    """Letters that are sent inside share one connection; it is opened by the first of them."""
    _CONNECTION.is_shared = True
    try:
        yield
    finally:
        _CONNECTION.is_shared = False
        close_connection()


def close_connection() -> None:
    """End the connection, whatever state it is in."""
    connection, _CONNECTION.connection = _CONNECTION.connection, None
    if connection is not None:
        with suppress(OSError):  # it may be dead already
            connection.close()


def send_message(message: EmailMessage) -> None:
    """Hand one letter to the server.

    Raises AddressRefused when the server will never take it for this address, ServerAway when it could not be asked,
    and the library's errors for what may go better later. Nothing is tried twice here: a server that dies after it
    has taken the content may have taken the letter.
    """
    if time.monotonic() < _CONNECTION.away_until:
        raise ServerAway
    try:
        _open_connection().send_messages([message])
    except smtplib.SMTPException as error:
        trouble = fault_in(error)
        if trouble is not None:
            raise AddressRefused(trouble) from error
        # end the connection; a server that went away, and one that is too busy, are left alone
        is_disconnected = isinstance(error, smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError)
        if is_disconnected or getattr(error, "smtp_code", 0) in _SERVER_CODES:
            _note_outage()
        close_connection()
        raise
    except OSError:
        _note_outage()
        raise
    finally:
        if not _CONNECTION.is_shared:
            close_connection()
    _CONNECTION.used_at = time.monotonic()


def try_connection(seconds: float) -> None:
    """Greet the server, encrypt and sign in as for a letter, and send none. Raises SignInRefused, else OSError."""
    connection: Any = get_connection(timeout=seconds)
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError as error:
        raise SignInRefused from error
    finally:
        connection.close()


def forget_outage() -> None:
    """Ask a server that was away at once, at the next letter."""
    _CONNECTION.away_until = 0.0


def _note_outage() -> None:
    close_connection()
    _CONNECTION.away_until = time.monotonic() + OUTAGE_SECONDS


def _open_connection() -> Any:
    """A connection that is open, as far as one can know before it is used."""
    if (
        _CONNECTION.connection is not None
        and time.monotonic() - _CONNECTION.used_at > IDLE_SECONDS
        and not _is_alive()
    ):
        close_connection()
    if _CONNECTION.connection is None:
        connection = get_connection()
        try:
            connection.open()
        except smtplib.SMTPException:
            raise  # it answered
        except OSError as error:
            raise ServerUnreachable(*error.args) from error
        _CONNECTION.connection, _CONNECTION.used_at = connection, time.monotonic()
    return _CONNECTION.connection


def _is_alive() -> bool:
    wire = getattr(_CONNECTION.connection, "connection", None)
    if wire is None:
        return True  # no wire: letters are kept in files or in memory
    try:
        return bool(wire.noop()[0] == 250)
    except OSError:
        return False
