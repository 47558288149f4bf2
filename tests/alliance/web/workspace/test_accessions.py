"""A member's pages of its accession: the charter is read and signed."""

import pytest
from django.test import Client

from alliance.enums import AccessionState
from alliance.models import Accession
from tests.factories import Cast
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db


def test_the_charter_is_read_and_signed(cast: Cast, sven: Client) -> None:
    page = words_of(sven.get("/workspace/charters/test-charter/1/"))
    confirmation = sven.get("/workspace/charters/test-charter/1/sign/")
    statement = confirmation.context["page"].title
    sven.post("/workspace/charters/test-charter/1/sign/")

    accession = Accession.objects.get()
    assert "1 Find" in page
    assert statement == "Aurora Video accedes to “Test charter”, version 1, and undertakes to comply with it."
    assert "and undertakes to comply with it;" in words_of(confirmation)  # the text under it says the same
    assert (accession.state, accession.signatory_name) == (AccessionState.SIGNED, "Sven")


def test_home_names_the_charter_to_sign_until_it_is_signed(alice: Client, sven: Client) -> None:
    assert "Charter to sign" in words_of(sven.get("/workspace/"))
    assert "Charter to sign" not in words_of(alice.get("/workspace/"))

    sven.post("/workspace/charters/test-charter/1/sign/")

    assert "Charter to sign" not in words_of(sven.get("/workspace/"))
    again = words_of(sven.get("/workspace/charters/test-charter/1/sign/"))
    assert "Your organisation has already acceded to this charter." in again
    assert "undertakes to comply with it" not in again


def test_an_editor_reads_the_charter_and_does_not_sign(alice: Client) -> None:
    assert alice.get("/workspace/charters/test-charter/1/").context["may_sign"] is False
    assert alice.post("/workspace/charters/test-charter/1/sign/").status_code == 403
