"""Problem details (RFC 9457): every refusal of the API says what is wrong, where, and how to put it right."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.views import set_rollback

from portal.kernel.errors import Conflict, DomainError, Faults, Forbidden, Gaps, MissingScope, WrongState
from portal.kernel.files import DamagedFile, StorageError, StorageFull, Withheld
from portal.kernel.limits import TooMany

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/v1/problems/"
_COPIED_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One type of problem, for good: the end of its URI, its status, its title, and what to do about it."""

    slug: str
    status: int
    title: str | Promise
    advice: str | Promise

    @property
    def uri(self) -> str:
        return f"{settings.ORIGIN}{PREFIX}{self.slug}/"


PROBLEM_KINDS: Mapping[str, ProblemKind] = {
    kind.slug: kind
    for kind in (
        ProblemKind("malformed", 400, gettext_lazy("We could not read your request"),
             gettext_lazy(
                 "Each entry of “errors” names the parameter or the place in the body. Unknown parameters "
                 "are rejected, so that a misspelling does not go unnoticed."
             )),
        ProblemKind("unauthenticated", 401, gettext_lazy("A valid token is needed"),
             gettext_lazy(
                 "Send “Authorization: Bearer” with a token. A token that is mistyped, expired or "
                 "revoked, or whose owner has lost access, is refused in the same way: create a "
                 "new one in the portal."
             )),
        ProblemKind("forbidden", 403, gettext_lazy("You do not have permission to do this"),
             gettext_lazy(
                 "A token has the rights of its owner. Ask an administrator for the right, or ask someone "
                 "who has it to act."
             )),
        ProblemKind("scope", 403, gettext_lazy("The token does not cover this"),
             gettext_lazy(
                 "The response names the permission needed. Permissions cannot be added to a token: create "
                 "another one."
             )),
        ProblemKind("second-factor", 403, gettext_lazy("A second factor is required"),
             gettext_lazy(
                 "The owner of the token has rights that require a second factor, and has none. Set one up in "
                 "the portal, under “Security”: the token works again at once."
             )),
        ProblemKind("not-found", 404, gettext_lazy("Not found"),
             gettext_lazy(
                 "The response is the same whether the address does not exist or you may not see it. "
                 "Addresses end with a slash."
             )),
        ProblemKind("method-not-allowed", 405, gettext_lazy("This address does not support this method"),
             gettext_lazy("The header “Allow” lists the supported methods.")),
        ProblemKind("not-acceptable", 406, gettext_lazy("This format is not available"),
             gettext_lazy("Responses are “application/json”: send that in “Accept”, or leave the header out.")),
        ProblemKind("conflict", 409, gettext_lazy("Someone else saved a change first"),
             gettext_lazy(
                 "Read the record again, apply your change to its current state and send it again."
             )),
        ProblemKind("wrong-state", 409, gettext_lazy("This cannot be done now"),
             gettext_lazy("This step is not possible in the current state; “actions” lists the steps that are.")),
        ProblemKind("repeat-running", 409, gettext_lazy("The first request with this key is still running"),
             gettext_lazy("Wait a moment and repeat the request with the same “Idempotency-Key”.")),
        ProblemKind("gone", 410, gettext_lazy("No longer available"),
             gettext_lazy(
                 "What was purged will not come back to this address; what was withdrawn may be published again."
             )),
        ProblemKind("cursor-unknown", 410, gettext_lazy("This feed does not go on from there"),
             gettext_lazy(
                 "The place is too far back, or the portal was restored from a backup since. Read everything "
                 "once more, and go on from the cursor of a request without “since”."
             )),
        ProblemKind("changed", 412, gettext_lazy("The version is not the current one"),
             gettext_lazy(
                 "Read the record again, take its new “ETag”, and send it as “If-Match” with your "
                 "change."
             )),
        ProblemKind("too-large", 413, gettext_lazy("You sent too much at once"),
             gettext_lazy("Send less in one request, or a smaller file.")),
        ProblemKind("unsupported-media-type", 415, gettext_lazy("This format cannot be read"),
             gettext_lazy("Send “application/json”, or “multipart/form-data” where a file is taken.")),
        ProblemKind("invalid", 422, gettext_lazy("The request was not accepted"),
             gettext_lazy("Nothing was saved. “errors” says what is wrong and where; correct it and send again.")),
        ProblemKind("repeat-differs", 422, gettext_lazy("This key was used for another request"),
             gettext_lazy("Each “Idempotency-Key” is for one request. Use a new key for a new request.")),
        ProblemKind("version-needed", 428, gettext_lazy("State which version you are changing"),
             gettext_lazy(
                 "Send the “ETag” that you read as “If-Match”, so that other people’s changes are not overwritten."
             )),
        ProblemKind("too-many", 429, gettext_lazy("Too many requests"),
             gettext_lazy("Wait for the number of seconds in “Retry-After”.")),
        ProblemKind("withheld", 451, gettext_lazy("This file is being checked"),
             gettext_lazy("It cannot be downloaded until the check is over. Try again later.")),
        ProblemKind("storage-full", 507, gettext_lazy("There is no room left for files"),
             gettext_lazy(
                 "Nothing was saved. Try again later; if this continues, contact the operator of the portal."
             )),
        ProblemKind("error", 500, gettext_lazy("Something went wrong on our side"),
             gettext_lazy("Send the “instance” of this response to the operator of the portal.")),
        ProblemKind("unavailable", 503, gettext_lazy("The portal is temporarily unavailable"),
             gettext_lazy("Wait for the number of seconds in “Retry-After”.")),
        ProblemKind("file-damaged", 503, gettext_lazy("This file is being restored"),
             gettext_lazy(
                 "Its stored content is not what it should be, so it is not sent. Try again later."
             )),
    )
}  # fmt: skip
# of an address that there is: what it names may be missing or hidden, and the answer may not say which
_NOT_FOR_YOU = gettext_lazy(
    "It does not exist, or you may not see it: the response is the same for both. A token sees what its owner sees "
    "and its permissions cover."
)
_BY_STATUS = {kind.status: kind for kind in reversed(list(PROBLEM_KINDS.values()))}
RETRY_AFTER = "10"  # seconds, when the database is away
FILE_RETRY_AFTER = "600"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the place in the body as a JSON pointer, or the name of the parameter."""

    field: str
    detail: str
    pointer: str = ""


class Problem(Exception):
    """A refusal by its kind; views raise it where there is no domain error for it."""

    def __init__(
        self,
        slug: str,
        detail: str | Promise = "",
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(slug)
        self.kind = PROBLEM_KINDS[slug]
        self.detail = str(detail)
        self.errors = errors
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})  # keys beside those of every problem


def unknown_parameters(names: Sequence[str]) -> Problem:
    """The refusal of parameters that an address does not know."""
    message = _("There is no such parameter.")
    return Problem("malformed", errors=[Fault(name, message) for name in sorted(names)])


# --- Answers ---------------------------------------------------------------------------------


def problem_response(problem: Problem) -> HttpResponse:
    """The problem as an answer; `instance` is the id under which the log knows the request."""
    kind = problem.kind
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    fields: dict[str, Any] = {
        "type": kind.uri,
        "title": str(kind.title),
        "status": kind.status,
        "detail": problem.detail or str(kind.advice),
        "instance": f"urn:request:{quote(request_id[:64], safe='-')}",
    }
    if problem.errors:
        fields["errors"] = [
            {"pointer": fault.pointer, "field": fault.field, "detail": fault.detail}
            for fault in problem.errors
        ]
    body = json.dumps({**problem.extra, **fields}, ensure_ascii=False)
    response = HttpResponse(body, status=kind.status, content_type=MEDIA_TYPE)
    for name, value in problem.headers.items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def handle_exception(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Django REST framework's exception handler: what the view had written is undone; None for what is no refusal."""
    problem = problem_of(error, context.get("request"))
    if problem is None:
        return None
    set_rollback()
    return problem_response(problem)


def as_problem(response: HttpResponseBase) -> HttpResponse:
    """An answer of 400 or more that something outside the endpoints gave, as a problem."""
    kind = _BY_STATUS.get(response.status_code)
    if kind is None:
        kind = PROBLEM_KINDS["error" if response.status_code >= 500 else "malformed"]
    headers = {name: response[name] for name in _COPIED_HEADERS if response.has_header(name)}
    return problem_response(Problem(kind.slug, headers=headers))


def is_problem(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").startswith(MEDIA_TYPE)


def unavailable_problem() -> HttpResponse:
    return problem_response(Problem("unavailable", headers={"Retry-After": RETRY_AFTER}))


# --- From errors to problems -----------------------------------------------------------------


def problem_of(error: Exception, request: Any = None) -> Problem | None:
    """The problem that an error is; None for one that nobody expected."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, TooMany):
        return Problem("too-many", headers={"Retry-After": str(error.seconds)})
    if isinstance(error, DomainError):
        return _of_domain(error, request)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    if isinstance(error, Http404):
        return Problem("not-found", _NOT_FOR_YOU)
    if isinstance(error, PermissionDenied):
        return Problem("forbidden")
    if isinstance(error, (RequestDataTooBig, TooManyFilesSent)):
        return Problem("too-large")
    return Problem("malformed") if isinstance(error, SuspiciousOperation) else None


def _of_domain(error: DomainError, request: HttpRequest | None) -> Problem:
    if isinstance(error, MissingScope):
        return Problem("scope", str(error))
    if isinstance(error, Forbidden):
        return Problem("forbidden", str(error))
    if isinstance(error, Withheld):
        return Problem("gone" if error.case.is_purged else "withheld", str(error))
    if isinstance(error, (DamagedFile, StorageError)):
        return _of_storage(error)
    if isinstance(error, Conflict):
        has_version = request is not None and request.headers.get("If-Match")
        return Problem("changed" if has_version else "conflict", str(error))
    if isinstance(error, WrongState):
        return Problem("wrong-state", str(error))
    if isinstance(error, Gaps):
        gaps = [Fault("", f"{place}: {gap}") for place, gap in error.faults.items()]
        return Problem("invalid", str(error), errors=gaps)
    if isinstance(error, Faults):
        faults = [
            Fault(place, str(fault), _pointer_in(request, place)) for place, fault in error.faults.items()
        ]
        return Problem("invalid", str(error), errors=faults)
    faults = [Fault(error.field, str(error), _pointer_in(request, error.field))] if error.field else []
    return Problem("invalid", str(error), errors=faults)


def _pointer_in(request: Any, place: str) -> str:
    """The pointer to a field of a service: `title_en` is `/title/en` where a text by language was sent."""
    name, _underscore, code = place.rpartition("_")
    sent = getattr(request, "data", None)
    by_language = sent.get(name) if name and isinstance(sent, Mapping) else None
    return pointer_to(name, code) if isinstance(by_language, Mapping) else pointer_to(place)


def _of_storage(error: DamagedFile | StorageError) -> Problem:
    if isinstance(error, DamagedFile):
        return Problem("file-damaged", str(error), headers={"Retry-After": FILE_RETRY_AFTER})
    if isinstance(error, StorageFull):
        return Problem("storage-full", str(error))
    return Problem("unavailable", str(error), headers={"Retry-After": RETRY_AFTER})


def _of_framework(error: exceptions.APIException) -> Problem | None:
    if isinstance(error, exceptions.ValidationError):
        return Problem("invalid", _("Nothing was saved."), errors=list(_faults(error.detail)))
    if isinstance(error, exceptions.MethodNotAllowed):
        return Problem("method-not-allowed")
    if isinstance(error, exceptions.UnsupportedMediaType):
        return Problem("unsupported-media-type")
    kind = _BY_STATUS.get(error.status_code)
    own_words = isinstance(error, exceptions.ParseError)
    return Problem(kind.slug, str(error.detail) if own_words else "") if kind else None


def _faults(detail: Any, path: tuple[str, ...] = ()) -> Iterator[Fault]:
    """The leaves of the serializers' errors, each with its place."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _faults(inner, path if name == "non_field_errors" else (*path, str(name)))
    elif isinstance(detail, (list, tuple)):
        for number, inner in enumerate(detail):
            nested = isinstance(inner, (Mapping, list, tuple))
            yield from _faults(inner, (*path, str(number)) if nested else path)
    else:
        yield Fault(path[-1] if path else "", str(detail), pointer_to(*path) if path else "")


def pointer_to(*path: str) -> str:
    """The JSON pointer (RFC 6901) to a place in the body."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)
