"""What the world reads of a practice: its page, data, the pages that name it, and nothing else."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client

from alliance.enums import Role
from alliance.models import Membership
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import (
    Publication,
    canonical,
    digest,
    read_publication,
    touch_public_revision,
)
from practices.audiences import audience
from practices.enums import Label
from practices.models import Adoption, AdoptionResult, Practice, PublishedPractice, Relation
from practices.services.adoptions import AdoptionStepInput, record_adoption, set_adoption_readers
from practices.services.practices import recall_practice, retire_practice, share_practice
from tests.factories import Cast
from tests.factories.practices import call_as, make_draft, make_next_version, make_shared
from tests.support.public_practices import read_publishing_cast, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    return read_publishing_cast(monkeypatch)


def address(practice: Practice, rest: str = "") -> str:
    return f"/en/practices/{practice.key}/{rest}"


# --- One practice ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_practice_has_a_page_in_every_language(client: Client, cast: Cast, language: str) -> None:
    practice = make_shared(cast, Label.CLEAR)
    page = text(client, f"/{language}/practices/{practice.key}/")

    assert all(word in page for word in ("TLP:CLEAR", "Slow the first message", "A first message waits."))
    assert Publication.objects.get().sha256 in page


def test_the_page_moves_with_the_next_version_at_once(client: Client, cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    before = client.get(address(practice))
    make_next_version(cast, practice, title="Slow it twice")
    after = client.get(address(practice))

    assert ("Slow it twice" in before.content.decode(), "Slow it twice" in after.content.decode()) == (
        False,
        True,
    )
    assert before["ETag"] != after["ETag"]
    assert "Two pauses." in text(client, address(practice))


def test_an_alert_says_by_the_day_whether_it_holds(client: Client, cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    for day, words in ((today(), "Valid until"), (today() - timedelta(days=1), "Expired on")):
        PublishedPractice.objects.update(expires_on=day)
        touch_public_revision()
        assert words in text(client, address(practice))


def test_an_earlier_version_stays_readable_and_says_so(client: Client, cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    make_next_version(cast, practice, title="Slow it twice", summary="It waits twice.")
    earlier = text(client, address(practice, "versions/1/"))

    assert "A first message waits." in earlier
    assert "This is an earlier version" in earlier
    assert "This is an earlier version" not in text(client, address(practice, "versions/2/"))
    assert text(client, address(practice, "versions/3/"), 404)


def test_two_versions_are_compared_in_either_direction(client: Client, cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    make_next_version(cast, practice, summary="A second message waits.")
    compare = text(client, address(practice, "versions/1..2/"))

    assert "From version 1 to version 2" in compare
    assert all(word in compare for word in ("first</del>", "second</ins>"))
    assert "From version 2 to version 1" in text(client, address(practice, "versions/2..1/"))
    assert address(practice, "versions/1..2/") in text(client, address(practice))
    for absent in ("versions/1..3/", "versions/0/", "versions/99999999999999999999/"):
        text(client, address(practice, absent), 404)


def test_a_retired_practice_says_why_and_stays(client: Client, cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    call_as(cast.actor("alice"), retire_practice, practice, "Voice calls go round it.")

    page = text(client, address(practice))
    assert "Voice calls go round it." in page
    assert "A first message waits." in page
    assert "Retired" in text(client, "/en/practices/")
    assert "Voice calls go round it." in text(client, address(practice, "versions/1/"))


def test_a_withdrawn_practice_says_that_it_was_when_and_why(client: Client, cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    text(client, address(practice))
    call_as(cast.actor("sven"), recall_practice, practice, "It misjudges school classes.")
    page, number = text(client, address(practice)), Publication.objects.order_by("number")[0].number

    assert "It misjudges school classes." in page
    assert "A first message waits." not in page
    assert f"/en/publications/{number}/" in page
    assert "A first message waits." in text(client, address(practice, "versions/1/"))
    assert "It misjudges school classes." in text(client, address(practice, "versions/1/"))
    assert "Slow the first message" not in text(client, "/en/practices/")
    assert "There is a later revision" in text(client, f"/en/publications/{number}/")


def test_its_data_are_the_published_document_with_its_digest(client: Client, cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    data = json.loads(text(client, address(practice, "practice.json")))
    body = client.get(
        data["publication"]["body"].partition("://")[2].partition("/")[2].join(("/", ""))
    ).content

    assert digest(body) == data["publication"]["sha256"]
    assert json.loads(body)["document"] == data["document"]
    assert canonical(json.loads(body)) == body


# --- Where else it is shown --------------------------------------------------------------------


def test_a_commitment_and_a_member_show_the_practices(client: Client, cast: Cast) -> None:
    make_shared(cast, Label.CLEAR, measures=["search"], attribution="authors")
    make_shared(cast, Label.CLEAR, title="Elsewhere", measures=["reply"], attribution="none")

    commitment, member = text(client, "/en/commitments/find/"), text(client, "/en/members/aurora-video/")
    assert ("Slow the first message" in commitment, "Elsewhere" in commitment) == (True, False)
    assert ("Slow the first message" in member, "Elsewhere" in member) == (True, False)


def test_the_record_names_practices_and_leads_to_them(client: Client, cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    number = Publication.objects.get().number

    home, publication_log = text(client, "/en/"), text(client, "/en/publications/?type=practice")
    assert "Aurora Video shares a practice: Slow the first message" in home
    assert "A first message waits." in home
    assert ">Practice<" in publication_log
    assert address(practice) in text(client, f"/en/publications/{number}/")


# --- What is not for the world ---------------------------------------------------------------


def test_nothing_that_is_not_clear_is_on_any_public_page(client: Client, cast: Cast) -> None:
    """Practices under every other label, drafts, relations to them, adoptions of them and under other labels."""
    practice = make_shared(cast, Label.CLEAR, measures=["search"])
    secret = [
        make_shared(cast, label, title=f"Canary {label}", summary="Canary", measures=["search"])
        for label in (Label.GREEN, Label.AMBER, Label.AMBER_STRICT)
    ]
    secret.append(make_draft(cast, Label.CLEAR, title="Canary draft", measures=["search"]))
    with acting_as(SYSTEM):
        for other in secret:
            Relation.objects.create(practice=practice, kind="derives", target=other)
            Relation.objects.create(practice=other, kind="derives", target=practice)
        adopted(cast, practice, Label.GREEN, "Canary result")
        adopted(cast, secret[0], Label.CLEAR, "Canary result")
    make_next_version(cast, practice, title="Slow it twice", measures=["search"])

    for language in ("en", "ru"):
        for path in pages(practice):
            assert "Canary" not in text(client, f"/{language}/{path}"), path
        for other in secret:
            text(client, f"/{language}/practices/{other.key}/", 404)
            text(client, f"/{language}/practices/{other.key}/practice.json", 404)
            text(client, f"/{language}/practices/{other.key}/versions/1/", 404)
            assert str(other.key) not in text(client, f"/{language}/practices/{practice.key}/practice.json")


_OWN = ("", "practice.json", "feed.atom", "versions/1/", "versions/2/")


def pages(practice: Practice) -> list[str]:
    own = [f"practices/{practice.key}/{rest}" for rest in _OWN]
    numbers = Publication.objects.values_list("number", flat=True)
    record = [f"publications/{number}/{rest}" for number in numbers for rest in ("", "body")]
    lists = ["practices/", "practices/?q=canary", "practices/practices.json", "practices/feed.atom"]
    return [
        *own,
        *record,
        *lists,
        "",
        "publications/",
        "feed.atom",
        "commitments/find/",
        "members/aurora-video/",
    ]


def adopted(cast: Cast, practice: Practice, label: str, what: str) -> None:
    organisation = cast.beacon
    adoption = Adoption.objects.create(
        practice=practice, organisation=organisation, label=label, state="in_use", since="2026-04-01"
    )
    AdoptionResult.objects.create(
        adoption=adoption, what=what, before="4.1", after="1.6", unit="in 10,000", added_by=cast.carol
    )


def test_what_is_said_to_the_world_of_its_use_is_shown(client: Client, cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    with acting_as(SYSTEM):
        adopted(cast, practice, Label.CLEAR, "Unwanted contact")

    page = text(client, address(practice))
    assert all(word in page for word in ("Beacon Search", "Unwanted contact", "In use"))
    assert "In use: 1" in text(client, "/en/practices/")


def test_a_use_that_is_for_the_world_no_more_is_off_the_page_at_once(client: Client, cast: Cast) -> None:
    practice, carol = make_shared(cast, Label.CLEAR), cast.actor("carol")
    Membership.objects.filter(person=cast.carol).update(roles=[Role.EDITOR])
    step = AdoptionStepInput("in_use", date(2026, 4, 1), "We hold it two minutes.")
    use = call_as(carol, record_adoption, practice, None, step, audience(Label.CLEAR))
    assert "We hold it two minutes." in text(client, address(practice))

    call_as(carol, set_adoption_readers, use, audience(Label.GREEN))
    page = text(client, address(practice))
    assert [word for word in ("Beacon Search", "We hold it") if word in page] == []


def test_relations_among_public_practices_are_read_both_ways(client: Client, cast: Cast) -> None:
    first = make_shared(cast, Label.CLEAR, title="The first")
    second = make_draft(cast, Label.CLEAR, title="The second")
    with acting_as(SYSTEM):
        Relation.objects.create(practice=second, kind="replaces", target=first)
        Practice.objects.filter(pk=second.pk).update(state="in_moderation")

    call_as(cast.actor("mona"), share_practice, second)

    assert "The first" in text(client, address(second))
    assert "Replaced by" in text(client, address(first))
    assert read_publication(Publication.objects.get(record=str(second.key)))["relations"] == [
        {"kind": "replaces", "practice": str(first.key), "title": "The first"}
    ]
