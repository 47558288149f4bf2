"""The public pages in a real browser: nothing for axe to find, nothing wider than a telephone."""

from collections.abc import Sequence
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from alliance.models import Site
from alliance.web.context import read_site
from tests.factories import make_cast, make_charter, make_cycle
from tests.support.published import published, published_cycle
from tests.support.submissions import submitted_figure

PATHS = (
    "",
    "commitments/",
    "commitments/find/",
    "members/",
    "members/aurora-video/",
    "cycles/",
    "cycles/2026-h1/",
    "reports/",
    "reports/aurora-video/2026-h1/",
    "publications/",
    "publications/2/",
    "compare/",
    "compare/?indicator=content-actioned",
    "about/",
    "about/method/",
    "about/accessibility/",
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def site(live_server: Any) -> str:
    """Two published cycles with figures in every status."""
    cast, charter = make_cast(), make_charter()
    Site.objects.update_or_create(id=1, defaults={"name_en": "The alliance", "name_ru": "Альянс"})
    read_site.forget()
    for slug, value in (("2025-h2", "100"), ("2026-h1", "150")):
        cycle = make_cycle(charter, slug)
        figures = {
            "search": [
                submitted_figure("content-actioned", value, service="aurora-kids"),
                submitted_figure("content-actioned", None, service="aurora-live", status="not_measured"),
                submitted_figure("found-proactively", "81.3", service="aurora-kids", estimate=True),
                submitted_figure("found-proactively", "70", service="aurora-live", disclosure="secretariat"),
            ],
            "speed": [submitted_figure("time-to-removal", "3.2", service="aurora-kids")],
            "complaints": [submitted_figure("hash-matching", "1", service="aurora-kids")],
        }
        verdicts = {"find": "substantial", "answer": "no_evidence"}
        published(cycle, cast.aurora, figures, verdicts, {"find": "We go on."})
        published_cycle(cycle)
    return str(live_server.url)


def faults(page: Page, address: str) -> list[tuple[str, list[str]]]:
    """What axe finds on a page: the rule, and where."""
    page.goto(address)
    found = Axe().run(page, options=RULES).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found]


DARK = ("", "commitments/find/", "members/aurora-video/", "reports/aurora-video/2026-h1/", PATHS[12])


@pytest.mark.parametrize(("scheme", "paths"), [("light", PATHS), ("dark", DARK)])
def test_axe_finds_nothing(site: str, page: Page, scheme: Any, paths: Sequence[str]) -> None:
    page.emulate_media(color_scheme=scheme)

    assert {path: found for path in paths if (found := faults(page, f"{site}/en/{path}"))} == {}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_nothing_is_wider_than_a_telephone(site: str, page: Page, language: str) -> None:
    page.set_viewport_size({"width": 380, "height": 800})
    widths = {}
    for path in PATHS:
        page.goto(f"{site}/{language}/{path}")
        widths[path] = page.evaluate("document.documentElement.scrollWidth")

    assert {path: width for path, width in widths.items() if width > 380} == {}


def test_a_figure_opens_to_where_it_comes_from(site: str, page: Page) -> None:
    page.goto(f"{site}/en/reports/aurora-video/2026-h1/")
    figure = page.locator("#indicator-content-actioned details.from").first

    figure.locator("summary").focus()
    page.keyboard.press("Enter")

    assert figure.get_by_text("Who said it").is_visible()
    page.keyboard.press("Escape")
    assert figure.get_by_text("Who said it").is_hidden()


def test_everything_is_there_without_scripts(site: str, browser: Any) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{site}/en/reports/aurora-video/2026-h1/")

    page.locator("#indicator-content-actioned details.from summary").first.click()

    assert page.get_by_text("Who said it").first.is_visible()
    page.locator(".report-index a").last.click()
    assert page.url.endswith("#commitment-answer")
