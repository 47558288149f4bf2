"""Pages for frames on other sites: what they say, who may frame them, and that nothing else may be framed."""

import re

import pytest
from django.test import Client

from alliance.models import FormerSlug, Report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, read_cast, read_charter
from tests.support.corrections import correct_verdict, figures
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.withdrawals import REASON, withdraw

pytestmark = pytest.mark.django_db

MEMBER, ROW = "/en/embed/members/aurora-video/", "/en/embed/cycles/2026-h1/aurora-video/"
CHART = "/en/embed/compare/?indicator=content-actioned"


@pytest.fixture(scope="module", autouse=True)
def published(module_transaction: None) -> Publication:
    cycle = make_cycle(read_charter())
    publication = make_published_report(
        cycle, read_cast().aurora, figures("2960", "394"), verdicts={"find": "limited"}
    )
    make_published_cycle(cycle)
    return publication


@pytest.mark.parametrize("address", [MEMBER, ROW, CHART, f"{CHART}&view=time", "/en/embed/members/nobody/"])
def test_a_frame_runs_nothing_and_any_site_may_show_it(client: Client, address: str) -> None:
    answer = client.get(address)

    assert "X-Frame-Options" not in answer
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'none'" in policy
    assert "form-action 'none'" in policy
    page = answer.content.decode()
    assert "<script" not in page
    assert "<form" not in page
    assert not answer.cookies
    assert all('target="_blank"' in link for link in re.findall(r"<a [^>]+>", page))


@pytest.mark.parametrize(
    "address", ["/en/", "/en/members/aurora-video/", "/en/compare.svg?indicator=content-actioned"]
)
def test_no_other_page_may_be_framed(client: Client, address: str) -> None:
    answer = client.get(address)

    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_a_sun_has_its_verdicts_in_words_in_the_language_of_its_address(client: Client) -> None:
    english, russian = (words_of(client.get(MEMBER.replace("/en/", f"/{code}/"))) for code in ("en", "ru"))

    assert "Aurora Video" in english
    assert "Limited" in english
    assert "Full record" in english
    assert "Частично" in russian


@pytest.mark.parametrize(
    ("theme", "scheme"), [("dark", 'data-scheme="dark"'), ("light", 'data-scheme="light"')]
)
def test_the_address_names_a_colour_scheme(client: Client, theme: str, scheme: str) -> None:
    page = client.get(f"{MEMBER}?theme={theme}").content.decode()

    assert scheme in page
    assert f"schemes/{theme}" in page
    assert "data-scheme" not in client.get(f"{MEMBER}?theme=pink").content.decode()


def test_a_corrected_verdict_is_marked(client: Client, cast: Cast) -> None:
    with acting_as(SYSTEM):
        report = Report.objects.get()
    correct_verdict(
        cast, report, {"value": "substantial", "reason": "On a second look.", "difference": "It weighs most."}
    )

    assert "corrected, was" in words_of(client.get(ROW))


def test_a_withdrawn_report_is_marked_as_withdrawn(
    client: Client, cast: Cast, published: Publication
) -> None:
    withdraw(cast, published)

    answer = client.get(ROW)
    assert (answer.status_code, "X-Frame-Options" in answer) == (410, False)
    assert REASON["en"] in words_of(answer)


@pytest.mark.parametrize(
    "address",
    [
        "/en/embed/members/nobody/",
        "/en/embed/cycles/2000-h1/aurora-video/",
        "/en/embed/compare/?indicator=none",
    ],
)
def test_a_missing_record_answers_with_a_small_page(client: Client, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 404
    assert "is not in the public record" in words_of(answer)


def test_an_earlier_address_of_a_member_leads_on(client: Client, cast: Cast) -> None:
    FormerSlug.objects.create(organisation=cast.aurora, slug="aurora-old")

    assert client.get("/en/embed/members/aurora-old/")["Location"] == MEMBER


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("/en/members/aurora-video/", MEMBER),
        ("/en/reports/aurora-video/2026-h1/", ROW),
        ("/en/compare/?indicator=content-actioned", "/en/embed/compare/?indicator=content-actioned"),
        ("/en/commitments/find/?indicator=content-actioned", "/en/embed/compare/?indicator=content-actioned"),
    ],
)
def test_a_page_has_the_code_to_copy(client: Client, page: str, address: str) -> None:
    text = client.get(page).content.decode()

    assert "Embed this" in text
    assert '&lt;iframe src="http' in text
    assert address.replace("&", "&amp;amp;") in text
