"""Requests to one portal: tried again where that is safe, answered from memory where nothing has changed.

Whatever changes something carries an `Idempotency-Key`, so that it acts once however often it is sent.
"""

import random
import ssl
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

import httpx

from alliance_client.errors import AllianceError, Busy, Problem, Unreachable, Unreadable, problem_of
from alliance_client.version import __version__
from alliance_client.words import say

API = "/api/v1/"
_REMEMBERED = 200  # answers
_AGAIN = (429, 502, 503, 504)
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)  # seconds
# a file is compared with its digest as it was stored: nothing on the way is to compress it
_AS_IT_IS = {"Accept": "*/*", "Accept-Encoding": "identity"}
_LOCAL = ("localhost", "127.0.0.1", "::1")


def origin_of(text: str) -> str:
    """The origin of a portal as somebody types it. Raises ValueError; without TLS only for this machine."""
    typed = text.strip()
    parts = urlsplit(typed if "://" in typed else f"https://{typed}")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise ValueError(say("Give the address of the portal, such as https://portal.example."))
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        raise ValueError(
            say("The token would be readable on the way: use an address that begins with https://.")
        )
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class Wait:
    """That the same is tried again, why, and in how many seconds."""

    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Patience:
    """How often the same is tried, and for how many seconds altogether."""

    attempts: int = 8
    seconds: float = 120.0
    sleep: Callable[[float], None] = time.sleep


class Options(TypedDict, total=False):
    """How requests are made. `on_wait` is called before each further attempt, `on_notice` once for each announcement
    that something will go away, `inner` sends them (by default over the network).
    """

    patience: Patience | None
    on_wait: Callable[[Wait], None]
    on_notice: Callable[[str], None]
    inner: httpx.BaseTransport | None


class Transport:
    """Asks one portal with one token."""

    def __init__(
        self, origin: str, token: str = "", *, language: str = "en", **options: Unpack[Options]
    ) -> None:
        self.origin, self.has_token = origin_of(origin), bool(token)
        self._patience = options.get("patience") or Patience()
        self._on_wait: Callable[[Wait], None] = options.get("on_wait", lambda wait: None)
        self._on_notice: Callable[[str], None] = options.get("on_notice", lambda notice: None)
        self._notices: set[str] = set()
        self._answers: OrderedDict[str, tuple[str, Any]] = OrderedDict()  # by address: ETag and content
        headers = {"User-Agent": f"alliance-client/{__version__}", "Accept-Language": language}
        if not (token.isascii() and token.isprintable()):
            raise ValueError(
                say("This is no token: one has Latin letters, digits, “_” and “-” alone. Copy it whole.")
            )
        if token:
            headers["Authorization"] = f"Bearer {token}"
        # redirects are not followed: the token is for this origin alone
        self._http = httpx.Client(
            base_url=self.origin,
            headers=headers,
            timeout=_TIMEOUT,
            transport=options.get("inner"),
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # --- reading ---

    def read(self, path: str, **parameters: str | int) -> Any:
        """The content of a JSON address; from memory when the portal says that it has not changed."""
        request = self._http.build_request("GET", path, params={**parameters} or None)
        address = str(request.url)
        etag, content = self._answers.get(address, ("", None))
        if etag:
            request.headers["If-None-Match"] = etag
        response = self._answer(lambda: request)
        if response.status_code == 304 and etag:
            self._answers.move_to_end(address)
            return content
        content = _content(response)
        if response.headers.get("ETag"):
            self._answers[address] = response.headers["ETag"], content
            while len(self._answers) > _REMEMBERED:
                self._answers.popitem(last=False)
        return content

    def read_all(self, path: str, **parameters: str | int) -> Iterator[Any]:
        """The rows of a list, page by page."""
        page = self.read(path, **parameters)
        while True:
            yield from _rows(page)
            following = page.get("next")
            if not following:
                return
            # the address as the portal knows itself may be another one than that by which it is reached
            parts = urlsplit(str(following))
            page = self.read(f"{parts.path}?{parts.query}")

    def read_text(self, path: str, accept: str) -> str:
        """A whole text of this media type."""
        response = self._answer(lambda: self._http.build_request("GET", path, headers={"Accept": accept}))
        if not response.headers.get("Content-Type", "").startswith(accept):
            raise _not_the_portal(response)
        return response.text

    @contextmanager
    def stream(self, address: str) -> Iterator[Iterator[bytes]]:
        """The bytes of a file, piece by piece; its host is this portal's, whatever the address says."""
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        response = self._answer(lambda: self._http.build_request("GET", path, headers=_AS_IT_IS), stream=True)
        try:
            yield response.iter_bytes()
        finally:
            response.close()

    # --- writing ---

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        file: tuple[str, bytes] | None = None,
        if_match: str = "",
        key: str = "",
    ) -> Any:
        """What the portal answers to a change; None for nothing. The same `key` acts once within two days."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        if if_match:
            headers["If-Match"] = if_match

        def request() -> httpx.Request:
            if file is not None:
                return self._http.build_request(method, path, files={"file": file}, headers=headers)
            return self._http.build_request(method, path, json={} if body is None else body, headers=headers)

        response = self._answer(request)
        return None if response.status_code == 204 else _content(response)

    # --- trying again ---

    def retrying(self, act: Callable[[], None]) -> None:
        """Do it again where the connection broke on the way; `act` begins anew each time."""
        waited = 0.0
        for attempt in range(1, self._patience.attempts + 1):
            try:
                act()
                return
            except httpx.RequestError as error:
                waited += self._wait_or_raise(
                    _unreachable(self.origin, error), attempt, waited, _back_off(attempt)
                )

    def _answer(self, request: Callable[[], httpx.Request], *, stream: bool = False) -> httpx.Response:
        """The answer, once it is no reason to try again. Raises what the portal refuses."""
        waited, attempt = 0.0, 0
        while True:
            attempt += 1
            failure: AllianceError
            seconds = _back_off(attempt)
            try:
                response = self._http.send(request(), stream=stream)
            except httpx.RequestError as error:
                failure = _unreachable(self.origin, error)
                if _is_lasting(error):
                    raise failure from error
            else:
                self._note(response)
                if response.is_success or response.status_code == 304:
                    return response
                if stream:
                    response.read()
                failure = _failure(response)
                if not _is_passing(response, failure):
                    raise failure
                seconds = _retry_after(response) or seconds
            waited += self._wait_or_raise(failure, attempt, waited, seconds)

    def _wait_or_raise(self, failure: AllianceError, attempt: int, waited: float, seconds: float) -> float:
        if attempt >= self._patience.attempts or waited + seconds > self._patience.seconds:
            raise failure
        reason = failure.title if isinstance(failure, Problem) else str(failure)
        self._on_wait(Wait(reason, seconds))
        self._patience.sleep(seconds)
        return seconds

    def _note(self, response: httpx.Response) -> None:
        """Pass on, once, that an address will go away (RFC 9745, RFC 8594)."""
        until = response.headers.get("Sunset", "")
        if "Deprecation" not in response.headers and not until:
            return
        message = say("{path} will go away. Update this client.", path=response.request.url.path)
        if until:
            message = say(
                "{path} will go away on {day}. Update this client.", path=response.request.url.path, day=until
            )
        if message not in self._notices:
            self._notices.add(message)
            self._on_notice(message)


def _content(response: httpx.Response) -> Any:
    if "json" not in response.headers.get("Content-Type", ""):
        raise _not_the_portal(response)
    try:
        return response.json()
    except ValueError as error:
        raise _not_the_portal(response) from error


def _rows(page: Any) -> list[Any]:
    rows = page.get("results") if isinstance(page, Mapping) else None
    if not isinstance(rows, list):
        raise Unreadable(
            say("The portal’s answer is no list: its version and that of this client do not fit.")
        )
    return rows


def _failure(response: httpx.Response) -> AllianceError:
    if response.headers.get("Content-Type", "").startswith("application/problem+json"):
        try:
            content = response.json()
        except ValueError:
            content = None
        if isinstance(content, Mapping):
            return problem_of(response.status_code, content)
    if response.status_code in _AGAIN:  # of what stands before the portal
        return Busy(response.status_code, {"title": f"{response.status_code} {response.reason_phrase}"})
    return _not_the_portal(response)


def _not_the_portal(response: httpx.Response) -> Unreadable:
    answer = f"{response.status_code} {response.reason_phrase}".strip()
    if response.has_redirect_location:
        answer += f" → {response.headers.get('Location', '')}"
    return Unreadable(
        say(
            "{url} does not answer as the API of a portal ({answer}). Check the address.",
            url=response.request.url,
            answer=answer,
        )
    )


def _unreachable(origin: str, error: httpx.RequestError) -> Unreachable:
    return Unreachable(
        say("{origin} cannot be reached ({error}).", origin=origin, error=str(error) or type(error).__name__)
    )


def _is_lasting(error: BaseException | None) -> bool:
    """Whether it will be the same a minute later: no TLS where TLS is expected, or a certificate that does not hold."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "WRONG_VERSION_NUMBER" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_passing(response: httpx.Response, failure: AllianceError) -> bool:
    """Whether the same request may well be answered a little later."""
    return response.status_code in _AGAIN or getattr(failure, "slug", "") == "repeat-running"


def _retry_after(response: httpx.Response) -> float:
    """The seconds that the answer asks to wait; 0 when it does not say."""
    text = response.headers.get("Retry-After", "")
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0) if text else 0.0
    except ValueError:
        return 0.0


def _back_off(attempt: int) -> float:
    """Seconds before the next attempt: twice as many each time, never the same for all clients."""
    return float(min(0.5 * 2 ** (attempt - 1), 15.0) * random.uniform(0.75, 1.25))
