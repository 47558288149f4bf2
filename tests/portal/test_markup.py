"""The Nu HTML checker has nothing to say of any public page, nor of the pages of errors, in both languages."""

from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from tests.support.inspected_pages import ERRORS, public_pages
from tests.support.markup import markup_checker
from tests.support.public_urls import all_public_urls
from tests.support.world import World


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("rollback")
def test_the_markup_of_every_public_page_is_valid(world: World, client: Client, tmp_path: Path) -> None:
    checker = markup_checker()
    pages = {}
    by_table = [page.address_in(language) for page in public_pages(world) for language in ("en", "ru")]
    for address in dict.fromkeys([*by_table, *all_public_urls()]):
        response = client.get(address)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            pages[address] = response.text

    assert len(pages) > 100
    for language in ("en", "ru"):
        pages[f"/{language}/no-such-page/"] = client.get(f"/{language}/no-such-page/").text
        with translation.override(language):
            pages |= {f"{template}, {language}": render_to_string(template) for template in ERRORS}
    faults = checker.faults(pages, tmp_path)
    assert faults == [], "\n".join(faults[:40])
