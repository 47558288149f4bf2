"""What crawlers find: rules, lists of public pages, and where to report a vulnerability."""

import re
from datetime import UTC, datetime, timedelta
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client

from alliance.models import Site
from alliance.queries.site import read_site
from practices.enums import PublicState
from practices.models import PublishedPractice
from tests.support.public_urls import all_public_urls
from tests.support.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rollback")]
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OTHER = "{http://www.w3.org/1999/xhtml}link"


def listed(client: Client) -> dict[str, set[str]]:
    """Every page of every list, with the languages in which it names itself."""
    pages = {}
    for file in ElementTree.fromstring(client.get("/sitemap.xml").content).iter(f"{SPACE}loc"):
        text = (file.text or "").removeprefix(settings.ORIGIN)
        for url in ElementTree.fromstring(client.get(text).content):
            page = (url.findtext(f"{SPACE}loc") or "").removeprefix(settings.ORIGIN)
            pages[page] = {link.get("hreflang", "") for link in url.iter(OTHER)}
    return pages


def test_every_listed_page_is_there_for_everybody_and_names_both_languages(
    world: World, client: Client
) -> None:
    pages = listed(client)

    assert {page: status for page in pages if (status := client.get(page).status_code) != 200} == {}
    assert {page for page, languages in pages.items() if not {"en", "ru"} <= languages} == set()
    assert {page[:4] for page in pages} == {"/en/", "/ru/"}


def test_what_is_public_is_listed_and_nothing_else(world: World, client: Client) -> None:
    pages = set(listed(client))
    others = ("/versions/", "/embed/")  # earlier texts, and what stands in frames
    public = {
        page
        for page in all_public_urls()
        if page.endswith("/") and not any(folder in page for folder in others)
    }

    # the thanks for a message, the steps of accession and application, and what says only that it was withdrawn
    gone = PublishedPractice.objects.current().filter(state=PublicState.WITHDRAWN)
    steps = (f"supporters/{step}/" for step in ("accede/sent", "ended", "link"))
    answers = (*(f"questions/{step}/" for step in ("sent", "outdated", "withdrawn")),)
    digests = {page.removeprefix("/en/") for page in public if page.startswith("/en/verify/0")}
    following = ("follow/", *(f"follow/{step}/" for step in ("sent", "outdated", "ended")))
    applying = (f"apply/{step}/" for step in ("sent", "confirmed", "withdrawn", "outdated"))
    unlisted = (
        "about/contact/sent/",
        *steps,
        *answers,
        *following,
        *applying,
        *digests,
        *(f"practices/{row.record}/" for row in gone),
    )
    assert public - pages == {f"/{code}/{path}" for code in ("en", "ru") for path in unlisted}
    assert pages - public - {page for page in pages if page.split("/")[2] == "members"} == set()


def test_crawlers_keep_off_private_areas_and_find_the_lists(client: Client) -> None:
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").text.splitlines())

    assert rules.can_fetch("any", f"{settings.ORIGIN}/en/members/")
    assert not any(
        rules.can_fetch("any", f"{settings.ORIGIN}{path}") for path in ("/workspace/", "/accounts/login/")
    )
    assert rules.site_maps() == [f"{settings.ORIGIN}/sitemap.xml"]


def test_security_txt_says_where_to_report_a_vulnerability(client: Client) -> None:
    Site.objects.update_or_create(id=1, defaults={"contact": "office@alliance.example"})
    read_site.forget()

    response = client.get("/.well-known/security.txt")

    fields = re.findall(r"^([A-Za-z-]+): (.+)$", response.text, re.MULTILINE)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert [value for name, value in fields if name == "Contact"] == [
        "mailto:office@alliance.example", f"{settings.ORIGIN}/en/about/contact/",
    ]  # fmt: skip
    assert len(fields) + 2 == len(response.text.splitlines())  # and two comments
    assert "Never send illegal material" in response.text
    named = dict(fields)
    assert named["Preferred-Languages"] == "en, ru"
    assert named["Canonical"] == f"{settings.ORIGIN}/.well-known/security.txt"
    left = datetime.fromisoformat(named["Expires"]) - datetime.now(UTC)
    assert timedelta(days=100) < left < timedelta(days=365)


def test_no_list_names_another_host(world: World, client: Client) -> None:
    named = client.get("/sitemap-members.xml", headers={"Host": "localhost"}).text

    assert "localhost" not in named
