"""Two entries of one supporter that are merged: by which address its own entry is reached afterwards."""

from typing import Any

import pytest
from django.db.models.functions import Now

from alliance.models import Charter, Supporter, SupporterContact
from alliance.services import supporters as services
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db

HEAD, OFFICE = "head@school1.example", "office@school1.example"


@pytest.fixture
def imported(charter: Charter) -> Supporter:
    """Brought by an import, under an address that nobody has confirmed."""
    return make_supporter(charter, "School 1", email=OFFICE, import_number=7)


@pytest.fixture
def own(charter: Charter, imported: Supporter) -> Supporter:
    """Acceded by itself."""
    own = make_supporter(charter, "School No 1", email=HEAD, likely_twin=imported)
    change_contact(own, confirmed_at=Now(), consent_revision=1)
    return own


def change_contact(supporter: Supporter, **columns: Any) -> None:
    with acting_as(SYSTEM):
        SupporterContact.objects.filter(pk=supporter.pk).update(**columns)


def merge(cast: Cast, supporter: Supporter) -> list[str]:
    """What the page before it says; then it is done."""
    address = f"/secretariat/supporters/{supporter.pk}/merge/"
    client = signed_in(cast.mona)
    words = words_of(client.get(address))
    assert client.post(address).status_code == 302
    return words


def contact_of(supporter: Supporter) -> SupporterContact:
    with acting_as(SYSTEM):
        return SupporterContact.objects.get(pk=supporter.pk)


def test_who_confirmed_its_own_entry_reaches_the_one_that_stays(
    cast: Cast, own: Supporter, imported: Supporter, mailoutbox: list[Any]
) -> None:
    words = merge(cast, own)
    services.ask_for_link(HEAD)
    services.ask_for_link(OFFICE)
    run_all_jobs()

    assert f"go to {HEAD}, the address that was confirmed; {OFFICE} is deleted." in words
    assert [letter.to for letter in mailoutbox] == [[HEAD]]
    contact = contact_of(imported)
    assert (contact.email, contact.consent_revision, contact.confirmed_at is None) == (HEAD, 1, False)
    with acting_as(SYSTEM):
        assert Event.objects.get(kind="supporter.merge").data["contact_moved"] is True


@pytest.mark.parametrize(
    ("earlier", "present"),
    [
        ({"confirmed_at": None, "consent_revision": None}, {}),
        ({"bounce_code": "5.1.1"}, {}),
        ({}, {"confirmed_at": Now(), "consent_revision": 1}),
    ],
    ids=["not confirmed", "returned", "both confirmed"],
)
def test_otherwise_the_address_of_the_entry_that_stays_is_the_one(
    cast: Cast, own: Supporter, imported: Supporter, earlier: dict[str, Any], present: dict[str, Any]
) -> None:
    change_contact(own, **earlier)
    if present:
        change_contact(imported, **present)

    words = merge(cast, own)

    assert f"Links to change the entry go to {OFFICE}. {HEAD} gets none any more" in words
    assert contact_of(imported).email == OFFICE


def test_a_merger_that_is_taken_back_leaves_each_its_address(cast: Cast, own: Supporter) -> None:
    merge(cast, own)

    assert contact_of(own).email == HEAD


@pytest.mark.parametrize(
    ("changes", "marks"),
    [
        ({}, (HEAD, OFFICE)),
        ({"email": OFFICE, "town": "Perm"}, ("Eastport, Perm", "Eastport")),
        ({"email": OFFICE, "acceded_on": "2026-03-02"}, ("2 March 2026", "1 March 2026")),
        ({"email": OFFICE}, ("No. 101", "No. 100")),
    ],
    ids=["address", "place", "day", "nothing"],
)
def test_two_entries_of_one_name_are_told_apart(
    cast: Cast, charter: Charter, changes: dict[str, Any], marks: tuple[str, str]
) -> None:
    other = make_supporter(charter, "School 1", email=OFFICE, import_number=7, pk=100)
    own = make_supporter(charter, "School 1", **{"email": HEAD, "likely_twin": other, "pk": 101, **changes})
    change_contact(own, confirmed_at="2026-03-05T12:00Z", consent_revision=1)
    client = signed_in(cast.mona)

    page, entry = (words_of(client.get(f"/secretariat/supporters/101/{act}")) for act in ("merge/", ""))

    assert f"“School 1 ({marks[0]})” ends and leaves the public directory." in page
    assert f"“School 1 ({marks[1]})” stays, with the earlier of both dates." in page
    for words in (page, entry):
        assert "confirmed on 5 March 2026" in words
        assert f"{OFFICE} not confirmed" in words
        assert "brought by an import" in words
