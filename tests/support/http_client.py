"""A browser's connection to a web server over a real socket, with a session that is open already."""

import re
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode


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

    def form(self, url: str, **typed: str) -> dict[str, str]:
        """What the page's own form would send: its token, the key by which it acts once, and what was typed."""
        page = self.get(url)
        assert page.status == 200, f"{url} answered {page.status}"
        matches = {
            name: re.search(rf'name="{name}" value="([^"]+)"', page.text)
            for name in ("csrfmiddlewaretoken", "once")
        }
        return {**{name: match[1] for name, match in matches.items() if match}, **typed}

    def _ask(self, method: str, url: str, body: str | None) -> HttpAnswer:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, url, body, headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", errors="replace")
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            self._cookies.update({name: morsel.value for name, morsel in SimpleCookie(cookie).items()})
        return HttpAnswer(response.status, dict(response.headers), text)
