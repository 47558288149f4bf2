"""Who is notified of an affiliation: who has to act, who has a part in it, and the sources that it concerns."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.utils import translation

from alliance.enums import OrganisationKind, Role
from alliance.models import Organisation, Person
from alliance.queries.actors import actor_for
from portal.kernel import notices
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import Channel, Delivery
from practices.enums import AffiliationState, Label
from practices.models import Affiliation, Practice
from practices.services.affiliations import (
    approve_affiliation,
    close_affiliation,
    confirm_affiliation,
    decline_affiliation,
    end_affiliation,
    propose_affiliation,
    take_back_affiliation,
    withdraw_affiliation,
)
from tests.factories import Cast, make_organisation, make_person
from tests.factories.affiliations import make_affiliation
from tests.factories.practices import call_as, make_shared
from tests.support.jobs import run_all_jobs
from tests.support.notifications import clear_notifications, inbox_lines, line_text

pytestmark = pytest.mark.django_db

PAIR = "Petals, affiliate of Beacon Search"


@pytest.fixture
def petals(cast: Cast) -> Organisation:
    """A partner, which Petra administers and where Pia reads."""
    petals = make_organisation("petals", OrganisationKind.PARTNER)
    make_person("Petra", petals, Role.ADMINISTRATOR)
    make_person("Pia", petals, Role.READER)
    return petals


def act(name: str, service: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    person = Person.objects.get(name=name)
    return call_as(
        actor_for(person.pk, person.memberships.get().organisation_id), service, *arguments, **named
    )


def names_of(lines: list[tuple[str, str]]) -> list[str]:
    return [name for name, _line in lines]


def test_who_has_to_act_next_is_notified_at_each_step(
    cast: Cast, petals: Organisation, mailoutbox: Any
) -> None:
    """By name in the inbox; whose affiliate it is stands in the letter, and neither reasons nor sources."""
    affiliation = act("Carol", propose_affiliation, petals, relation="contractor", purpose="Canary purpose")
    assert inbox_lines() == [
        ("Petra", f"Your organisation has been proposed as an affiliate and can confirm or decline: {PAIR}")
    ]
    clear_notifications()
    act("Petra", confirm_affiliation, affiliation)
    line = f"An affiliate has confirmed, and the affiliation waits for the secretariat: {PAIR}"
    assert inbox_lines() == [("Carol", line), ("Mona", line)]
    clear_notifications()
    act("Petra", take_back_affiliation, affiliation)
    assert names_of(inbox_lines()) == ["Carol", "Mona"]
    texts = [f"{letter.subject} {letter.body}" for letter in mailoutbox]
    assert [text for text in texts if "Petals" not in text or "Canary" in text] == []
    assert "\nConfirm or decline:\n" in mailoutbox[0].body


def test_names_are_declined_in_russian(cast: Cast, petals: Organisation, mailoutbox: Any) -> None:
    """The organisation through which others read, in the inbox and in the letter."""
    Organisation.objects.filter(pk=cast.beacon.pk).update(
        name_forms={"accusative": "Бикон Поиск в аккузативе"}
    )
    Person.objects.filter(name="Petra").update(language="ru")
    act("Carol", propose_affiliation, petals, relation="contractor", purpose="Moderation")
    run_all_jobs()

    pair = "Petals (ру), через Бикон Поиск в аккузативе"
    assert mailoutbox[-1].subject.endswith(pair)
    item = Delivery.objects.get(channel=Channel.INBOX)
    petra = Person.objects.get(name="Petra")
    with acting_as(actor_for(petra.pk, petals.pk)) as actor, translation.override("ru"):
        notices.attach_names(actor, [item := notices.inbox_items(actor).get(pk=item.pk)])
        assert notices.subject_of(item).endswith(pair)


@pytest.mark.parametrize(
    ("state", "who", "service", "notified"),
    [
        ("proposed", "Petra", decline_affiliation, ["Carol"]),
        ("confirmed", "Petra", decline_affiliation, ["Carol", "Mona"]),
        ("confirmed", "Mona", decline_affiliation, ["Carol", "Petra"]),
        ("proposed", "Carol", withdraw_affiliation, ["Petra"]),
        ("confirmed", "Carol", withdraw_affiliation, ["Mona", "Petra"]),
        ("in_force", "Carol", end_affiliation, ["Mona", "Petra"]),
        ("in_force", "Petra", end_affiliation, ["Carol", "Mona"]),
        ("in_force", "Mona", end_affiliation, ["Carol", "Petra"]),
    ],
)
def test_who_has_a_part_in_it_is_notified_of_how_it_came_out(
    cast: Cast, petals: Organisation, state: str, who: str, service: Callable[..., Any], notified: list[str]
) -> None:
    affiliation = make_affiliation(cast.beacon, petals, cast.bob, state)
    act(who, service, affiliation, *([] if service is withdraw_affiliation else ["Because."]))

    assert names_of(inbox_lines()) == notified


def test_both_and_the_secretariat_are_notified_that_a_confirmed_one_has_lapsed(
    cast: Cast, petals: Organisation
) -> None:
    affiliation = make_affiliation(cast.beacon, petals, cast.bob, AffiliationState.CONFIRMED)
    Organisation.objects.filter(pk=petals.pk).update(kind=OrganisationKind.MEMBER)
    with acting_as(SYSTEM):
        assert close_affiliation(affiliation.pk)

    assert names_of(inbox_lines()) == ["Carol", "Mona", "Petra"]


# --- The sources -----------------------------------------------------------------------------


def put_in_force(cast: Cast, petals: Organisation) -> Affiliation:
    affiliation = make_affiliation(cast.beacon, petals, cast.bob, AffiliationState.CONFIRMED)
    in_force: Affiliation = act("Mona", approve_affiliation, affiliation, "Canary reason")
    return in_force


@pytest.mark.usefixtures("sven_edits")
def test_each_source_is_notified_how_many_of_its_records_are_read_from_now_on_and_no_more(
    cast: Cast, petals: Organisation, mailoutbox: list[EmailMessage]
) -> None:
    """Alice and Sven write at Aurora; of its four practices two are AMBER. The secretariat, too, is told no title."""
    for label in (Label.AMBER, Label.AMBER, Label.AMBER_STRICT, Label.GREEN):
        make_shared(cast, label, title="Canary title")
    clear_notifications()
    mailoutbox.clear()
    affiliation = put_in_force(cast, petals)

    begins = f"[TLP:AMBER] An affiliate now reads 2 of your records: {PAIR}"
    assert inbox_lines() == [
        ("Alice", begins),
        ("Carol", f"An affiliation is in force: {PAIR}"),
        ("Petra", f"An affiliation is in force: {PAIR}"),
        ("Sven", begins),
    ]
    letters = {letter.to[0]: f"{letter.subject} {letter.body}" for letter in mailoutbox}
    source = letters[cast.alice.email]
    assert "[TLP:AMBER] An affiliate now reads 2 of your records" in source
    assert not [word for word in ("Canary", "Petals", "Beacon") if word in source]
    assert not [text for text in letters.values() if "Canary" in text]
    item = Delivery.objects.get(channel=Channel.INBOX, recipient=cast.alice)
    assert item.url == "/workspace/practices/affiliates/"

    clear_notifications()
    act("Carol", end_affiliation, affiliation, "Canary reason")
    assert inbox_lines()[0] == (
        "Alice",
        f"[TLP:AMBER] An affiliate no longer reads 2 of your records: {PAIR}",
    )


@pytest.mark.usefixtures("sven_edits")
def test_a_source_whose_practice_names_the_organisation_no_more_reads_no_name_in_an_old_item(
    cast: Cast, petals: Organisation
) -> None:
    make_shared(cast, Label.AMBER)
    clear_notifications()
    put_in_force(cast, petals)
    run_all_jobs()
    item = Delivery.objects.get(channel=Channel.INBOX, recipient=cast.alice)
    with acting_as(SYSTEM):
        practice = Practice.objects.get()
        practice.reader_organisations = []
        practice.save()

    assert line_text(item) == "[TLP:AMBER] An affiliate now reads 1 of your records"
    assert "Petals" not in str(list(Delivery.objects.values("quotes", "subject")))


def test_a_source_of_nothing_that_it_opens_is_not_notified(cast: Cast, petals: Organisation) -> None:
    """A draft, what was recalled, what names no organisation, what names the affiliate itself."""
    practices = [make_shared(cast, Label.AMBER) for _each in range(4)]
    with acting_as(SYSTEM):
        for practice, changes in zip(
            practices,
            (
                {"state": "draft"},
                {"state": "recalled"},
                {"reader_organisations": []},
                {"reader_organisations": [cast.beacon.pk, petals.pk]},
            ),
            strict=True,
        ):
            Practice.objects.filter(pk=practice.pk).update(**changes)
    clear_notifications()
    put_in_force(cast, petals)

    assert names_of(inbox_lines()) == ["Carol", "Petra"]
