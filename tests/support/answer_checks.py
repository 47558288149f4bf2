"""What must hold of an answer of any page: each check names the faults that it finds, none when all is well."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from portal.kernel.web import PAGE_FIELDS
from tests.policy import Case
from tests.support.canaries import AUDIENCE, leaks
from tests.support.inline_code import inline_code
from tests.support.no_pages import NO_PAGES
from tests.support.visitors import CapturedAnswer

LETTER_OF_STATUS = {200: "o", 403: "3", 404: "4", 405: "5", 409: "9", 422: "2"}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; "
    "trusted-types default; report-uri /csp-report"
)
# of the pages that stand in frames on other sites
EMBEDDED = (
    "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'none'; "
    "form-action 'none'; frame-ancestors *; base-uri 'none'; report-uri /csp-report"
)
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SIGNED_IN_AREAS = ("workspace:", "secretariat:")


@dataclass(frozen=True)
class CheckedAnswer:
    """What one actor got for one line and method; `missing_response`: what the same address answers for a record
    there is not.
    """

    case: Case
    method: str
    name: str
    response: CapturedAnswer
    missing_response: CapturedAnswer | None = None

    def __str__(self) -> str:
        return f"{self.method} as {self.name}"


def faults(answer: CheckedAnswer) -> list[str]:
    """All that is wrong with an answer."""
    return [f"{answer}: {fault}" for check in CHECKS for fault in check(answer)]


def letter_of(response: CapturedAnswer) -> str:
    """The letter of the table for an answer."""
    if response.status in (301, 302):
        return "L" if response.location.startswith("/accounts/login/?next=") else ">"
    return LETTER_OF_STATUS[response.status]


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))


def _letter(answer: CheckedAnswer) -> Iterator[str]:
    got, expected = letter_of(answer.response), answer.case.expected(answer.method)[answer.name]
    if got != expected:
        yield f"answers {got} where the table says {expected}"


def _twin(answer: CheckedAnswer) -> Iterator[str]:
    """Byte for byte, headers too: nothing is taken out before they are compared."""
    if answer.missing_response is not None and answer.response != answer.missing_response:
        yield "what is hidden does not answer like what is missing"
    if answer.missing_response is not None and (b"csrf" in answer.response.body or answer.response.cookies):
        yield "what is hidden carries a token or a cookie"


def _headers(answer: CheckedAnswer) -> Iterator[str]:
    headers = answer.response.headers
    is_embedded = answer.case.route.startswith("public:embed-") and answer.response.status != 405
    expected = HEADERS | ({"X-Frame-Options": None} if is_embedded else {})
    for name, value in expected.items():
        if headers.get(name) != value:
            yield f"{name} is {headers.get(name)}"
    policies = (EMBEDDED,) if is_embedded else (POLICY, SANDBOX)
    if directives(headers["Content-Security-Policy"]) not in map(directives, policies):
        yield f"Content-Security-Policy is {headers['Content-Security-Policy']}"
    media_type = headers.get("Content-Type", "")
    if (media_type.startswith("text/") or "xml;" in f"{media_type};") and "charset=" not in media_type:
        yield f"no character encoding is named: {media_type}"


def _inline_code(answer: CheckedAnswer) -> Iterator[str]:
    for code in inline_code(answer.response):
        yield f"holds {code}"


def _attachment(answer: CheckedAnswer) -> Iterator[str]:
    """A file is saved, never shown, and runs nothing."""
    route, headers = answer.case.route, answer.response.headers
    is_file = "evidence" in route or route.endswith("file")
    if is_file and answer.response.status == 200 and not headers["Content-Type"].startswith("text/html"):
        if not headers["Content-Disposition"].startswith("attachment"):
            yield "a file that is no attachment"
        if directives(headers["Content-Security-Policy"]) != directives(SANDBOX):
            yield "a file outside the sandbox"


def _listed_file(answer: CheckedAnswer) -> Iterator[str]:
    """What is downloaded stands among the addresses that no browser walks over as pages."""
    response = answer.response
    saved = response.headers.get("Content-Disposition", "").startswith("attachment")
    if answer.method == "GET" and saved and answer.case.route not in NO_PAGES:
        yield "is downloaded, and does not stand in NO_PAGES"


def _private(answer: CheckedAnswer) -> Iterator[str]:
    """Pages of the areas vary by cookie and are never public."""
    if answer.response.status == 200 and answer.case.route.startswith(SIGNED_IN_AREAS):
        cached = answer.response.headers.get("Cache-Control", "")
        if "public" in cached or not (
            "Cookie" in answer.response.headers.get("Vary", "") or "no-store" in cached
        ):
            yield f"may be kept on the way: {cached}"


def _confidential(answer: CheckedAnswer) -> Iterator[str]:
    """The canaries of fields that are not for this reader; what they have posted themselves is given back to them."""
    sent = set(leaks(str(answer.case.data))) if answer.method == "POST" else set()
    for field in sorted(set(leaks(f"{dict(answer.response.headers)} {answer.response.text}")) - sent):
        if answer.name not in AUDIENCE.get(field, ()) and field not in answer.case.link_shows:
            yield f"shows {field}"


_NAMED = re.compile(rb"<(input|textarea|select)\b[^>]*>")
_LIMIT = re.compile(rb'(?:data-limit|maxlength)="(\d+)"')
# Fields whose length their kind bounds: nobody types a text into them.
_SHORT = re.compile(
    rb'type="(hidden|checkbox|radio|file|password|date|time|number|submit|email)"|inputmode="(decimal|numeric)"'
)
BYTES_PER_CHARACTER = 12  # in the widest encoding of a form: an emoji as %F0%9F%98%80


def form_limit_faults(answer: CheckedAnswer) -> Iterator[str]:
    """No page has a form that the limits of a post refuse, with all boxes ticked and every text as long as may be."""
    if b'method="post"' not in answer.response.body:
        return
    fields = [match[0] for match in _NAMED.finditer(answer.response.body) if b'name="' in match[0]]
    if len(fields) > PAGE_FIELDS:
        yield f"has {len(fields)} fields"
    texts = [field for field in fields if not field.startswith(b"<select") and not _SHORT.search(field)]
    for field in texts:
        if not _LIMIT.search(field) and b'type="search"' not in field:
            yield f"has a text without a limit: {field.decode()}"
        if field.startswith(b"<textarea") and b"maxlength" in field:
            yield f"has a text of which the browser cuts what is pasted: {field.decode()}"
    longest = sum(int(match[1]) for field in texts if (match := _LIMIT.search(field)))
    if longest * BYTES_PER_CHARACTER > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        yield f"has texts of {longest} characters"


CHECKS = (
    form_limit_faults, _letter, _twin, _headers, _inline_code, _attachment, _listed_file, _private, _confidential,
)  # fmt: skip
