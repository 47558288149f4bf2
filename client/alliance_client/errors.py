"""What can go wrong, each with the code with which the command line ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from alliance_client.words import say

OK, UNEXPECTED, USAGE = 0, 1, 2
SIGN_IN, NOT_PERMITTED, NOT_FOUND, CONFLICT, REFUSED = 3, 4, 5, 6, 7
UNAVAILABLE, DAMAGED, VERSIONS = 8, 9, 10
INTERRUPTED = 130


class AllianceError(Exception):
    """Anything that this package raises on purpose."""

    exit_code: ClassVar[int] = UNEXPECTED


class NotSignedIn(AllianceError):
    """There is no token to send."""

    exit_code = SIGN_IN


class Unreachable(AllianceError):
    """Nobody answers, after all attempts."""

    exit_code = UNAVAILABLE


class TookTooLong(AllianceError):
    """The portal is at work longer than anybody wants to wait; the work itself goes on."""

    exit_code = UNAVAILABLE


class Unreadable(AllianceError):
    """What answers is not the portal, or says what this client cannot read."""

    exit_code = VERSIONS


class PortalTooOld(AllianceError):
    """The portal does not have yet what was asked of it."""

    exit_code = VERSIONS


class DamagedDownload(AllianceError):
    """The bytes are not those of the digest; nothing was saved."""

    exit_code = DAMAGED


class NotMade(AllianceError):
    """A document could not be made, or is not finished."""


class FileExists(AllianceError):
    """A file is there already, and was not written over."""

    exit_code = REFUSED


class NotSaved(AllianceError):
    """The disk takes no file: it is full, or somebody else's."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One place that is wrong: `pointer` leads into what was sent; it is empty for a header or parameter."""

    pointer: str
    field: str
    detail: str

    @property
    def place(self) -> str:
        """What is wrong, by the name of its field where it has one."""
        return self.field or self.pointer


class Problem(AllianceError):
    """A refusal of the portal (RFC 9457), in the language that was asked for."""

    def __init__(self, status: int, content: Mapping[str, Any]) -> None:
        self.status = status
        self.slug = str(content.get("type", "")).rstrip("/").rpartition("/")[2]
        self.title = str(content.get("title", ""))
        self.detail = str(content.get("detail", ""))
        self.instance = str(content.get("instance", ""))
        self.faults = tuple(
            Fault(*(str(each.get(name, "")) for name in ("pointer", "field", "detail")))
            for each in content.get("errors") or ()
            if isinstance(each, Mapping)
        )
        self.stored, self.sent = content.get("stored"), content.get("sent")
        super().__init__(self.title)

    def __str__(self) -> str:
        head, faults = f"{self.title}. {self.detail}".strip(), self.faults
        if len(faults) == 1 and faults[0].detail == self.detail:  # it stands there already: only where
            head, faults = f"{head} ({faults[0].place})" if faults[0].place else head, ()
        lines = [f"{fault.place}: {fault.detail}" if fault.place else fault.detail for fault in faults]
        request = say("Request {id}", id=self.instance.removeprefix("urn:request:")) if self.instance else ""
        return "\n".join(filter(None, (head, *lines, request)))


class SignInNeeded(Problem):
    """The token is missing, wrong, expired or revoked."""

    exit_code = SIGN_IN


class NotPermitted(Problem):
    """The token's owner may not do this, or its scopes do not open it."""

    exit_code = NOT_PERMITTED


class NotFound(Problem):
    """There is no such thing, or it is hidden from you."""

    exit_code = NOT_FOUND


class Conflict(Problem):
    """Somebody else has saved meanwhile; nothing was written over. `stored` is theirs, `sent` yours."""

    exit_code = CONFLICT


class WrongState(Problem):
    """The step is not possible now."""

    exit_code = CONFLICT


class Refused(Problem):
    """What was sent cannot be accepted; nothing was saved."""

    exit_code = REFUSED


class Busy(Problem):
    """The portal is away, or was asked too often, after all attempts."""

    exit_code = UNAVAILABLE


_BY_STATUS: Mapping[int, type[Problem]] = {
    401: SignInNeeded, 403: NotPermitted, 404: NotFound, 409: Conflict, 410: NotFound, 412: Conflict,
    400: Refused, 413: Refused, 415: Refused, 422: Refused, 428: Refused, 451: Refused,
    429: Busy, 502: Busy, 503: Busy, 504: Busy,
}  # fmt: skip


def problem_of(status: int, content: Mapping[str, Any]) -> Problem:
    """The refusal by its status; one that this client does not know is a plain `Problem`."""
    problem = _BY_STATUS.get(status, Problem)(status, content)
    return WrongState(status, content) if problem.slug in ("wrong-state", "repeat-running") else problem
