"""What a first visit to a public page costs: the page and everything that it links, compressed as it is served."""

import gzip
import re
from functools import lru_cache
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from portal.static_files import BUNDLES, without_idle_signs
from tests.support.public_urls import all_public_urls
from tests.support.world import World

FIRST_VISIT = 60_000
ALL_BUT_THE_PAGE = 17_500  # of a page without a stylesheet of its own
LINK = re.compile(
    r'<link rel="(?:stylesheet|icon)" href="([^"]+)"|<script src="([^"]+)"|<img [^>]*?src="([^"]+)"'
)


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, 9))


@lru_cache(maxsize=256)
def weight_of_file(address: str) -> int:
    path = finders.find(address.removeprefix(settings.STATIC_URL))
    assert isinstance(path, str), address
    return compressed(Path(path).read_bytes())


def weight_of_links(client: Client, page: str) -> int:
    """Of every file that the page links, each once; `/display.css` and logos are asked for."""
    addresses = {next(filter(None, match.groups())) for match in LINK.finditer(page)}
    return sum(
        weight_of_file(address)
        if address.startswith(settings.STATIC_URL)
        else compressed(client.get(address).content)
        for address in addresses
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("rollback")
def test_a_first_visit_to_every_public_page_is_light(world: World, client: Client) -> None:
    heavy, links = {}, {}
    for address in all_public_urls():
        response = client.get(address)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            links[address] = weight_of_links(client, response.text)
            weight = compressed(response.content) + links[address]
            if weight > FIRST_VISIT:
                heavy[address] = weight

    assert len(links) > 100
    assert heavy == {}
    assert links["/en/reports/"] < ALL_BUT_THE_PAGE
    assert links["/en/reports/"] == min(
        weight for address, weight in links.items() if "/embed/" not in address
    )


def test_a_bundle_says_what_its_sources_say() -> None:
    css = '/* why */ .a,\n.b {\n  color: red;\n  content: " ; {x} ";\n}\n'
    css += "@media (width < 3rem) {\n  .c > .d + .e {}\n}\n"

    assert without_idle_signs(css) == (
        '.a,.b{color:red;content:" ; {x} "}@media (width < 3rem){.c>.d + .e{}}'
    )


def test_a_bundle_is_found_and_listed() -> None:
    for name in BUNDLES:
        bundle = finders.find(f"css/{name}.css")
        assert isinstance(bundle, str)
        assert "@layer tokens{" in Path(bundle).read_text()
    listed = [path for finder in finders.get_finders() for path, _storage in finder.list([])]
    assert {f"css/{name}.css" for name in BUNDLES} <= {*listed}
    assert finders.find("css/no-such-bundle.css") is None
