"""Feeds of the library: what a program reads at the address of a person, and when it ends."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import WrongState
from portal.kernel.journal import Event
from portal.kernel.stored_secrets import SecretForm, mark_of
from practices.enums import OPEN_LABELS, Label
from practices.models import AccessLog, FeedAddress, Practice
from practices.services.feed_addresses import create_feed_address, end_feed_address
from tests.factories import Cast
from tests.support.canaries import leaks
from tests.support.label_matrix import (
    LabelMatrix,
    harm_of,
    labels_hidden_from,
    labels_readable_by,
    relations_to_ask_for_lists,
)
from tests.support.notifications import TITLE, make_shared_practice

ATOM = "{http://www.w3.org/2005/Atom}"


def address_of(actor: Any) -> str:
    """The address without its ending."""
    with acting_as(actor):
        return f"/accounts/practices/{create_feed_address(actor)}"


def items(path: str, query: str = "") -> list[dict[str, Any]]:
    """As a program does: without a session."""
    rows: list[dict[str, Any]] = json.loads(Client().get(f"{path}.json{query}").content)["items"]
    return rows


def test_a_feed_names_what_is_open_and_of_the_rest_the_label_and_a_link(
    matrix: LabelMatrix, full: bool
) -> None:
    logged = AccessLog.objects.count()
    for who in relations_to_ask_for_lists("feed", full=full):
        cache.clear()  # with it what was spent of the limits
        path = address_of(matrix.relations.actors[who])
        readable = set(labels_readable_by(who))
        for form in ("atom", "json"):
            text = Client().get(f"{path}.{form}").content.decode()
            named = {name.rpartition("-")[0] for name in leaks(text)}
            assert named == readable & set(OPEN_LABELS), (who, form)
            for label in Label.values:
                assert (str(matrix.practices[label].key) in text) == (label in readable), (who, form, label)
                assert harm_of(label) not in text
            for label in labels_hidden_from(who):
                assert [mark for mark in matrix.identifiers[label] if mark in text] == [], (who, form)
        for label in Label.values:
            # nobody who has the address finds out by asking what stands in a practice that is not named
            entry_labels = {
                row["_tlp"]["label"] for row in items(path, f"?harms={harm_of(label)}&kind=technique")
            }
            assert entry_labels == (
                {Label(label).label} if label in readable & set(OPEN_LABELS) else set()
            ), who
            entry_labels = {row["_tlp"]["label"] for row in items(path, f"?label={label}")}
            assert entry_labels == ({Label(label).label} if label in readable else set()), who
    # a list, as those of the library, leaves no line: the practice is opened behind its link
    assert AccessLog.objects.count() == logged


@pytest.mark.django_db
def test_the_page_shows_the_address_once_and_a_new_one_ends_the_earlier(cast: Cast, client: Client) -> None:
    make_shared_practice(cast, Label.GREEN)
    client.force_login(cast.carol)
    assert "/workspace/practices/feed/" in client.get("/workspace/practices/").text
    first = re.search(
        r"/accounts/practices/([\w-]{43})\.atom", client.post("/workspace/practices/feed/").text
    )
    assert first is not None
    assert [row["title"] for row in items(first[0][:-5])] == [f"[TLP:GREEN] {TITLE}"]
    entries = ElementTree.fromstring(Client().get(first[0]).content).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [f"[TLP:GREEN] {TITLE}"]

    page = client.get("/workspace/practices/feed/").text
    assert first[1] not in page
    with acting_as(SYSTEM):
        stored = FeedAddress.objects.get()
        events = list(Event.objects.filter(kind="feed_address.create").values_list("data", flat=True))
    assert first[1] not in f"{stored.sha256} {stored.given} {events}"
    assert len(events) == 1

    second = re.search(r"/accounts/practices/[\w-]{43}\.json", client.post("/workspace/practices/feed/").text)
    assert second is not None
    assert Client().get(first[0]).status_code == 404
    assert Client().get(second[0]).status_code == 200
    client.post("/workspace/practices/feed/off/")
    assert Client().get(second[0]).status_code == 404


@pytest.mark.django_db
def test_an_older_form_brings_no_replaced_address_back(cast: Cast) -> None:
    with acting_as(cast.actor("carol")) as carol:
        older = SecretForm("older", mark_of(""))
        first = create_feed_address(carol, older)
        assert create_feed_address(carol, older) == first
        create_feed_address(carol, SecretForm("newer", mark_of(FeedAddress.objects.get().sha256)))
        with pytest.raises(WrongState, match="replaced since"):
            create_feed_address(carol, older)
        # nor one that was turned off
        assert end_feed_address(carol)
        assert not end_feed_address(carol)
        for form in (older, SecretForm("newer", mark_of(""))):
            with pytest.raises(WrongState, match="replaced since"):
                create_feed_address(carol, form)
        latest = create_feed_address(carol, SecretForm("latest", mark_of(FeedAddress.objects.get().sha256)))
    answers = [Client().get(f"/accounts/practices/{secret}.json").status_code for secret in (first, latest)]
    assert answers == [404, 200]


@pytest.mark.django_db
def test_a_practice_that_became_unreadable_leaves_an_unchanged_feed_too(cast: Cast) -> None:
    make_shared_practice(cast, Label.GREEN)
    later = make_shared_practice(cast, Label.GREEN)
    path = address_of(cast.actor("carol"))
    first = Client().get(f"{path}.json")
    assert first["Cache-Control"] == "private, no-cache"
    assert len(json.loads(first.content)["items"]) == 2
    same = {"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}
    assert [Client().get(f"{path}.json", headers=known).status_code for known in same] == [304, 304]

    with acting_as(SYSTEM):
        Practice.objects.filter(pk=later.pk).update(state="recalled")
    # the newest that is left is older than before, and still both see that something has changed
    for known in same:
        answer = Client().get(f"{path}.json", headers=known)
        assert answer.status_code == 200
        assert str(later.key) not in answer.content.decode()

    with acting_as(SYSTEM):
        type(cast.beacon).objects.filter(pk=cast.actor("carol").tenant_id).update(state="suspended")
    assert Client().get(f"{path}.json", headers=same[0]).status_code == 404


@pytest.mark.django_db
def test_one_turns_off_ones_own_feed_alone(cast: Cast) -> None:
    path = address_of(cast.actor("carol"))
    with acting_as(cast.actor("alice")) as alice:
        assert not end_feed_address(alice)
    assert Client().get(f"{path}.atom").status_code == 200


@pytest.mark.django_db
def test_what_is_not_named_is_in_the_language_of_the_feed(cast: Cast) -> None:
    """Its title is the portal's own sentence; of the practice it does not say in which language it is written."""
    practice = make_shared_practice(cast, Label.AMBER)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(language="ru")
    path = address_of(cast.actor("carol"))

    assert [row["language"] for row in items(path)] == ["en"]
    assert 'xml:lang="ru"' not in Client().get(f"{path}.atom").text
