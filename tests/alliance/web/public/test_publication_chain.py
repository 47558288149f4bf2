"""The chain of publications as anybody computes it again: whole, in parts, and by the program of the documentation."""

import io
import json
import re
import urllib.request
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from alliance.web.public import publications
from portal.kernel.publishing import FIRST_LINK, Publication
from tests.factories import Cast, make_cycle, read_charter
from tests.support.published_reports import make_published_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]
PAGE, CHAIN = "/en/verify/", "/en/publications/chain.json"


@pytest.fixture
def publication(cast: Cast) -> Publication:
    return make_published_report(make_cycle(read_charter()), cast.aurora)


@pytest.fixture
def short_parts(publication: Publication, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> int:
    """A record that is too long for one answer, in parts of two; how many publications there are."""
    for slug in ("2025-h1", "2025-h2"):
        make_published_report(make_cycle(read_charter(), slug), cast.beacon)
    monkeypatch.setattr(publications, "PART", 2)
    monkeypatch.setattr(publications, "_WHOLE_CHAIN", 2)
    return Publication.objects.latest("number").number


def test_a_chain_that_is_too_long_for_one_answer_comes_in_parts(short_parts: int, client: Client) -> None:
    assert short_parts > 2
    whole = list(Publication.objects.order_by("number").values_list("number", "sha256", "link"))

    chain = client.get(CHAIN).json()
    answers = [client.get(address).json() for address in chain["parts"]]
    parts = [answer["entries"] for answer in answers]

    assert "entries" not in chain
    assert (chain["first"], chain["link"]) == (FIRST_LINK, whole[-1][2])
    assert chain["parts"][:2] == [f"{CHAIN}?part=1", f"{CHAIN}?part=2"]
    assert [answer["next"] for answer in answers] == [*chain["parts"][1:], None]
    assert [tuple(entry) for part in parts for entry in part] == whole
    assert [len(part) for part in parts[:-1]] == [2] * (len(parts) - 1)
    assert client.get(f"{CHAIN}?part=1")["Access-Control-Allow-Origin"] == "*"
    for beyond in (len(parts) + 1, 999_999_999):
        assert client.get(f"{CHAIN}?part={beyond}").status_code == 404


def test_a_full_part_stays_what_it_is_when_something_is_published(
    short_parts: int, cast: Cast, client: Client
) -> None:
    before = client.get(f"{CHAIN}?part=1").content

    make_published_report(make_cycle(read_charter(), "2024-h2"), cast.beacon)

    assert client.get(f"{CHAIN}?part=1").content == before


def test_the_program_of_the_docs_computes_the_chain_again(
    short_parts: int,
    publication: Publication,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    settings: Any,
) -> None:
    text = Path("docs/publications.md").read_text(encoding="utf-8")
    program = re.search(r"```\npython3 -c '\n(.*?)'\n```", text, re.DOTALL)
    assert program is not None
    shown = unescape(client.get(f"{PAGE}{publication.sha256}/").text)
    altered: list[int] = []

    def answer(url: str) -> io.BytesIO:
        content = client.get(url.removeprefix("https://…")).json()
        for entry in content.get("entries", ()):
            if entry[0] in altered:
                entry[1] = entry[1][::-1]
        return io.BytesIO(json.dumps(content).encode())

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    exec(program[1], {})

    assert program[1].replace("https://…", settings.ORIGIN) in shown
    assert capsys.readouterr().out.strip() == Publication.objects.latest("number").link
    altered.append(short_parts)
    with pytest.raises(SystemExit, match=f"No. {short_parts} does not follow"):
        exec(program[1], {})
