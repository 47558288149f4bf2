"""What must hold of an answer of any page: each check names the faults that it finds, none when all is well."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.policy import Line
from tests.support.canaries import AUDIENCE, leaks
from tests.support.inline_code import inline_code
from tests.support.visitors import Seen

LETTERS = {200: "o", 403: "3", 404: "4", 405: "5", 409: "9", 422: "2"}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; "
    "trusted-types default"
)
SANDBOX = "default-src 'none'; sandbox"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
DESKS = ("workspace:", "secretariat:")


@dataclass(frozen=True)
class Answer:
    """What one actor got for one line and method; `twin`: what the same address answers for a thing there is not."""

    line: Line
    method: str
    name: str
    seen: Seen
    twin: Seen | None = None

    def __str__(self) -> str:
        return f"{self.method} as {self.name}"


def faults(answer: Answer) -> list[str]:
    """All that is wrong with an answer."""
    return [f"{answer}: {fault}" for check in CHECKS for fault in check(answer)]


def letter(seen: Seen) -> str:
    """The letter of the table for an answer."""
    if seen.status in (301, 302):
        return "L" if seen.location.startswith("/accounts/login/?next=") else ">"
    return LETTERS[seen.status]


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))


def _letter(answer: Answer) -> Iterator[str]:
    got, expected = letter(answer.seen), answer.line.expected(answer.method)[answer.name]
    if got != expected:
        yield f"answers {got} where the table says {expected}"


def _twin(answer: Answer) -> Iterator[str]:
    """Byte for byte, headers too: nothing is taken out before they are compared."""
    if answer.twin is not None and answer.seen != answer.twin:
        yield "what is hidden does not answer like what is missing"
    if answer.twin is not None and (b"csrf" in answer.seen.body or answer.seen.cookies):
        yield "what is hidden carries a token or a cookie"


def _headers(answer: Answer) -> Iterator[str]:
    headers = answer.seen.headers
    for name, value in HEADERS.items():
        if headers.get(name) != value:
            yield f"{name} is {headers.get(name)}"
    if directives(headers["Content-Security-Policy"]) not in (directives(POLICY), directives(SANDBOX)):
        yield f"Content-Security-Policy is {headers['Content-Security-Policy']}"


def _inline_code(answer: Answer) -> Iterator[str]:
    for code in inline_code(answer.seen):
        yield f"holds {code}"


def _attachment(answer: Answer) -> Iterator[str]:
    """A file is saved, never shown, and runs nothing."""
    route, headers = answer.line.route, answer.seen.headers
    is_file = "evidence" in route or route.endswith("file")
    if is_file and answer.seen.status == 200 and not headers["Content-Type"].startswith("text/html"):
        if not headers["Content-Disposition"].startswith("attachment"):
            yield "a file that is no attachment"
        if directives(headers["Content-Security-Policy"]) != directives(SANDBOX):
            yield "a file outside the sandbox"


def _private(answer: Answer) -> Iterator[str]:
    """Pages of the desks vary by cookie and are never public."""
    if answer.seen.status == 200 and answer.line.route.startswith(DESKS):
        cached = answer.seen.headers.get("Cache-Control", "")
        if "public" in cached or not (
            "Cookie" in answer.seen.headers.get("Vary", "") or "no-store" in cached
        ):
            yield f"may be kept on the way: {cached}"


def _confidential(answer: Answer) -> Iterator[str]:
    """The canaries of fields that are not for this reader."""
    for field in sorted(leaks(f"{dict(answer.seen.headers)} {answer.seen.text}")):
        if answer.name not in AUDIENCE.get(field, ()):
            yield f"shows {field}"


CHECKS = (_letter, _twin, _headers, _inline_code, _attachment, _private, _confidential)
