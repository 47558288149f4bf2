"""The pages of the machine of tests/support/machine.py, asked for as its proxy does, and through the proxy."""

import re
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import requests

HOST = "portal.example.org"
PROXY_CERTIFICATE = Path("/etc/ssl/portal.pem")


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


class Visitor:
    """Somebody outside, who comes through the proxy."""

    def __init__(self, certificate: Path) -> None:
        self._session = requests.Session()
        self._session.verify = str(certificate)
        self._session.trust_env = False  # else the certificates of the environment would hold

    def _get(self, path: str, scheme: str = "https", **headers: str) -> requests.Response:
        return self._session.get(
            f"{scheme}://{HOST}{path}", headers=headers, allow_redirects=False, timeout=60
        )

    def _post(self, path: str, **fields: str) -> requests.Response:
        """Post the form of a page, with what is hidden in it."""
        page = self._get(path).text
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        return self._session.post(
            f"https://{HOST}{path}", data=hidden | fields, headers={"Referer": f"https://{HOST}{path}"},
            allow_redirects=False, timeout=60,
        )  # fmt: skip

    def status(self, path: str) -> int:
        """How a page answers; 0 for nothing."""
        try:
            return self._get(path).status_code
        except requests.ConnectionError:
            return 0

    def look(self) -> dict[str, Any]:
        """What a proxy has to do, as a visitor sees it."""
        forged = {
            "X-Forwarded-For": "203.0.113.9",
            "X-Forwarded-Proto": "http",
            "X-Request-ID": "chosen-by-a-visitor",
        }
        page, plain = self._get("/en/", **forged), self._get("/en/", scheme="http")
        self._get("/accounts/password/reset/key/secret-of-a-link/")
        return {
            "page": page.status_code,
            "HSTS": page.headers.get("Strict-Transport-Security"),
            "policies": page.headers.get("Content-Security-Policy", "").count("default-src"),
            "number of a request was believed": page.headers.get("X-Request-ID") == forged["X-Request-ID"],
            "without TLS": [plain.status_code, plain.headers.get("Location")],
            "too large": self._answer_to_upload(27),
            "large": self._answer_to_upload(25),
            "metrics": self.status("/metrics"),
        }

    def _answer_to_upload(self, megabytes: int) -> list[Any]:
        """How a body of that size is answered, also where the answer comes early; and whether by the portal."""
        with tempfile.NamedTemporaryFile() as body:
            body.truncate(megabytes * 1024 * 1024)
            command = ("curl", "--silent", "--cacert", str(self._session.verify), "--output", "/dev/null")
            written = ("--write-out", "%{http_code} %header{x-request-id}", "--data-binary", f"@{body.name}")
            url = f"https://{HOST}/accounts/login/"
            code = ""
            for _attempt in range(3):  # Caddy, once in a hundred times, resets who is still sending
                if code in ("", "000", "100"):
                    code, _, number = subprocess.run(
                        [*command, *written, url], capture_output=True, text=True
                    ).stdout.partition(" ")
            return [int(code), bool(number)]

    def look_while_down(self) -> list[Any]:
        """What a visitor sees while nothing answers the proxy."""
        page = self._get("/en/")
        self._get("/accounts/password/reset/key/secret-of-a-link/")
        is_ours = "The portal is away for a moment" in page.text
        return [page.status_code, is_ours, page.headers.get("Retry-After"), page.headers.get("Cache-Control")]

    def ask_for_a_new_password(self, email: str) -> None:
        """Send the form."""
        self._post("/accounts/password/reset/", email=email)

    def sign_in(self, email: str, password: str) -> list[Any]:
        """Sign in, and say how that and the first page behind it answered."""
        answer = self._post("/accounts/login/", login=email, password=password)
        return [answer.status_code, self._session.get(f"https://{HOST}/secretariat/", timeout=60).status_code]
