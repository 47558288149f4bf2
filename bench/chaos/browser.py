"""A browser without scripts: reads the forms of a page, and posts one as the page would."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

AWAY = (502, 503, 507)  # statuses of a portal that cannot serve at the moment
_TIMEOUT = 60  # seconds; longer than any answer may take


class NoAnswerError(Exception):
    """The connection was refused, broke, or stayed silent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    location: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a form."""

    name: str
    content: bytes


@dataclass(slots=True)
class Form:
    """One form of a page: where it is posted to, and what its fields hold."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)  # of all its fields, checked or not


class _Forms(HTMLParser):
    """Collects the forms of a page, as a browser would post them."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._text: tuple[str, list[str]] | None = None  # the text area that is open
        self._select = ""
        self._option: str | None = None  # the value that the open select has so far

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag == "form":
            self._form = Form(values.get("action") or self._address)
            self.forms.append(self._form)
        if self._form is None:
            return
        if name:
            self._form.names.add(name)
        if tag == "input" and name and self._is_posted(values):
            is_ticked = values.get("type") in ("checkbox", "radio")
            self._form.fields.append((name, values.get("value", "on" if is_ticked else "")))
        elif tag == "textarea":
            self._text = (name, [])
        elif tag == "select":
            self._select, self._option = name, None
        elif tag == "option" and self._select and ("selected" in values or self._option is None):
            self._option = values.get("value", "")

    @staticmethod
    def _is_posted(values: Mapping[str, str]) -> bool:
        kind = values.get("type", "text")
        if kind in ("checkbox", "radio"):
            return "checked" in values
        return kind not in ("submit", "button", "file", "image", "reset")

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._form is None:
            return
        if tag == "textarea" and self._text is not None:
            # HTML drops the first line break of a text area
            self._form.fields.append((self._text[0], "".join(self._text[1]).removeprefix("\n")))
            self._text = None
        elif tag == "select" and self._select:
            if self._option is not None:
                self._form.fields.append((self._select, self._option))
            self._select = ""
        elif tag == "form":
            self._form = None


class Browser:
    """One person's browser; each request is a connection of its own, so that a killed server is a failed request."""

    def __init__(self, port: int, session: str = "") -> None:
        self._port = port
        self._cookies = {"session": session} if session else {}

    def get(self, address: str) -> Answer:
        return self._request("GET", address, b"", "")

    def errors_on(self, address: str) -> list[str]:
        """The errors among the messages that a page begins with, such as why a form was refused.

        Raises NoAnswerError when the portal is away.
        """
        answer = self.get(address)
        if answer.status in AWAY:
            raise NoAnswerError(f"{address} answered {answer.status}")
        listed = re.search(r'<ul class="messages".*?</ul>', answer.body.decode(), flags=re.DOTALL)
        notes = re.findall(r'data-kind="error">.*?<p>(.*?)</p>', listed[0] if listed else "", flags=re.DOTALL)
        return [unescape(note) for note in notes]

    def form(self, address: str, *names: str, action: str = "") -> Form:
        """The form of the page that has fields of these names, and an address that ends so.

        Raises NoAnswerError when the portal is away, and LookupError when the page has no such form.
        """
        answer = self.get(address)
        if answer.status in AWAY:
            raise NoAnswerError(f"{address} answered {answer.status}")
        parser = _Forms(address)
        parser.feed(answer.body.decode())
        parser.close()
        for form in parser.forms:
            if form.names.issuperset(names) and form.action.endswith(action):
                return form
        raise LookupError(
            f"{address} answered {answer.status} {answer.location}, without the form {names} {action}"
        )

    def post(self, form: Form, changes: Mapping[str, str], upload: Upload | None = None) -> Answer:
        """Post the form with other values in some fields; a second time it is the same form again."""
        fields = [(name, value) for name, value in form.fields if name not in changes] + list(changes.items())
        if upload is None:
            body = urlencode(fields).encode()
            return self._request("POST", form.action, body, "application/x-www-form-urlencoded")
        boundary = secrets.token_hex(16)
        return self._request(
            "POST",
            form.action,
            _multipart(fields, upload, boundary),
            f"multipart/form-data; boundary={boundary}",
        )

    def _request(self, method: str, address: str, body: bytes, media_type: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if media_type:
            headers["Content-Type"] = media_type
        try:
            connection.request(method, urlsplit(address)._replace(fragment="").geturl(), body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as error:
            raise NoAnswerError(f"{method} {address}: {error!r}") from error
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            self._cookies.update({name: morsel.value for name, morsel in SimpleCookie(cookie).items()})
        return Answer(response.status, response.headers.get("Location", ""), content)


def _multipart(fields: list[tuple[str, str]], upload: Upload, boundary: str) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{upload.name}"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    return b"".join([*parts, head.encode(), upload.content, f"\r\n--{boundary}--\r\n".encode()])
