"""One mailbox has one spelling, however it is typed; what only looks like it is another one, or is refused."""

import pytest

from alliance.validators.addresses import canonical_address, clean_address, readable_domain
from portal.kernel.errors import DomainError

BOB = "bob@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "typed",
    [
        "bob@bücher.example",
        " Bob@BÜCHER.Example\n",
        "bob@bu\u0308cher.example",  # the dots as a sign of their own
        "bob@bücher.example.",
        "BOB@XN--BCHER-KVA.EXAMPLE",
        "ｂｏｂ＠bücher.example",
        "bob@bücher\u3002example",  # the ideographic full stop, a dot in domains
        "bob@bü\u00adcher.example",  # a soft hyphen, which domains leave out
    ],
)
def test_every_spelling_of_a_mailbox_is_one_address(typed: str) -> None:
    assert clean_address(typed) == BOB


@pytest.mark.parametrize("typed", ["bob+news@bücher.example", "b.ob@bücher.example", "bob@bucher.example"])
def test_another_mailbox_stays_another(typed: str) -> None:
    assert clean_address(typed) != BOB


@pytest.mark.parametrize(
    "typed",
    [
        "bob@bücherо.example",  # the last letter of the word is Cyrillic
        "bоb@bücher.example",  # the letter in the middle is Cyrillic: no server takes it
        "bob@xn--bcher-kva659c.example",  # a Cyrillic letter, encoded already
        "bob@two\nlines.example",
        "bob@",
        "bob",
        "",
    ],
)
def test_a_lookalike_of_an_address_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(DomainError) as refusal:
        clean_address(typed, field="email")
    assert refusal.value.field == "email"


@pytest.mark.parametrize("domain", ["бюро.example", "bücher.example", "example.org", "xn--.example"])
def test_a_domain_is_read_in_its_own_alphabet(domain: str) -> None:
    assert readable_domain(canonical_address(f"bob@{domain}").rpartition("@")[2]) == domain


def test_a_malformed_address_can_be_looked_up() -> None:
    assert canonical_address("bob@" + "x" * 70 + ".example") == "bob@" + "x" * 70 + ".example"
    assert canonical_address("@") == "@"
