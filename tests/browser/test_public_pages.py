"""The public pages in a real browser, with figures in every status."""

import hashlib
import io
from dataclasses import replace
from typing import Any, Literal

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect
from pypdf import PdfReader

from alliance.models import Site
from alliance.queries.site import read_site
from alliance.services.supporter_links import link_token_of, send_link
from alliance.services.supporters import SupporterFacts, correct_supporter
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import FIRST_LINK, Publication, next_link
from tests.factories import make_cycle, read_cast, read_charter
from tests.support.page_inspection import open_page
from tests.support.page_walk import LANGUAGES, Walk, looks_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure
from tests.support.world_supporters import make_supporter

# Where figures are drawn and tabled, and where files are checked; that every page stands is test_pages.py's to say.
RICH = (
    "",
    "commitments/find/",
    "members/aurora-video/",
    "reports/aurora-video/2026-h1/",
    "compare/?indicator=content-actioned",
    "verify/",
    f"verify/{'0' * 64}/",
)


@pytest.fixture
def site(live_server: Any) -> str:
    """Two published cycles with figures in every status."""
    cast, charter = read_cast(), read_charter()
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
        make_published_report(cycle, cast.aurora, figures, verdicts, {"find": "We go on."})
        make_published_cycle(cycle)
    return str(live_server.url)


def test_a_report_is_printed_as_a_document(site: str, page: Page) -> None:
    """With its digest, its address and its texts, and nothing that one presses."""
    page.goto(f"{site}/en/reports/aurora-video/2026-h1/")
    paper = PdfReader(io.BytesIO(page.pdf()))
    printed = "".join("".join(each.extract_text() for each in paper.pages).split())
    digest = Publication.objects.filter(type="report").latest("number").sha256

    for words in (digest, "/en/reports/aurora-video/2026-h1/", "Wegoon.", "AuroraVideo"):
        assert words in printed, words
    for words in ("Skiptocontent", "Followbye-mail", "Embedthis", "Atomfeed", "Practices", "Displaysettings"):
        assert words not in printed, words


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_was_saved_meanwhile_stands_out_on_the_page_of_a_supporter(
    live_server: Any, page: Page, scheme: Literal["light", "dark"]
) -> None:
    entry = make_supporter(read_charter(), "Harbour School")
    with acting_as(SYSTEM):
        send_link(entry.contact, days=1)
        path = reverse("public:supporter-link", args=[link_token_of(entry.contact)])
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{live_server.url}{path}")
    with acting_as(read_cast().actor("mona")) as mona:
        correct_supporter(mona, entry, replace(SupporterFacts.of(entry), town="Pier"))
    page.get_by_label("Town").fill("Quay")

    page.get_by_role("button", name="Save").click()

    stored = page.locator(".conflict.stored-only")
    expect(stored).to_contain_text("The saved values are shown here")
    expect(stored).to_have_css("border-top-style", "solid")
    expect(stored).to_have_css("padding-top", "16px")


def test_figures_in_every_status_stand(site: str, page: Page, full: bool, turns: int) -> None:
    page.emulate_media(reduced_motion="reduce")  # colours in between two schemes are nobody's
    walk = Walk(page)

    for path in RICH:
        for language in LANGUAGES:
            if looks := looks_of(path, language, full=full, turns=turns):
                walk.look(f"{site}/{language}/{path}", looks)

    assert walk.faults == []


def test_a_figure_opens_to_where_it_comes_from_and_without_scripts_too(
    site: str, page: Page, browser: Browser
) -> None:
    page.goto(f"{site}/en/reports/aurora-video/2026-h1/")
    figure = page.locator("#indicator-content-actioned details.with-provenance").first

    figure.locator("summary").focus()
    page.keyboard.press("Enter")

    assert figure.get_by_text("Reported by").is_visible()
    page.keyboard.press("Escape")
    assert figure.get_by_text("Reported by").is_hidden()

    with open_page(browser, site, java_script_enabled=False) as plain:
        plain.goto(f"{site}/en/reports/aurora-video/2026-h1/")
        plain.locator("#indicator-content-actioned details.with-provenance summary").first.click()
        assert plain.get_by_text("Reported by").first.is_visible()
        plain.locator(".report-index a").last.click()
        assert plain.url.endswith("#commitment-answer")


def test_a_file_is_checked_on_the_device_and_never_sent(site: str, page: Page) -> None:
    publication = Publication.objects.get(type="report", record="aurora-video/2026-h1")
    asked: list[tuple[str, str]] = []
    page.goto(f"{site}/en/verify/")
    page.on("request", lambda request: asked.append((request.method, request.url.removeprefix(site))))
    second = Publication.objects.exclude(pk=publication.pk).first()
    own = {"name": "own.json", "mimeType": "application/json", "buffer": bytes(publication.body)}
    other = {**own, "name": "other.pdf", "buffer": b"%PDF-1.7"}

    known = {**own, "name": "known.json", "buffer": bytes(second.body)}

    page.locator("#file").set_input_files([own, other, known])  # type: ignore[list-item]  # as Playwright takes them  # names and bytes

    answers = page.locator("#answers .verified")
    expect(answers.nth(0).get_by_text("Genuine and current")).to_be_visible()
    expect(answers.nth(1).get_by_text("Not a file of this record")).to_be_visible()
    expect(answers.nth(0).locator("[data-name]")).to_be_focused()
    expect(page.locator("#verify-status")).to_contain_text(
        "own.json: Genuine and current other.pdf: Not a file"
    )
    expect(page.locator("#verify-status")).to_contain_text("the chain holds from the first publication")
    assert page.locator("[data-without-script]:visible").count() == 0
    prefixes = (publication.sha256[:2], hashlib.sha256(b"%PDF-1.7").hexdigest()[:2], second.sha256[:2])
    lists = [f"/en/verify/digests/{prefix}.json" for prefix in prefixes]
    assert sorted(asked) == [("GET", address) for address in ("/en/publications/chain.json", *sorted(lists))]

    page.context.set_offline(True)
    page.locator("#digest").fill("e" * 64)
    page.keyboard.press("Enter")
    expect(answers.get_by_text("The list of digests did not come")).to_be_visible()
    page.locator("#digest").fill(f"SHA256: {publication.sha256.upper()}")
    page.keyboard.press("Enter")
    expect(answers.get_by_text("whether it is current is not known")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Check again").click()
    expect(answers.get_by_text("Genuine and current")).to_be_visible()


def test_with_the_list_a_file_is_known_as_genuine_without_a_connection(site: str, page: Page) -> None:
    publication = Publication.objects.get(type="report", record="aurora-video/2026-h1")
    last = Publication.objects.latest("number").number
    page.goto(f"{site}/en/verify/")
    page.get_by_role("button", name="Load the list").click()
    expect(page.locator("#verify-list [data-loaded]")).to_contain_text(f"No. {last}.")
    page.context.set_offline(True)
    own = {"name": "own.json", "mimeType": "application/json", "buffer": bytes(publication.body)}

    page.locator("#file").set_input_files([own, {**own, "name": "other", "buffer": b"x"}])  # type: ignore[list-item]  # as Playwright takes them

    answers = page.locator("#answers .verified")
    expect(answers.nth(0).get_by_text("whether it is current is not known")).to_be_visible()
    expect(answers.nth(0).locator("[data-what]")).to_have_text(f"No. {publication.number}")
    expect(answers.nth(1).get_by_text("Not in the list that this page has")).to_be_visible()
    expect(answers.nth(1).locator("[data-as-of]")).to_have_text(f"No. {last}")


def test_a_chain_breaks_at_a_publication_or_after_it_and_an_old_list_is_none(site: str, page: Page) -> None:
    middle = Publication.objects.order_by("number")[1]
    number = middle.number
    rows = [
        list(row) for row in Publication.objects.order_by("number").values_list("number", "sha256", "link")
    ]

    def sentence_with(entries: list[Any]) -> str:
        page.unroute_all()
        page.route(
            "**/chain.json", lambda route: route.fulfill(json={"first": FIRST_LINK, "entries": entries})
        )
        page.goto(f"{site}/en/verify/{middle.sha256}/")
        line = page.locator("[data-chain]")
        expect(line).to_be_visible()
        return line.inner_text()

    def sentence_with_parts(*parts: list[Any]) -> str:
        page.unroute_all()
        addresses = [f"/en/publications/chain.json?part={part}" for part in range(1, len(parts) + 1)]
        whole = {"first": FIRST_LINK, "parts": addresses}
        page.route("**/chain.json", lambda route: route.fulfill(json=whole))
        page.route(
            "**/chain.json?part=*",
            lambda route: route.fulfill(
                json={"entries": parts[int(route.request.url.rpartition("=")[2]) - 1]}
            ),
        )
        page.goto(f"{site}/en/verify/{middle.sha256}/")
        line = page.locator("[data-chain]")
        expect(line).to_be_visible()
        return line.inner_text()

    def broken_at(place: int) -> list[Any]:
        return [[n, sha, link[::-1] if n == place else link] for n, sha, link in rows]

    assert "the chain holds from the first publication to the last" in sentence_with(rows)
    assert "the chain holds from the first publication to the last" in sentence_with_parts(rows[:2], rows[2:])
    assert "this publication or one before it" in sentence_with_parts(broken_at(number)[:2], rows[2:])
    assert "did not come, or not up to this publication" in sentence_with(rows[: number - 1])
    assert "this publication or one before it" in sentence_with(broken_at(number))

    def title_of_link() -> str:
        page.goto(f"{site}/en/verify/")
        page.locator("#digest").fill(middle.link)
        page.keyboard.press("Enter")
        page.locator("#answers [data-name]:focus").wait_for()
        return page.locator("#answers .note .title").inner_text()

    assert "Not a file of this record" in title_of_link()
    page.unroute_all()
    assert title_of_link() == "This link is in the chain"
    expect(page.locator("[data-chain]")).to_contain_text("from the first publication to the last")
    expect(page.locator("#answers [data-publication]")).to_have_text(f"No. {number}")
    assert "holds up to this publication, and not after it" in sentence_with(broken_at(number + 1))


def test_a_second_link_costs_the_part_that_has_grown_and_an_altered_chain_is_noticed(
    site: str, page: Page
) -> None:
    rows: list[tuple[int, str, str]] = []
    for number in range(1, 6):
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        rows.append((number, digest, next_link(rows[-1][2] if rows else FIRST_LINK, digest)))
    chain = "/en/publications/chain.json"
    addresses = [f"{chain}?part={part}" for part in (1, 2, 3)]
    published: dict[str, Any] = {"parts": 2, "entries": rows[:3]}  # two in each part
    asked: list[str] = []

    def answer(route: Route) -> None:
        address = route.request.url.removeprefix(site)
        asked.append(address)
        if address == chain:
            whole = {"first": FIRST_LINK, "parts": addresses[: published["parts"]]}
            return route.fulfill(json=whole)
        part = int(address[-1])
        following = addresses[part] if part < published["parts"] else None
        entries = published["entries"][2 * part - 2 : 2 * part]
        return route.fulfill(json={"part": part, "entries": entries, "next": following})

    def title_of(link: str) -> str:
        asked.clear()
        page.locator("#digest").fill(link)
        page.keyboard.press("Enter")
        page.locator("#answers [data-name]:focus").wait_for()
        return page.locator("#answers .note .title").inner_text()

    page.route("**/chain.json*", answer)
    page.goto(f"{site}/en/verify/")
    assert (title_of(rows[1][2]), asked) == ("This link is in the chain", [chain, *addresses[:2]])

    published |= {"parts": 3, "entries": rows[:5]}
    assert (title_of(rows[4][2]), asked) == ("This link is in the chain", addresses[1:])
    expect(page.locator("#answers [data-publication]")).to_have_text("No. 5")
    expect(page.locator("#answers [data-chain]")).to_contain_text("from the first publication to the last")
    assert (title_of(rows[0][2]), asked) == ("This link is in the chain", addresses[2:])

    # all links from No. 5 on are computed anew, as whoever has the database could: they follow, and are others
    altered = hashlib.sha256(b"altered").hexdigest()
    published["entries"] = [*rows[:4], (5, altered, next_link(rows[3][2], altered))]
    assert title_of(rows[4][2]).startswith("Not a file of this record")
    assert asked == addresses[2:]
