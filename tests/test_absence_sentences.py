"""Public pages say that something is not there where it is not, and nowhere else."""

from collections.abc import Callable, Mapping

import pytest
from django.test import Client

from tests.support.absences import (
    BARE,
    EMPTY,
    PAGES,
    SILENT,
    make_bare_record,
    make_empty_record,
    make_full_record,
    make_silent_cycle,
)
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db

Sentences = Mapping[str, tuple[str, ...]]


@pytest.mark.parametrize(
    ("make", "sentences"), [(make_empty_record, EMPTY), (make_bare_record, BARE)], ids=["empty", "bare"]
)
def test_absences_are_stated_on_an_empty_record(
    client: Client, make: Callable[[], None], sentences: Sentences
) -> None:
    make()
    missing = {
        (address, sentence)
        for address, expected in sentences.items()
        for words in [words_of(client.get(address))]
        for sentence in expected
        if sentence not in words
    }
    assert missing == set()


def test_no_absence_is_stated_on_a_full_record(client: Client) -> None:
    make_full_record()
    assert _absences(client, EMPTY, BARE) == set()

    cycle = make_silent_cycle()  # what was published before is still there
    client = Client()  # one that has read nothing yet
    assert _absences(client, EMPTY) == set()
    for address, (sentence,) in SILENT.items():
        words = words_of(client.get(address))
        assert sentence.replace("{{ cycle }}", cycle.title_en) in words


def _absences(client: Client, *tables: Sentences) -> set[tuple[str, str]]:
    """Each sentence of the tables that a page has on this record, with the page."""
    sentences = {sentence for table in tables for each in table.values() for sentence in each}
    return {
        (address, sentence)
        for address in PAGES
        for words in [words_of(client.get(address))]
        for sentence in sentences
        if sentence in words
    }
