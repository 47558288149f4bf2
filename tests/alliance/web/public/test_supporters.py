"""The directory of supporters, the form of accession, and the pages behind the link in a letter."""

import hashlib
import re
from collections.abc import Mapping

import pytest
from django.test import Client

from alliance.enums import TextKind
from alliance.models import Charter, Site, Supporter, SupporterContact
from alliance.queries.local_dates import today
from alliance.queries.site import read_site
from alliance.services.supporter_links import link_token_of
from alliance.services.supporters import merge_supporter
from alliance.services.texts import write_text
from alliance.validators.bot_check import PROOF_BITS, is_proof
from alliance.web.forms import person_check as forms
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.pages import words_of
from tests.support.world_supporters import make_supporter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]

ACCEDE = "/en/supporters/accede/"
FIELDS = {
    "name": "Harbour School", "kind": "school", "region": "Eastport", "town": "", "website": "",
    "signatory_name": "Vera Orlova", "signatory_office": "Head", "email": "head@harbour.example",
    "agreed": "on", "answer": "Seven", "fax": "", "proof": "",
}  # fmt: skip


@pytest.fixture
def open_charter(charter: Charter) -> Charter:
    Site.objects.update_or_create(id=1, defaults={"supporters_charter": charter.key})
    read_site.forget()
    return charter


def post(client: Client, monkeypatch: pytest.MonkeyPatch, **changes: str) -> int:
    """The form, filled in by somebody who took their time."""
    page = client.get(ACCEDE).content.decode()
    (opened,) = re.findall(r'name="opened" value="([^"]+)"', page)
    (revision,) = re.findall(r'name="consent_revision" value="(\d+)"', page)
    monkeypatch.setattr(forms, "OPEN_FOR_SECONDS", (0, 60))
    return client.post(
        ACCEDE, {**FIELDS, "opened": opened, "consent_revision": revision, **changes}
    ).status_code


def proof_for(email: str) -> str:
    day = today().isoformat()
    for number in range(10**6):
        digest = hashlib.sha256(f"{email}:{day}:{number}".encode()).digest()
        if int.from_bytes(digest[:4]) >> (32 - PROOF_BITS) == 0:
            return f"{day}:{number}"
    raise AssertionError("no proof")


def entries() -> list[str]:
    with acting_as(SYSTEM):
        return list(Supporter.objects.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("changes", "status", "names"),
    [
        ({}, 302, ["Harbour School"]),
        ({"answer": "five"}, 422, []),
        ({"answer": "", "proof": "2026-01-01:1"}, 422, []),
        ({"fax": "filled in"}, 302, []),  # a program gets the same answer
        ({"opened": "1:forged"}, 422, []),
        ({"agreed": ""}, 422, []),
    ],
)
@pytest.mark.usefixtures("open_charter")
def test_a_person_accedes_and_a_program_does_not(
    client: Client, monkeypatch: pytest.MonkeyPatch, changes: Mapping[str, str], status: int, names: list[str]
) -> None:
    assert post(client, monkeypatch, **changes) == status
    assert entries() == names


@pytest.mark.usefixtures("open_charter")
def test_a_moment_of_work_stands_for_the_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    proof = proof_for(FIELDS["email"])
    assert not is_proof(proof, "other@harbour.example", today())
    assert post(client, monkeypatch, answer="", proof=proof) == 302


@pytest.mark.usefixtures("open_charter")
def test_a_form_that_was_sent_at_once_comes_back(client: Client) -> None:
    page = client.get(ACCEDE).content.decode()
    (opened,) = re.findall(r'name="opened" value="([^"]+)"', page)
    response = client.post(ACCEDE, {**FIELDS, "opened": opened, "consent_revision": "0"})
    assert (response.status_code, entries()) == (422, [])


@pytest.mark.usefixtures("open_charter")
def test_a_changed_agreement_is_confirmed_again_and_keeps_typed_fields(
    client: Client, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    monkeypatch.setattr(forms, "OPEN_FOR_SECONDS", (0, 60))
    page = client.get(ACCEDE).content.decode()
    (opened,) = re.findall(r'name="opened" value="([^"]+)"', page)
    write_text(cast.actor("mona"), TextKind.SUPPORTER, {"en": "We agree.", "ru": ""}, expected_revision=0)

    refused = client.post(ACCEDE, {**FIELDS, "opened": opened, "consent_revision": "1"})

    assert (refused.status_code, entries()) == (422, [])
    assert 'name="consent_revision" value="2"' in refused.text
    assert FIELDS["name"] in refused.text
    assert "checked" not in refused.text
    again = {**FIELDS, "opened": opened, "consent_revision": "2"}
    assert client.post(ACCEDE, again).status_code == 302


def test_a_closed_form_says_so(client: Client) -> None:
    assert "No charter is open to supporters now." in client.get(ACCEDE).content.decode()


@pytest.mark.usefixtures("open_charter")
def test_the_link_shows_a_button_and_a_post_confirms(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    post(client, monkeypatch)
    with acting_as(SYSTEM):
        token = link_token_of(SupporterContact.objects.get())
    link = f"/en/supporters/link/{token}/"
    page = client.get(link)
    assert "no-store" in page["Cache-Control"]
    assert "Harbour School" not in client.get("/en/supporters/").content.decode()
    assert client.post(link).status_code == 302
    directory = client.get("/en/supporters/").content.decode()
    assert "Harbour School" in directory
    assert FIELDS["email"] not in directory + client.get("/en/supporters.csv").content.decode()
    facts = {name: FIELDS[name] for name in ("name", "kind", "region", "town", "website")}
    assert client.post(link, {**facts, "region": "Northshore"}).status_code == 302
    assert "Northshore" in client.get("/en/supporters/").content.decode()
    assert client.post(f"{link}end/").status_code == 302
    assert client.get(link)["Location"] == "/en/supporters/link/?outdated=1"


@pytest.mark.usefixtures("open_charter")
def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(client: Client, charter: Charter) -> None:
    make_supporter(charter, "Lake School", email="known@lake.example")
    answers = [
        client.post("/en/supporters/link/", {"email": email})
        for email in ("known@lake.example", "unknown@lake.example")
    ]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, "/en/supporters/accede/sent/")
    ] * 2


def test_the_directory_is_narrowed_by_words_place_kind_and_letter(client: Client, charter: Charter) -> None:
    make_supporter(charter, "Lake School", search="lake school eastport")
    make_supporter(
        charter, "Town Library", kind="library", region="Northshore", search="town library northshore"
    )
    for query, name in (
        ({"q": "школа"}, "Lake School"), ({"region": "Northshore"}, "Town Library"),
        ({"kind": "library"}, "Town Library"), ({"letter": "L"}, "Lake School"),
    ):  # fmt: skip
        page = client.get("/en/supporters/", query).content.decode()
        table = page.partition('id="supporters"')[2]
        assert [each for each in ("Lake School", "Town Library") if each in table] == [name], query
        csv = client.get("/en/supporters.csv", query).content.decode()
        assert [each for each in ("Lake School", "Town Library") if each in csv] == [name], query


def test_the_api_lists_them_without_addresses(client: Client, charter: Charter) -> None:
    make_supporter(charter, "Lake School", email="known@lake.example")
    response = client.get("/api/v1/supporters/?region=Eastport")
    assert [row["name"] for row in response.json()["results"]] == ["Lake School"]
    assert "known@lake.example" not in response.content.decode()


@pytest.mark.parametrize(
    ("typed", "status", "stored"),
    [
        ("Info@школа-15.рф", 302, "info@xn---15-5cd3cgu2f.xn--p1ai"),
        ("директор@школа-15.рф", 422, None),
    ],
)
@pytest.mark.usefixtures("open_charter")
def test_an_address_of_another_alphabet_is_taken_in_its_domain_alone(
    client: Client, monkeypatch: pytest.MonkeyPatch, typed: str, status: int, stored: str | None
) -> None:
    assert post(client, monkeypatch, email=typed, answer="", proof=proof_for(typed.lower())) == status

    with acting_as(SYSTEM):
        assert SupporterContact.objects.values_list("email", flat=True).first() == stored


@pytest.mark.usefixtures("open_charter")
def test_the_button_that_confirms_may_be_pressed_twice(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(client, monkeypatch)
    with acting_as(SYSTEM):
        token = link_token_of(SupporterContact.objects.get())

    answers = [client.post(f"/en/supporters/link/{token}/") for _time in range(2)]

    assert [answer["Location"] for answer in answers] == [f"/en/supporters/link/{token}/done/"] * 2


def test_a_merged_entry_leads_to_the_other_and_its_link_ends(
    client: Client, monkeypatch: pytest.MonkeyPatch, cast: Cast, open_charter: Charter
) -> None:
    post(client, monkeypatch)
    with acting_as(SYSTEM):
        twin = Supporter.objects.get()
        token = link_token_of(twin.contact)
    client.post(f"/en/supporters/link/{token}/")
    with acting_as(cast.actor("mona")) as mona:
        first = make_supporter(open_charter, "School of the harbour")
        Supporter.objects.filter(pk=twin.pk).update(likely_twin=first)
        merge_supporter(mona, Supporter.objects.get(pk=twin.pk))

    redirected = client.get(f"/en/supporters/{twin.pk}/")

    # not for good: whoever takes the import of the other back undoes the merger
    assert (redirected.status_code, redirected["Location"]) == (302, f"/en/supporters/{first.pk}/")
    assert client.get(f"/en/supporters/link/{token}/")["Location"] == "/en/supporters/link/?outdated=1"
    assert client.get(f"/en/supporters/{first.pk + 7}/").status_code == 404


@pytest.mark.parametrize("address", ["apply/link", "supporters/link", "questions/status"])
def test_words_sent_by_a_link_that_ended_meanwhile_are_given_back(client: Client, address: str) -> None:
    with_words = client.post(f"/en/{address}/ended/", {"text": "Two services: chat and video."})
    without_words = client.post(f"/en/{address}/ended/")

    assert with_words.status_code == 410
    assert "Two services: chat and video." in words_of(with_words)
    assert without_words.status_code == 302
