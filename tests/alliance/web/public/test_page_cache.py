"""Public pages come from memory: no query but the revision's, an ETag, and never anything of a person's."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.enums import Role
from alliance.models import Site
from alliance.queries.site import read_site
from portal.kernel.publishing import touch_public_revision
from tests.factories import make_cycle, make_organisation, make_person, read_cast, read_charter
from tests.factories.cast import PASSWORD
from tests.support.pages import show_at_once
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db

PAGES = (
    "",
    "commitments/",
    "commitments/find/",
    "commitments/find/content-actioned.csv",
    "members/",
    "members/aurora-video/",
    "cycles/",
    "cycles/2026-h1/",
    "cycles/2026-h1/verdicts.csv",
    "reports/",
    "reports/aurora-video/2026-h1/",
    "reports/aurora-video/2026-h1.json",
    "reports/aurora-video/2026-h1.csv",
    "publications/",
    "publications/1/",
    "publications/1/body",
    "compare/",
    "compare/?indicator=content-actioned",
    "compare.csv?indicator=content-actioned",
    "about/",
    "about/method/",
    "about/accessibility/",
    "feed.atom",
)


@pytest.fixture(autouse=True)
def record() -> Any:
    """A record with one report in it."""
    cast, cycle = read_cast(), make_cycle(read_charter())
    publication = make_published_report(cycle, cast.aurora, verdicts={"find": "complete"})
    make_published_cycle(cycle)
    return publication


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_second_answer_asks_the_database_nothing(client: Client, language: str) -> None:
    for path in PAGES:
        first = client.get(f"/{language}/{path}")

        with CaptureQueriesContext(connection) as queries:
            second = client.get(f"/{language}/{path}")

        statements = [query["sql"] for query in queries if "publicrevision" not in query["sql"]]
        assert (path, first.status_code, second.content == first.content, statements) == (path, 200, True, [])


def test_a_browser_that_has_the_page_already_gets_304(client: Client) -> None:
    for path in PAGES:
        tag = client.get(f"/en/{path}")["ETag"]

        again = client.get(f"/en/{path}", headers={"If-None-Match": tag})

        assert (path, again.status_code, again.content, again["ETag"]) == (path, 304, b"", tag)


def test_a_publication_makes_a_new_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    show_at_once(monkeypatch)
    client.get("/en/")
    touch_public_revision()

    with CaptureQueriesContext(connection) as queries:
        client.get("/en/")

    assert len(queries) > 1


def test_a_host_that_is_not_the_portals_is_refused_from_memory_too(client: Client) -> None:
    assert client.get("/en/about/").status_code == 200

    assert client.get("/en/about/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_what_another_process_has_named_stands_on_the_page_that_is_stored(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_at_once(monkeypatch)
    read_site()
    Site.objects.update_or_create(id=1, defaults={"name_en": "Clean Rivers", "name_ru": "Чистые реки"})
    touch_public_revision()

    page = client.get("/en/about/")

    assert "Clean Rivers" in page.content.decode()


def test_pages_are_the_same_for_everybody_and_set_no_cookie(client: Client) -> None:
    person = make_person("Nina", make_organisation("harbor-social"), Role.EDITOR)
    client.login(email=person.email, password=PASSWORD)
    for path in PAGES:
        anonymous = Client().get(f"/en/{path}")

        signed_in = client.get(f"/en/{path}")

        assert (path, signed_in.content == anonymous.content) == (path, True)
        assert (path, dict(anonymous.cookies), dict(signed_in.cookies)) == (path, {}, {})
