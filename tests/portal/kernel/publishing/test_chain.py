"""The chain of publications: each link follows from all before it, and one altered entry breaks it."""

import hashlib

import pytest

from portal.kernel.access import SYSTEM
from portal.kernel.publishing import FIRST_LINK, first_broken_link, next_link, publication_chain, publish

pytestmark = pytest.mark.django_db


def _chain() -> list[tuple[int, str, str]]:
    """Of three publications, as they were published."""
    for number in range(3):
        publish(SYSTEM, "test", f"thing/{number}", {}, title={"en": "A thing"}, languages=["en"])
    return publication_chain()


def test_each_link_is_made_of_the_one_before_and_the_digest() -> None:
    chain = _chain()
    link = FIRST_LINK
    for _number, sha256, written in chain:
        link = hashlib.sha256((link + sha256).encode()).hexdigest()
        assert written == link
    assert [number for number, _sha256, _link in chain] == [1, 2, 3]
    assert first_broken_link(chain) is None


def test_an_altered_left_out_or_inserted_entry_breaks_the_chain() -> None:
    first, second, third = _chain()
    other = "f" * 64
    rewritten = (2, other, next_link(first[2], other))

    assert first_broken_link([first, (2, other, second[2]), third]) == 2
    assert first_broken_link([first, (2, second[1], other), third]) == 2
    assert (
        first_broken_link([first, rewritten, third]) == 3
    )  # whoever rewrites one has to rewrite all after it
    assert first_broken_link([first, third]) == 2
    assert first_broken_link([second, first, third]) == 1
    assert first_broken_link([first, rewritten, (3, third[1], next_link(rewritten[2], third[1]))]) is None
