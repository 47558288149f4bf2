"""Pages whose words are the site's own: in both languages, with their revision, from data alone."""

import re

import pytest
from django.test import Client

from alliance.enums import TextKind
from alliance.models import Site
from alliance.queries.site import read_site
from alliance.services.texts import write_text
from tests.factories import Cast
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site() -> None:
    Site.objects.create(name_en="Clean Rivers", name_ru="Чистые реки", contact="hello@rivers.example")
    read_site.forget()


@pytest.mark.parametrize("name", ["privacy", "terms", "accessibility", "contact"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_required_page_has_a_text_and_a_place_in_the_footer(
    cast: Cast, client: Client, name: str, language: str
) -> None:
    response = client.get(f"/{language}/about/{name}/")
    assert (response.status_code, "hello@rivers.example" in words_of(response)) == (200, True)
    assert f'href="/{language}/about/{name}/"' in client.get(f"/{language}/").content.decode()


def test_home_and_about_say_what_the_settings_say(cast: Cast, client: Client) -> None:
    mona = cast.actor("mona")
    write_text(mona, TextKind.HOME, {"en": "**Welcome** to {site}.", "ru": ""}, expected_revision=0)
    write_text(mona, TextKind.ABOUT, {"en": "# Rivers\n\nWe clean them.", "ru": ""}, expected_revision=0)

    assert "<strong>Welcome</strong> to Clean Rivers." in client.get("/en/").content.decode()
    assert "<h2>Rivers</h2>" in client.get("/en/about/").content.decode()


def test_a_page_says_since_when_its_text_holds(cast: Cast, client: Client) -> None:
    assert "Revision" not in words_of(client.get("/en/about/terms/"))
    write_text(
        cast.actor("mona"), TextKind.TERMS, {"en": "Be kind.", "ru": "Будьте добры."}, expected_revision=0
    )
    assert "Revision 2," in words_of(Client().get("/en/about/terms/"))


def test_a_text_in_another_language_says_which_it_is(cast: Cast, client: Client) -> None:
    write_text(cast.actor("mona"), TextKind.TERMS, {"en": "Be kind.", "ru": ""}, expected_revision=0)
    answer = client.get("/ru/about/terms/")
    assert re.search(r'<div class="prose" lang="en">(<span.*?</span>)? *<p>Be kind.</p>', answer.text)
    assert "На английском" in words_of(answer)
