"""Text that nobody can store or show is refused at every address, and other odd values break no page."""

import re
from functools import lru_cache
from io import BytesIO
from itertools import chain
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.kernel.api import Problem
from portal.kernel.api.parsers import JSONParser
from tests.policy import CASES, Case
from tests.support.shares import Share
from tests.support.visitors import SignedInClients
from tests.support.world import World

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("rollback")]

UNREADABLE = ("%00", "a%00b", "%ED%A0%80", "%FF", "%C3%28")
ODD = (
    "9" * 40,
    "-1",
    "%27%22%3C%2F%3E%5C",
    "a" * 300,
    "%F0%9F%92%A9",
    "2026-13-45",
    "%5B%5D",
    "%25%73",
    "%E2%80%AE",
    "http%3A%2F%2F%5B",
)
READS = re.compile(r"""GET(?:\.get(?:list)?\(|\[)"(\w+)"|"(\w+)" in request\.GET""")
LAYERS = ("alliance", "practices", "portal")
# for each area one who may open most of it
READERS = {"workspace": "alice", "secretariat": "mona"}
EVERY = 10  # one route in so many, without --full
PARTS = 6  # for several processes: with --full thousands of requests


@lru_cache
def parameters() -> list[str]:
    """What views read of a query, and the fields of forms that filter, as their sources name them."""
    sources = chain.from_iterable((settings.BASE_DIR / layer).rglob("*.py") for layer in LAYERS)
    text = "\n".join(path.read_text() for path in sources)
    filters = re.findall(r"class \w*(?:Filter|Find)\w*Form\(.*?(?=\nclass |\Z)", text, re.DOTALL)
    fields = chain.from_iterable(re.findall(r"^    (\w+) = forms\.", form, re.MULTILINE) for form in filters)
    named = {name for pair in READS.findall(text) for name in pair if name}
    return sorted(
        {*named, *fields, "page", "q", "harm", "cycle", "member", "members", "commitment", "p", "x"}
    )


def lines(share: Share, *, full: bool) -> list[Case]:
    """The lines of the policy table that can be opened: all of the share, or one in a few."""
    readable = [line for line in CASES if set(line.get) != {"5", " "}]
    return share.part(readable) if full else readable[::EVERY]


def address(world: World, line: Case) -> str:
    place = world[line.object_name] if line.object_name else {}
    return reverse(line.route, kwargs={**place, **line.extra_kwargs})


def test_unreadable_values_are_refused_everywhere(
    world: World, visitors: SignedInClients, full: bool, share: Share
) -> None:
    cache.clear()
    faults = {}
    for number, line in enumerate(lines(share, full=full)):
        reader, url = READERS.get(line.route.partition(":")[0], "vera"), address(world, line)
        for value in UNREADABLE if full else (UNREADABLE[number % len(UNREADABLE)],):
            for name in ("page", "x"):
                status = visitors.ask(reader, "GET", f"{url}?{name}={value}").status
                if status not in (400, 404):
                    faults[f"{url}?{name}={value}"] = status

    assert faults == {}


@pytest.mark.parametrize("part", range(PARTS))
def test_odd_values_of_any_parameter_break_no_page(
    world: World, visitors: SignedInClients, full: bool, share: Share, part: int
) -> None:
    """Each parameter has another odd value, and with `--full` each of them in turn."""
    cache.clear()
    faults = {}
    for number, line in enumerate(lines(share, full=full)[part::PARTS]):
        reader, url = READERS.get(line.route.partition(":")[0], "vera"), address(world, line)
        for turn in range(len(ODD)) if full else (number,):
            values = [(name, ODD[(turn + place) % len(ODD)]) for place, name in enumerate(parameters())]
            for half in (values[::2], values[1::2]):  # or the address would be too long
                query = "&".join(f"{name}={value}" for name, value in half)
                status = visitors.ask(reader, "GET", f"{url}?{query}").status
                if status >= 500:
                    faults[f"{url}?{query}"] = status

    assert faults == {}


@pytest.mark.parametrize(
    "path",
    ["/en/a%00b/", "/workspace/%00/", "/api/v1/members/%00/", "/logo/%00", "/%ED%A0%80/", "/en/members/%FF/"],
)
def test_unreadable_paths_are_refused(world: World, path: str) -> None:
    assert Client().get(path).status_code in (400, 404)


def test_unreadable_fields_and_names_of_files_are_refused(world: World) -> None:
    client, contact = Client(), "/en/about/contact/"
    form = {"name": "Ann", "email": "ann@example.org", "text": "Hello"}

    assert client.post(contact, {**form, "text": "a\0b"}).status_code == 400
    assert client.post(contact, {**form, "a\0": "b"}).status_code == 400
    urlencoded = "application/x-www-form-urlencoded"
    assert client.post(contact, "name=%00", content_type=urlencoded).status_code == 400
    assert client.post(contact, {**form, "file": SimpleUploadedFile("a.txt", b"a")}).status_code == 422
    for charset in ("utf-16", "unicode_escape", "hex"):
        odd_form = f"multipart/form-data; boundary=b; charset={charset}"
        assert client.generic("POST", contact, b"--b--", odd_form).status_code == 400


def test_headers_and_cookies_break_nothing(world: World) -> None:
    assert Client(headers={"Referer": "a\0b"}).get("/accounts/login/").status_code == 400
    odd_address = Client(headers={"Referer": "http://[", "HX-Current-URL": "http://["})
    assert odd_address.get(reverse("session-account-menu")).status_code == 200
    assert odd_address.post("/workspace/").status_code == 302
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "language", "display"):
        answer = Client(headers={"Cookie": rf'{name}="\000\355\240\200{"a" * 20}"'}).get("/accounts/login/")
        assert (name, answer.status_code) == (name, 200)


@pytest.mark.parametrize("text", [r"\u0000", r"\ud800", r"a\udfffb"])
def test_json_cannot_spell_it_either(text: str) -> None:
    for body, pointer in ((f'{{"a": ["b", "{text}"]}}', "/a/1"), (f'{{"a": {{"{text}": 1}}}}', "/a")):
        with pytest.raises(Problem) as refused:
            JSONParser().parse(BytesIO(body.encode()))
        assert [fault.pointer for fault in refused.value.errors] == [pointer]

    assert JSONParser().parse(BytesIO(rb'{"a": "\u00e9 \ud83d\ude00"}')) == {"a": "é 😀"}


def test_the_query_of_the_api_is_as_strict(world: World) -> None:
    for value in UNREADABLE:
        answer: Any = Client().get(f"/api/v1/members/?{quote('kind')}={value}")
        assert (value, answer.status_code, answer["Content-Type"]) == (value, 400, "application/problem+json")
