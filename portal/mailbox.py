"""The demonstration's mail: stored as files, and shown at /dev/mail/."""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage as Parsed
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

_NAME = re.compile(r"[0-9a-f]{32}")
_FOLD = re.compile(r"\r?\n[ \t]*")
MAX_LETTERS = 200
# A letter brings its own style and nothing else: no script, no picture from anywhere, no form.
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class FileBackend(BaseEmailBackend):
    """Keeps each message as one .eml file; a message sent again replaces itself, as in a mailbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            _store(folder, message.message().as_bytes())
        return len(email_messages)


def _store(folder: Path, content: bytes) -> None:
    """Write a temporary file, then rename: readers see whole messages only, after a power cut too."""
    message = message_from_bytes(content, policy=policy.default)
    name = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:32]
    draft = folder / f".{name}.{os.getpid()}"
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / f"{name}.eml")


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """One message of the folder."""

    name: str
    message: Parsed

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def recipient(self) -> str:
        return str(self.message["To"])

    @property
    def sent_at(self) -> datetime:
        """Django writes the header in UTC, without saying so."""
        return parsedate_to_datetime(str(self.message["Date"])).replace(tzinfo=UTC)

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def sender(self) -> str:
        """The library leaves a blank between the encoded words of a display name."""
        written = dict(self.message.raw_items())["From"]
        return str(make_header(decode_header(_FOLD.sub(" ", written))))

    def _body(self, kind: Literal["plain", "html"]) -> str:
        """That version of the message; empty when it has none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


def letters() -> list[StoredLetter]:
    """The latest messages, newest first."""
    files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), key=lambda file: -file.stat().st_mtime)
    return [_read_letter(file) for file in files[:MAX_LETTERS]]


def _read_letter(file: Path) -> StoredLetter:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, Parsed)
    return StoredLetter(file.stem, message)


def _get_letter(name: str) -> StoredLetter:
    file = Path(settings.EMAIL_FILE_PATH) / f"{name}.eml"
    if not settings.DEMO or not _NAME.fullmatch(name) or not file.is_file():
        raise Http404
    return _read_letter(file)


@never_cache
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """Mailbox of the demonstration, with the mail to all recipients; 404 elsewhere."""
    if not settings.DEMO:
        raise Http404
    return render(request, "portal/dev/mail_list.html", {"letters": letters()})


@never_cache
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One message of the demonstration's mailbox, as text; 404 elsewhere."""
    return render(request, "portal/dev/mail.html", {"letter": _get_letter(name)})


@never_cache
@require_safe
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of one message of the demonstration's mailbox, in a sandbox; 404 elsewhere."""
    del request
    response = HttpResponse(_get_letter(name).html)
    response["Content-Security-Policy"] = _SANDBOX
    return response
