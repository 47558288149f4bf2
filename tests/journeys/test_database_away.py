"""PostgreSQL is stopped under a running portal: every face answers with the page that says so, and comes back."""

from collections.abc import Iterator
from typing import Any

import pytest

from alliance.models import Site
from portal.kernel.access import SYSTEM, acting_as
from tests.support.http_client import HttpClient
from tests.support.installation import Installation
from tests.support.mail import wait_until

# what these tests stand on takes long to set up: in the process of the others of its kind
pytestmark = pytest.mark.xdist_group("kills")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Installation]:
    stage = Installation(tmp_path_factory.mktemp("stage"))
    try:
        with django_db_blocker.unblock():
            stage.open()
            with stage.database(), acting_as(SYSTEM):
                Site.objects.create(name_en="Clean Rivers", name_ru="Чистые реки")
            yield stage
    finally:
        stage.close()


def test_without_a_database_every_face_says_so_and_recovers_by_itself(stage: Installation) -> None:
    wire = HttpClient(stage.port)
    wait_until(lambda: "Clean Rivers" in wire.get("/en/about/").text, what="the name")

    stage.kill("postgres")
    answers = {url: wire.get(url) for url in ("/en/", "/ru/members/", "/accounts/login/", "/workspace/")}

    assert {url: answer.status for url, answer in answers.items()} == dict.fromkeys(answers, 503)
    assert {answer.headers["Retry-After"] for answer in answers.values()} == {"10"}
    assert {answer.headers["Cache-Control"] for answer in answers.values()} == {"no-store"}
    assert "Портал временно недоступен" in answers["/ru/members/"].text
    # they ask it nothing, or say what was known last
    still = ("/health/live", "/display.css", "/robots.txt", "/.well-known/security.txt")
    assert [wire.get(url).status for url in still] == [200] * 4
    assert wire.get("/sitemap.xml").headers["Retry-After"] == "10"

    stage.start("postgres")
    wait_until(lambda: wire.get("/en/about/").status == 200, what="the portal to recover")
