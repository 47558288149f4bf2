"""The pages of the machine of tests/support/machine.py, asked for as its proxy does."""

import re
import urllib.error
import urllib.parse
import urllib.request

HOST = "portal.example.org"


def get(
    path: str, fields: dict[str, str] | None = None, host: str = HOST, cookie: str = ""
) -> tuple[int, str, str]:
    """Status, text and cookies of a page, asked for as the proxy does."""
    data = urllib.parse.urlencode(fields).encode() if fields else None
    headers = {"Host": host, "Cookie": cookie}
    if host == HOST:
        headers |= {
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "203.0.113.5",
            "Referer": f"https://{HOST}{path}",
        }
    request = urllib.request.Request(f"http://127.0.0.1:8000{path}", data, headers)
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=30) as answer:
            cookies = "; ".join(each.split(";")[0] for each in answer.headers.get_all("Set-Cookie") or [])
            return answer.status, answer.read().decode(errors="replace"), cookies
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace"), ""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        """An answer is what was answered."""


def stylesheet_of(page: str) -> str:
    match = re.search(r'<link[^>]+href="(/static/[^"]+\.css)"', page)
    assert match, page
    return match[1]


def answers(path: str) -> bool:
    try:
        return get(path, host="127.0.0.1")[0] == 200
    except OSError:
        return False
