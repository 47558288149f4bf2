"""What every page says of itself: its language, its other language, its one address."""

import re

import pytest
from django.conf import settings
from django.test import Client

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
