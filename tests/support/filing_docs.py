"""What docs/api/filing.md says to programs: its addresses, its examples, its script."""

import io
import json
import re
import runpy
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

DOCS = Path(__file__).resolve().parents[2] / "docs/api"
SCRIPT = DOCS / "file_a_report.py"
ORIGIN = "http://portal.example"
_ADDRESS = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (\{id\}/[^`]*)`")
_EXAMPLE = re.compile(r"^    \{\"(\w+)\": \[\n(?:      .*\n)+", re.MULTILINE)


def _page() -> str:
    return (DOCS / "filing.md").read_text(encoding="utf-8")


def named_addresses() -> list[tuple[str, str]]:
    """Each method with its address below that of all reports, as the page writes them."""
    return sorted(set(_ADDRESS.findall(_page())))


def example_bodies() -> Mapping[str, Any]:
    """The bodies of the page's examples, by the part of a report that takes them."""
    return {match[1]: json.loads(match[0]) for match in _EXAMPLE.finditer(_page())}


class ClientOpener:
    """Answers the requests of a program from Django's test client, as `urllib.request.urlopen` does."""

    def __init__(self) -> None:
        self._client = Client()

    def __call__(self, request: urllib.request.Request) -> io.BytesIO:
        """The body of the answer. Raises HTTPError for a refusal."""
        answer = self._client.generic(
            request.get_method(),
            request.full_url.removeprefix(ORIGIN),
            request.data or b"",
            headers=dict(request.header_items()),
            content_type="application/json",
        )
        body = io.BytesIO(answer.content)
        if answer.status_code >= 400:
            raise urllib.error.HTTPError(request.full_url, answer.status_code, "", Message(), body)
        return body


def run_script(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the script beside its report.json with this token. Raises SystemExit with what it says of a refusal."""
    monkeypatch.chdir(DOCS)
    monkeypatch.setenv("PORTAL", ORIGIN)
    monkeypatch.setenv("TOKEN", token)
    monkeypatch.setattr(urllib.request, "urlopen", ClientOpener())
    runpy.run_path(str(SCRIPT))
