"""What every page says of itself: its language, its other language, its one address."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from alliance.enums import CycleState
from alliance.models import Organisation, Site
from alliance.queries.site import read_site
from alliance.web.public import matrices
from tests.factories import Cast, make_cycle, read_charter
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db

PATHS = (
    "",
    "commitments/",
    "members/",
    "cycles/",
    "reports/",
    "publications/",
    "compare/",
    "about/",
    "about/method/",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_page_names_its_language_and_the_other(client: Client, language: str, path: str) -> None:
    text = client.get(f"/{language}/{path}").text

    links = dict(re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">', text))
    assert re.search(r'<html lang="(\w+)"', text)[1] == language
    assert links == {code: f"{settings.ORIGIN}/{code}/{path}" for code in ("en", "ru")}


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_one_address_a_title_and_a_description(client: Client, path: str) -> None:
    text = client.get(f"/en/{path}?utm=1").text

    assert re.findall(r'<link rel="canonical" href="([^"]+)">', text) == [f"{settings.ORIGIN}/en/{path}"]
    assert re.search(r"<title>\S[^<]+</title>", text)
    assert len(re.findall(r"<h1", text)) == 1


def test_a_page_sends_nothing_that_only_signed_in_readers_need(client: Client, cast: Cast) -> None:
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora)
    of_all, sheets = {"trusted", "shell", "account-corner"}, {"record"}
    for path, more, more_sheets in (
        ("", (), ()),
        ("members/aurora-video/", ("chart-points",), ("promises",)),
        ("reports/aurora-video/2026-h1/", ("index-follow",), ()),
    ):
        text = client.get(f"/en/{path}").text
        assert set(re.findall(r'<script src="[^"]*/js/([\w-]+)\.', text)) == {*of_all, *more}, path
        linked = set(re.findall(r'<link rel="stylesheet" href="[^"]*/css/([\w-]+)\.', text))
        assert linked == {*sheets, *more_sheets}, path
        assert re.findall(r"csrfmiddlewaretoken|data-hx-|nonce=", text) == [], path
    assert client.cookies.keys() == {}.keys()


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_a_card_and_a_language_for_everybody_else(client: Client, path: str) -> None:
    text = client.get(f"/ru/{path}").text

    facts = dict(re.findall(r'<meta property="og:([\w:]+)" content="([^"]*)">', text))
    assert f'<link rel="alternate" hreflang="x-default" href="{settings.ORIGIN}/en/{path}">' in text
    assert (facts["url"], facts["locale"]) == (f"{settings.ORIGIN}/ru/{path}", "ru")
    assert facts["image"] == f"{settings.ORIGIN}/ru/card.png"
    assert facts["title"].startswith(re.search(r"<title>([^<·]+)", text)[1].strip())  # type: ignore[index]  # each has one


def data_of(client: Client, address: str) -> dict[str, Any]:
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get(address).text)
    assert script, address
    return json.loads(script[1])


def test_pages_say_to_search_engines_what_they_are_about(client: Client, cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.aurora.pk).update(name_en="Aurora </script><b>& Sons")
    make_published_report(make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED), cast.aurora)
    Site.objects.update_or_create(id=1, defaults={"name_en": "The alliance"})
    read_site.forget()

    assert data_of(client, "/en/")["@type"] == "Organization"
    assert data_of(client, "/en/data/")["@type"] == "Dataset"
    member = data_of(client, "/en/members/aurora-video/")
    report = data_of(client, "/en/reports/aurora-video/2026-h1/")
    assert (member["@type"], member["name"]) == ("Organization", "Aurora </script><b>& Sons")
    assert (report["@type"], report["author"]["@id"]) == ("Report", member["@id"])
    assert report["temporalCoverage"] == "2026-01-01/2026-06-30"
    assert "<b>& Sons" not in client.get("/en/members/aurora-video/").text


def test_the_second_page_of_the_matrix_is_its_own_address(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrices, "_LEAST_ROWS", 1)
    monkeypatch.setattr(matrices, "_MOST_CELLS", 1)
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    for member in (cast.aurora, cast.beacon):
        make_published_report(cycle, member, verdicts={"find": "limited"})

    def canonical(query: str) -> str:
        text = client.get(f"/en/{query}").text
        return re.findall(r'<link rel="canonical" href="([^"]+)">', text)[0].removeprefix(settings.ORIGIN)

    assert [canonical(query) for query in ("", "?page=2", "?cycle=2026-h1", "?cycle=2026-h1&page=2")] == [
        "/en/", "/en/?page=2", "/en/", "/en/?page=2",
    ]  # fmt: skip


def test_a_browser_without_a_page_finds_an_icon(client: Client) -> None:
    icon = client.get("/favicon.ico")
    assert (icon.status_code, icon["Content-Type"]) == (200, "image/vnd.microsoft.icon")
    assert Image.open(BytesIO(icon.content)).size == (48, 48)

    Site.objects.update_or_create(id=1, defaults={"logo": f"{'0' * 64}.png"})
    read_site.forget()
    assert client.get("/favicon.ico")["Location"] == f"/logo/{'0' * 64}.png"
