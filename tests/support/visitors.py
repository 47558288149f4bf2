"""Everybody's browser: signed in once, and used again and again without leaving a trace."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any

from django.db import transaction
from django.test import Client


@dataclass(frozen=True)
class CapturedAnswer:
    """An answer as its reader has it: status, headers, names of cookies, the whole body."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def text(self) -> str:
        """The body as text; what is no text is given byte for byte."""
        return self.body.decode("utf-8", errors="backslashreplace")


class SignedInClients:
    """The people by name, each with an open session; those without a person are not signed in."""

    def __init__(self, people: Mapping[str, Any]) -> None:
        self._cookies: dict[str, str] = {}
        for name, person in people.items():
            client = Client()
            if person is not None:
                client.force_login(person)
            self._cookies[name] = client.cookies.output(header="", sep=";")
        # one client for all: its chain of middleware is made once
        self._client = Client()

    def __deepcopy__(self, memo: dict[int, Any]) -> "SignedInClients":
        """Copies of what they visit are visited by the same."""
        del memo
        return self

    def ask(self, name: str, method: str, url: str, data: Mapping[str, Any] | None = None) -> CapturedAnswer:
        """The answer to this person; what a post has written is rolled back."""
        self._client.cookies = SimpleCookie(self._cookies[name])
        send = getattr(self._client, method.lower())
        if method != "POST":
            return capture(send(url))
        with transaction.atomic():
            captured_answer = capture(send(url, dict(data or {})))
            transaction.set_rollback(True)
        return captured_answer


def capture(response: Any) -> CapturedAnswer:
    """Status, headers and body of an answer, without the id of the request."""
    headers = {name: value for name, value in response.items() if name != "X-Request-ID"}
    body = b"".join(response) if response.streaming else response.content
    return CapturedAnswer(response.status_code, headers, tuple(response.cookies), body)


def unpacked_text(captured_answer: CapturedAnswer) -> str:
    """The text of the answer; of a zip, of all files in it."""
    if not captured_answer.body.startswith(b"PK"):
        return captured_answer.text
    with zipfile.ZipFile(BytesIO(captured_answer.body)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())
