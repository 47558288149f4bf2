"""Pages of docs/api that are walked: their requests, made as they stand, and the addresses that they name."""

import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test import Client

DOCS = Path(__file__).resolve().parents[2] / "docs/api"
_REQUEST = re.compile(
    r"^    (GET|POST|PUT|PATCH|DELETE) (\S+)(?: \(as (.+)\))?\n((?:    [^→\n].*\n)*)    → (\d+)$",
    re.MULTILINE,
)
_NAMED = re.compile(
    r"`(GET|POST|PUT|PATCH|DELETE) (?:/api/v1/)?"
    r"((?:corrections|invited-comments|library|public-questions|secretariat|workspace|\{id\}|\{upload\})/(?:[^`…]*/)?)`"
)
# with what an address begins that a page names without its first part
_ABOVE = {"{id}": "workspace/reports/{id}", "{upload}": "workspace/uploads/{upload}"}
_CURL = re.compile(r"^    curl (.*\$API.*)$", re.MULTILINE)
_HEADER = re.compile(r"^([A-Z][\w-]+): (.*)$")


@dataclass(frozen=True)
class DocumentedRequest:
    """One request of a page: who makes it, what it carries, and its status."""

    method: str
    address: str
    person: str
    headers: Mapping[str, str]
    body: str
    status: int


def requests_of(page: str) -> Iterator[DocumentedRequest]:
    """The requests of the page, in its order."""
    for method, address, person, text, status in _REQUEST.findall((DOCS / page).read_text(encoding="utf-8")):
        lines = [line.strip() for line in text.splitlines()]
        headers = {match[1]: match[2] for line in lines if (match := _HEADER.match(line))}
        body = " ".join(line for line in lines if not _HEADER.match(line))
        yield DocumentedRequest(method, address, person, headers, body, int(status))


def addresses_of(page: str) -> list[tuple[str, str]]:
    """Each method with an address that the text of the page names."""
    named = set(_NAMED.findall((DOCS / page).read_text(encoding="utf-8")))
    parts = [(method, *address.partition("/")) for method, address in named]
    return sorted((method, f"{_ABOVE.get(first, first)}/{rest}") for method, first, _slash, rest in parts)


def curl_lines_of(page: str) -> Iterator[Callable[[str, str], tuple[str, dict[str, str]]]]:
    """The lines of the page that read something with curl: address and headers, for an API and a token."""
    for text in _CURL.findall((DOCS / page).read_text(encoding="utf-8")):
        if "CURSOR" in text:  # of an answer before
            continue

        def read(api: str, token: str, text: str = text) -> tuple[str, dict[str, str]]:
            command = text.partition(" | ")[0].replace("$API", api).replace("$TOKEN", token)
            words = shlex.split(command, comments=True)
            headers = [words[place + 1] for place, word in enumerate(words) if word == "-H"]
            (address,) = (word for word in words if word.startswith(api))
            return address, dict(header.split(": ", 1) for header in headers)

        yield read


@dataclass
class Walk:
    """Makes the requests of a page with tokens of people; `values` fill its braces, with what answers name besides."""

    tokens: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    language: str = "en"

    def make(self, request: DocumentedRequest) -> Any:
        """The body of the answer, which has the status that the page says."""
        body = self._filled(request.body)
        answer = Client().generic(
            request.method,
            f"/api/v1/{self._filled(request.address)}",
            body,
            content_type="application/json",
            headers={
                "Authorization": f"Bearer {self.tokens[request.person]}",
                "Accept-Language": self.language,
                **request.headers,
            },
        )
        assert answer.status_code == request.status, (
            f"{request.method} {request.address}: {answer.content.decode()}"
        )
        if body:
            json.loads(body)
        content = answer.json() if answer.content else {}
        self.values |= {name: value for name, value in content.items() if isinstance(value, str | int | list)}
        return content

    def _filled(self, text: str) -> str:
        def value_of(match: re.Match[str]) -> str:
            value = self.values[match[1]]
            return value if isinstance(value, str) else json.dumps(value)

        return re.sub(r"\{(\w+)\}", value_of, text)
