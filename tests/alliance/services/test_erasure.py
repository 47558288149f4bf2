"""Erasing a person: their name and ways in go, the record stays to the byte."""

import copy
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import translation

from alliance.enums import Role
from alliance.models import (
    ContactMessage,
    Invitation,
    Membership,
    Person,
    PersonSession,
    Submission,
    Subscriber,
)
from alliance.queries.actors import memberships_of
from alliance.services.erasure import ERASED, erase_person
from alliance.services.invitations import invite_person
from alliance.services.submissions import submit_report
from portal.kernel import files, journal, privacy
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.support.bearers import token_of
from tests.support.jobs import run_all_jobs
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ledger() -> Iterator[None]:
    ERASED.path.unlink(missing_ok=True)
    yield
    ERASED.path.unlink(missing_ok=True)


def erase(cast: Cast, person: Person, by: str = "mona", reason: str = "She asked for it.") -> Person:
    erased = erase_person(cast.actor(by), person, reason)
    run_all_jobs()
    erased.refresh_from_db()
    return erased


def test_name_address_and_ways_in_are_gone(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    Delivery.objects.create(
        event=journal.record(SYSTEM, "organisation.change", cast.aurora), channel="inbox", recipient=cast.alice,
        tenant_id=cast.aurora.pk,
    )  # fmt: skip

    alice = erase(cast, cast.alice)

    assert (alice.name, alice.is_active, alice.has_usable_password()) == (
        f"Erased person {alice.pk}",
        False,
        False,
    )
    assert alice.email == f"erased-{alice.pk}@erased.invalid"
    assert memberships_of(alice.pk).memberships == []
    assert (Delivery.objects.filter(recipient=alice).count(), PersonSession.objects.count()) == (0, 0)
    assert client.get("/workspace/").status_code == 302


def test_the_neutral_name_speaks_the_readers_language(cast: Cast) -> None:
    alice = erase(cast, cast.alice)
    with translation.override("ru"):
        assert Person.objects.get(pk=alice.pk).name == f"Удалённый пользователь {alice.pk}"
        assert list(Person.objects.filter(pk=alice.pk).values_list("name", flat=True)) == [
            f"Удалённый пользователь {alice.pk}"
        ]


def test_a_row_that_is_read_in_one_language_and_saved_keeps_the_neutral_name(cast: Cast) -> None:
    alice = erase(cast, cast.alice)
    with translation.override("ru"):
        read = Person.objects.get(pk=alice.pk)
        read.save()
        copied = pickle.loads(pickle.dumps(copy.deepcopy(read)))
        copied.save(update_fields=["name"])
        Person.objects.bulk_update([copied], ["name"])
        Person.objects.filter(pk=alice.pk).update(name=read.name)
        assert Person.objects.filter(name=read.name).exists()

    assert [table for table in rows_with("Удалённый пользователь") if table == "alliance_person"] == []
    assert Person.objects.get(pk=alice.pk).name == f"Erased person {alice.pk}"


def test_lines_of_others_quote_the_name_no_more(cast: Cast) -> None:
    event = journal.record(cast.actor("alice"), "organisation.change", cast.aurora)
    line = Delivery.objects.create(
        event=event, channel="inbox", recipient=cast.sven, tenant_id=cast.aurora.pk,
        quotes={"person.name": {"en": "Alice", "ru": "Alice"}, "what": {"en": "Alice Springs", "ru": "-"}},
    )  # fmt: skip

    erase(cast, cast.alice)

    line.refresh_from_db()
    assert line.quotes["person.name"]["ru"] == f"Erased person {cast.alice.pk}"
    assert line.quotes["what"]["en"] == "Alice Springs"


def test_the_journal_keeps_its_numbers(cast: Cast) -> None:
    journal.record(cast.actor("alice"), "organisation.change", cast.aurora)

    erase(cast, cast.alice)

    lines = Event.objects.filter(kind__in=("organisation.change", "membership.end", "person.erase")).order_by(
        "pk"
    )
    assert [(line.kind, line.person_id) for line in lines] == [
        ("organisation.change", cast.alice.pk), ("membership.end", None), ("person.erase", cast.mona.pk),
    ]  # fmt: skip
    assert "Alice" not in str([line.data for line in lines])


def test_a_manager_says_why_and_others_may_not(cast: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        erase_person(cast.actor("mona"), cast.alice, " ")
    for name in ("sven", "carol", "rita"):
        with pytest.raises(Forbidden):
            erase_person(cast.actor(name), cast.alice, "I want it.")
    assert refusal.value.field == "reason"


def test_a_person_erases_themself_without_a_reason(cast: Cast) -> None:
    erase(cast, cast.alice, by="alice", reason="")

    assert Event.objects.get(kind="person.erase").person_id == cast.alice.pk


def test_the_last_holder_of_a_right_needs_a_successor_first(cast: Cast) -> None:
    with pytest.raises(DomainError, match="give these rights to someone else first"):
        erase_person(cast.actor("mona"), cast.sven, "He asked.")
    make_person("Signe", cast.aurora, Role.SIGNATORY, Role.ADMINISTRATOR)

    assert erase(cast, cast.sven).erased_at is not None


def test_it_is_done_once_and_the_address_is_somebody_new(cast: Cast) -> None:
    email = cast.alice.email
    erase(cast, cast.alice)
    with pytest.raises(WrongState, match=r"This has already been done\. Person erased: Mona, "):
        erase_person(cast.actor("mona"), Person.objects.get(pk=cast.alice.pk), "Again.")

    invite_person(cast.actor("sven"), cast.aurora, email=email, name="Alice", roles=["reader"])

    assert Invitation.objects.get().email == email


def test_invitations_that_name_the_address_are_gone(cast: Cast) -> None:
    Invitation.objects.create(
        organisation=cast.beacon, email=cast.alice.email, name="Alice", roles=["reader"], token_sha256="0" * 64,
        expires_at="2030-01-01T00:00:00Z", state="accepted",
    )  # fmt: skip

    erase(cast, cast.alice)

    assert not Invitation.objects.exists()


def test_publications_and_signatures_stay_to_the_byte(cast: Cast) -> None:
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora)
    make_published_cycle(cycle)
    make_person("Signe", cast.aurora, Role.SIGNATORY, Role.ADMINISTRATOR)
    before = record()

    erase(cast, cast.sven)

    assert record() == before
    assert Client().get("/en/reports/aurora-video/2026-h1/").status_code == 200


def record() -> list[Any]:
    with acting_as(SYSTEM):
        filed = [
            (row.pk, bytes(row.body), row.sha256, row.signatory_name) for row in Submission.objects.all()
        ]
    return [
        *filed,
        *((row.number, bytes(row.body), row.sha256) for row in Publication.objects.order_by("pk")),
    ]


def test_a_restored_backup_forgets_again_whom_it_brought_back(cast: Cast) -> None:
    email = cast.alice.email
    erase(cast, cast.alice)
    Person.objects.filter(pk=cast.alice.pk).update(erased_at=None, name="Alice", email=email, is_active=True)
    Membership.objects.filter(person=cast.alice).update(ended_at=None)

    assert files.run_after_restore()["erased people"] == 1

    alice = Person.objects.get(pk=cast.alice.pk)
    assert (alice.name, alice.is_active) == (f"Erased person {alice.pk}", False)
    assert Membership.objects.current().filter(person=alice).count() == 0


def test_a_number_that_was_given_anew_is_somebody_else(cast: Cast) -> None:
    ERASED.add(f"{cast.alice.pk} 2020-01-01T00:00:00+00:00")

    files.run_after_restore()

    assert Person.objects.get(pk=cast.alice.pk).name == "Alice"


def test_an_erased_person_cannot_sign(cast: Cast) -> None:
    make_person("Signe", cast.aurora, Role.SIGNATORY, Role.ADMINISTRATOR)
    sven = cast.actor("sven")  # as who their open page acts
    report = make_report(make_cycle(read_charter()), cast.aurora)
    erase(cast, cast.sven)

    with acting_as(sven), pytest.raises(DomainError, match="no longer belong"):
        submit_report(sven, report)
    assert not Submission.objects.exists()


def test_no_row_of_any_table_holds_name_or_address_any_more(cast: Cast, client: Client) -> None:
    """All tables, as text: tables added later are included."""
    person = make_person("Zephyrine Quill", cast.aurora, Role.EDITOR)
    email, password = person.email, person.password
    with acting_as(SYSTEM):
        ContactMessage.objects.create(name="Zephyrine Quill", email=email, text="Hello.", language="en")
        Subscriber.objects.create(email=email.lower(), language="en", link_sha256="0" * 64)
    Invitation.objects.create(
        organisation=cast.beacon, email=email, name=person.name, roles=["reader"], token_sha256="0" * 64,
        expires_at="2030-01-01T00:00:00Z", state="accepted",
    )  # fmt: skip
    secret = token_of(person)
    assert rows_with("Zephyrine Quill", email, password) != []

    erase(cast, person)

    assert rows_with("Zephyrine Quill", email, password) == []
    assert client.get("/api/v1/token/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def rows_with(*words: str) -> list[str]:
    """The tables that contain one of the words, regardless of visibility."""
    tables = []
    with acting_as(SYSTEM), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE EXISTS'
                " (SELECT FROM unnest(%s) AS word WHERE position(word IN t::text) > 0)",
                [list(words)],
            )
            if cursor.fetchone()[0]:
                tables.append(table)
    return tables


@pytest.mark.usefixtures("rollback")
def test_in_a_world_with_everything_a_person_is_nowhere_any_more_but_in_the_record(world: World) -> None:
    mona = world.cast.actor("mona")
    texts = record()

    erase_person(mona, world.cast.alice, "She asked for it.")

    run_all_jobs()
    assert record() == texts
    assert not Document.objects.filter(requested_by=world.cast.alice).exists()
    with acting_as(SYSTEM):
        left = {
            column
            for column in privacy.person_columns()
            if rows_of(column).filter(**{column.rpartition(".")[2]: world.cast.alice.pk}).exists()
        }
    assert left - privacy.retained_columns() == set()
    assert len(left) > 10


def rows_of(column: str) -> Any:
    return apps.get_model(column.rpartition(".")[0])._base_manager
