"""A person exports their personal data, and has it erased."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.models import InternalNote, Membership, Person
from alliance.services.erasure import ERASED
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.factories.cast import PASSWORD
from tests.support.canaries import AUDIENCE, leaks
from tests.support.jobs import run_all_jobs
from tests.support.pages import outlast_confirmation
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ledger() -> Iterator[None]:
    yield
    ERASED.path.unlink(missing_ok=True)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def archive_of(client: Client) -> dict[str, Any]:
    """The files of the archive: JSON read, the page as text."""
    client.post("/accounts/data/")
    run_all_jobs()
    answer = client.get("/accounts/data/file/")
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    return {
        name: json.loads(packed.read(name)) if name.endswith(".json") else packed.read(name).decode()
        for name in packed.namelist()
    }


def test_a_person_takes_away_what_is_kept_about_them(cast: Cast) -> None:
    journal.record(cast.actor("alice"), "organisation.change", cast.aurora)

    archive = archive_of(signed_in(cast.alice))

    assert archive["profile.json"][0]["email"] == cast.alice.email
    assert [row["organisation"] for row in archive["memberships.json"]] == ["Aurora Video"]
    assert "organisation.change" in [row["kind"] for row in archive["journal.json"]]
    assert [set(row) for row in archive["sessions.json"]] == [
        {"device", "started_at", "last_used_at", "ends_at"}
    ]
    assert "<h1>Personal data of Alice</h1>" in archive["index.html"]


def test_the_fetching_is_journalled_and_nobody_else_finds_it(cast: Cast) -> None:
    archive_of(signed_in(cast.alice))
    document = Document.objects.get(kind="personal.data")

    assert Event.objects.get(kind="document.download").person_id == cast.alice.pk
    for name in ("bob", "sven", "mona"):
        client = signed_in(getattr(cast, name))
        assert client.get("/accounts/data/file/").status_code == 404
        assert client.get(f"/documents/{document.key}/file/").status_code == 404


def test_a_person_who_has_left_every_organisation_still_gets_their_own(cast: Cast) -> None:
    Membership.objects.filter(person=cast.alice).update(ended_at=timezone.now())

    archive = archive_of(signed_in(cast.alice))

    assert archive["profile.json"][0]["name"] == "Alice"
    assert archive["answers.json"] == []


def test_what_one_may_not_read_any_more_is_not_in_it(cast: Cast) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    with acting_as(SYSTEM):
        InternalNote.objects.create(report=report, text="Not for outside.", written_by=cast.rita)
    assert archive_of(signed_in(cast.rita))["notes.json"][0]["text"] == "Not for outside."
    Membership.objects.filter(person=cast.rita).update(ended_at=timezone.now())

    assert archive_of(signed_in(cast.rita))["notes.json"] == []


def test_asking_twice_builds_once(cast: Cast) -> None:
    client = signed_in(cast.alice)
    client.post("/accounts/data/")
    client.post("/accounts/data/")

    assert Document.objects.filter(kind="personal.data").count() == 1


def test_a_person_is_forgotten_on_their_own_word_and_password(cast: Cast) -> None:
    client = signed_in(cast.alice)
    refused = client.post("/accounts/data/erase/", {"password": "wrong"})
    assert (refused.status_code, Person.objects.get(pk=cast.alice.pk).name) == (422, "Alice")

    done = client.post("/accounts/data/erase/", {"password": PASSWORD}, follow=True)

    assert "Your data has been erased" in done.text
    assert Person.objects.get(pk=cast.alice.pk).erased_at is not None
    assert client.get("/accounts/data/").status_code == 302


def test_passwords_are_not_guessed_there_either(cast: Cast) -> None:
    client = signed_in(cast.alice)
    for _turn in range(5):
        client.post("/accounts/data/erase/", {"password": "wrong"})
    answer = client.post("/accounts/data/erase/", {"password": PASSWORD})
    assert (answer.status_code, Person.objects.get(pk=cast.alice.pk).erased_at) == (429, None)


def test_a_session_that_somebody_left_open_takes_nothing_away(cast: Cast) -> None:
    client = signed_in(cast.alice)
    archive_of(client)
    outlast_confirmation(client)
    assert client.get("/accounts/data/").status_code == 200
    assert client.post("/accounts/data/").status_code == 403
    for answer in (client.get("/accounts/data/file/"), client.head("/accounts/data/file/")):
        assert answer["Location"].startswith("/accounts/again/password/?next=")


def test_the_last_signatory_sees_why_not(cast: Cast) -> None:
    page = signed_in(cast.sven).get("/accounts/data/erase/")

    assert "give these rights to someone else first" in page.text
    assert "Erase for good" not in page.text


@pytest.mark.usefixtures("rollback")
@pytest.mark.parametrize("name", ["alice", "carol", "rita", "petra"])
def test_an_archive_carries_nothing_that_its_person_may_not_read(world: World, name: str) -> None:
    person = world.people[name]
    assert person is not None

    archive = archive_of(signed_in(person))

    leaked_fields = leaks(json.dumps(archive, ensure_ascii=False))
    assert {field for field in leaked_fields if name not in AUDIENCE.get(field, ())} == set()
    assert leaked_fields or name == "petra"
