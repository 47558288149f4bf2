"""PostgreSQL is stopped under a running portal: pages and API answer 503, and work again afterwards."""

from collections.abc import Iterator

import pytest
from django.db import connection

from alliance.models import Site
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import touch_public_revision
from tests.support.http_client import HttpClient
from tests.support.installation import SERVERS, Installation
from tests.support.mail import wait_until

# all of them on one installation
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stage")]


@pytest.fixture
def site(installation: Installation) -> Iterator[Site]:
    """A site with a name, which is gone for the modules that come later."""
    with acting_as(SYSTEM):
        site = Site.objects.create(name_en="Clean Rivers", name_ru="Чистые реки")
        touch_public_revision()
    yield site
    installation.restart_ended(SERVERS)
    with acting_as(SYSTEM):
        site.delete()
        touch_public_revision()


@pytest.mark.usefixtures("site")
def test_without_a_database_pages_and_api_say_so_and_recover(installation: Installation) -> None:
    http = HttpClient(installation.port)
    wait_until(lambda: "Clean Rivers" in http.get("/en/about/").text, what="the name")

    connection.close()
    installation.kill("postgres")
    answers = {
        url: http.get(url) for url in ("/en/cycles/", "/ru/members/", "/accounts/login/", "/workspace/")
    }

    assert {url: answer.status for url, answer in answers.items()} == dict.fromkeys(answers, 503)
    assert {answer.headers["Retry-After"] for answer in answers.values()} == {"10"}
    assert {answer.headers["Cache-Control"] for answer in answers.values()} == {"no-store"}
    assert "Портал временно недоступен" in answers["/ru/members/"].text
    # they ask it nothing, or say what was known last
    still = ("/health/live", "/display.css", "/robots.txt", "/.well-known/security.txt")
    assert [http.get(url).status for url in still] == [200] * 4
    assert http.get("/sitemap.xml").headers["Retry-After"] == "10"

    installation.start("postgres")
    wait_until(lambda: http.get("/en/about/").status == 200, what="the portal to recover")
