"""A browser's connection to a web server over a real socket, with a session that is open already."""

import re
import socket
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

_BOUNDARY = "a-boundary-that-no-file-contains"
_FORM_TYPE = f"multipart/form-data; boundary={_BOUNDARY}"


@dataclass(frozen=True)
class HttpAnswer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


class HttpClient:
    """One reader; each request is a connection of its own, so that a killed server is only a failed request."""

    def __init__(self, port: int, session: str = "") -> None:
        self._port = port
        self._cookies = {"session": session} if session else {}

    def get(self, url: str) -> HttpAnswer:
        return self._ask("GET", url, None)

    def post(self, url: str, fields: dict[str, str]) -> HttpAnswer:
        return self._ask("POST", url, urlencode(fields))

    def upload(self, url: str, fields: dict[str, str], name: str, content: bytes) -> HttpAnswer:
        """Post a form with a file."""
        return self._ask("POST", url, _form_body(fields, name, content), _FORM_TYPE)

    def break_off_upload(self, url: str, fields: dict[str, str], name: str, content: bytes) -> None:
        """Post a form with a file, and hang up when half of it is sent."""
        body = _form_body(fields, name, content)
        lines = [f"POST {url} HTTP/1.1", f"Host: 127.0.0.1:{self._port}", f"Content-Type: {_FORM_TYPE}"]
        lines += [
            f"Content-Length: {len(body)}",
            *(f"{key}: {value}" for key, value in self._headers().items()),
        ]
        with socket.create_connection(("127.0.0.1", self._port), timeout=30) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body[: len(body) // 2])

    def fetch(self, url: str) -> tuple[int, bytes]:
        """The status and the bytes of what is not a page."""
        connection = self._connection()
        try:
            connection.request("GET", url, headers=self._headers())
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def form(self, url: str, **typed: str) -> dict[str, str]:
        """What the page's own form would send: its token, the key by which it acts once, and what was typed."""
        page = self.get(url)
        assert page.status == 200, f"{url} answered {page.status}"
        matches = {
            name: re.search(rf'name="{name}" value="([^"]+)"', page.text)
            for name in ("csrfmiddlewaretoken", "once", "shown")
        }
        return {**{name: match[1] for name, match in matches.items() if match}, **typed}

    def _connection(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self._port, timeout=30)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def _ask(
        self,
        method: str,
        url: str,
        body: str | bytes | None,
        media_type: str = "application/x-www-form-urlencoded",
    ) -> HttpAnswer:
        connection, headers = self._connection(), self._headers()
        if body is not None:
            headers["Content-Type"] = media_type
        try:
            connection.request(method, url, body, headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", errors="replace")
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            self._cookies.update({name: morsel.value for name, morsel in SimpleCookie(cookie).items()})
        return HttpAnswer(response.status, dict(response.headers), text)


def _form_body(fields: dict[str, str], name: str, content: bytes) -> bytes:
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return b"".join([*parts, head.encode(), content, f"\r\n--{_BOUNDARY}--\r\n".encode()])
