"""A member's earlier address: every page and file below it leads on to the present one."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from alliance.models import FormerSlug
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, read_charter
from tests.support.pages import words_of
from tests.support.published_reports import make_published_report
from tests.support.routes import routes
from tests.support.withdrawals import REASON, withdraw

pytestmark = pytest.mark.django_db

_VALUES: dict[str, object] = {
    "slug": "aurora-old",
    "cycle": "2026-h1",
    "indicator": "content-actioned",
    "number": 1,
    "sha256": "0" * 64,
}


@pytest.fixture(autouse=True)
def publication(cast: Cast) -> Publication:
    FormerSlug.objects.create(organisation=cast.aurora, slug="aurora-old")
    return make_published_report(make_cycle(read_charter()), cast.aurora)


def _addresses() -> list[str]:
    """Every public address that has a member in it."""
    parameters = {
        name: entry.pattern.converters for name, entry in routes() if "slug" in entry.pattern.converters
    }
    return [
        reverse(name, kwargs={key: _VALUES[key] for key in keys})
        for name, keys in parameters.items()
        if name.startswith("public:")
    ]


def test_every_page_and_file_of_a_member_leads_on(client: Client) -> None:
    answers = {address: client.get(address) for address in _addresses()}

    led = {address: (answer.status_code, answer.get("Location")) for address, answer in answers.items()}
    assert len(led) > 20
    assert led == {address: (301, address.replace("aurora-old", "aurora-video")) for address in led}


def test_a_redirect_keeps_what_the_page_knows_of_the_query_and_is_open_to_other_sites(client: Client) -> None:
    page = client.get("/en/reports/aurora-old/2026-h1/?revision=1&utm_source=x")
    table = client.get("/en/members/aurora-old.csv?utm_source=x")

    assert page["Location"] == "/en/reports/aurora-video/2026-h1/?revision=1"
    assert (table["Location"], table["Access-Control-Allow-Origin"]) == ("/en/members/aurora-video.csv", "*")


def test_a_request_for_a_document_is_repeated_at_the_present_address(client: Client) -> None:
    answer = client.post("/en/reports/aurora-old/2026-h1/document/", {"format": "xlsx"})

    assert (answer.status_code, answer["Location"]) == (308, "/en/reports/aurora-video/2026-h1/document/")


def test_an_earlier_address_of_a_withdrawn_report_redirects_to_its_notice(
    client: Client, cast: Cast, publication: Publication
) -> None:
    withdraw(cast, publication)

    answer = client.get("/en/reports/aurora-old/2026-h1.csv", follow=True)
    assert (answer.status_code, answer.redirect_chain[-1][0]) == (410, "/en/reports/aurora-video/2026-h1.csv")
    assert REASON["en"] in words_of(answer)


def test_the_operator_lets_an_address_of_an_earlier_site_lead_on(client: Client, cast: Cast) -> None:
    call_command("add_former_address", "aurora-video", "aurora-clips")

    assert client.get("/en/members/aurora-clips.json")["Location"] == "/en/members/aurora-video.json"
    entry = Event.objects.get(kind="organisation.add_address")
    assert (entry.target_id, entry.data) == (cast.aurora.pk, {"address": "aurora-clips"})


@pytest.mark.parametrize(
    ("member", "address", "refusal"),
    [
        ("nobody", "aurora-clips", "No organisation has this address."),
        ("aurora-video", "beacon-search", "This address is already taken."),
        ("aurora-video", "aurora-old", "This address is already taken."),
        ("aurora-video", "Aurora Clips", "An address has at most 60 Latin letters, digits and hyphens."),
    ],
)
def test_an_address_leads_to_one_member_alone(member: str, address: str, refusal: str) -> None:
    with pytest.raises(CommandError, match=refusal):
        call_command("add_former_address", member, address)


@pytest.mark.parametrize("address", ["members/nobody.csv", "members/nobody/", "reports/nobody/2026-h1.json"])
def test_what_was_an_address_of_nobody_leads_nowhere(client: Client, address: str) -> None:
    assert client.get(f"/en/{address}").status_code == 404
