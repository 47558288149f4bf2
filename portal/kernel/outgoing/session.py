"""What asks public hosts, and what posts to them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import requests

from portal.kernel.outgoing.addresses import is_allowed_address
from portal.kernel.outgoing.connections import WAIT, Deadline, PublicAdapter, until

_WHOLE = 6.0  # seconds for a whole answer
_MOST_BYTES = 512 * 1024
_POST_WHOLE = 5.0  # seconds for what is posted, from the look-up of the name to the status of the answer


class OutgoingSession(requests.Session):
    """What asks public hosts; whatever goes wrong is a RequestException, an answer too long or too slow too."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        for prefix in ("http://", "https://"):
            self.mount(prefix, PublicAdapter())

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        address = url.decode() if isinstance(url, bytes) else url
        if not is_allowed_address(address):
            raise requests.exceptions.InvalidURL("not an https address")
        with until(_WHOLE) as deadline:
            response = self._send(method, address, *args, **kwargs)
            if response.is_redirect:
                response.close()
                raise requests.exceptions.TooManyRedirects("no redirect is followed")
            body = bytearray()
            for piece in response.iter_content(16 * 1024):
                body += piece
                if len(body) > _MOST_BYTES:
                    break
            if len(body) > _MOST_BYTES or deadline.is_over:  # one that was cut looks like one that has ended
                response.close()
                raise requests.exceptions.Timeout("the answer is too long or too slow")
        response._content = bytes(body)  # as requests stores what it has read itself
        return response

    def _send(self, method: str, address: str, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs |= {"timeout": (WAIT, WAIT), "allow_redirects": False, "stream": True}
        return super().request(method, address, *args, **kwargs)


class PostFault(StrEnum):
    """Why what was posted did not arrive, as far as it is known without a status."""

    ADDRESS = "address"  # no https address, or the host has no public one
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """What became of a post: the status, or a fault; and how long it took."""

    status: int | None
    fault: PostFault | None
    milliseconds: int


def post(address: str, body: bytes, headers: Mapping[str, str]) -> PostAnswer:
    """Post to a public host, and read the status of the answer alone. Takes a few seconds at most; raises nothing."""
    started = time.monotonic()
    status, fault = None, None
    with until(_POST_WHOLE) as deadline, OutgoingSession() as session:
        try:
            if not is_allowed_address(address):
                raise requests.exceptions.InvalidURL("not an https address")
            response = session._send("POST", address, data=body, headers=dict(headers))
            response.close()
            if deadline.is_over:  # headers that were cut look like headers that have ended
                raise requests.exceptions.Timeout("the answer is too slow")
            status = response.status_code
        except requests.RequestException as error:
            fault = _fault_of(error, deadline)
    return PostAnswer(status, fault, round((time.monotonic() - started) * 1000))


def _fault_of(error: requests.RequestException, deadline: Deadline) -> PostFault:
    if isinstance(error, requests.exceptions.InvalidURL) or deadline.has_no_public_address:
        return PostFault.ADDRESS
    if deadline.is_over or isinstance(error, requests.exceptions.Timeout):
        return PostFault.TIMEOUT
    is_certificate = isinstance(error, requests.exceptions.SSLError)
    return PostFault.CERTIFICATE if is_certificate else PostFault.CONNECTION
