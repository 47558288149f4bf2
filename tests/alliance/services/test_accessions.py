"""Accessions to a charter: who signs, what is countersigned and becomes public, how one ends, and what is refused."""

import pytest

from alliance.enums import AccessionState, CharterState, CycleState
from alliance.models import Accession, Charter
from alliance.services.cycles import organisations_required_to_report
from alliance.services.pledges import draft_accession, end_accession, sign_accession
from alliance.services.supersession import publish_accession
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_charter, make_cycle
from tests.support.pledges import acceded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row_security_open")]


def test_sign_accession_takes_name_and_office_from_the_membership(cast: Cast, charter: Charter) -> None:
    accession = draft_accession(cast.actor("sven"), cast.aurora, charter)

    signed = sign_accession(cast.actor("sven"), accession)

    assert (signed.state, signed.signatory_name) == (AccessionState.SIGNED, "Sven")
    assert signed.signatory_office == "Signatory of aurora-video"


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "mona"])
def test_draft_accession_is_the_signatorys(cast: Cast, charter: Charter, name: str) -> None:
    with pytest.raises(Forbidden):
        draft_accession(cast.actor(name), cast.aurora, charter)


def test_draft_accession_only_once(cast: Cast, charter: Charter) -> None:
    draft_accession(cast.actor("sven"), cast.aurora, charter)

    with pytest.raises(DomainError):
        draft_accession(cast.actor("sven"), cast.aurora, charter)


def test_draft_accession_needs_a_charter_in_force(cast: Cast) -> None:
    draft = make_charter("next-charter", CharterState.DRAFT)

    with pytest.raises(DomainError):
        draft_accession(cast.actor("sven"), cast.aurora, draft)


def test_sign_accession_needs_an_office(cast: Cast, charter: Charter) -> None:
    accession = draft_accession(cast.actor("sven"), cast.aurora, charter)
    cast.sven.memberships.update(office="")

    with pytest.raises(DomainError):
        sign_accession(cast.actor("sven"), accession)


def test_publish_accession_makes_one_publication(cast: Cast, charter: Charter) -> None:
    acceded(cast, charter)

    assert Publication.objects.get().type == "accession"


def test_publish_accession_is_the_managers(cast: Cast, charter: Charter) -> None:
    accession = sign_accession(cast.actor("sven"), draft_accession(cast.actor("sven"), cast.aurora, charter))

    with pytest.raises(Forbidden):
        publish_accession(cast.actor("rita"), accession)


def test_end_accession_says_why_in_public(cast: Cast, charter: Charter) -> None:
    ended = end_accession(cast.actor("mona"), acceded(cast, charter), "They left.")

    assert (ended.state, Publication.objects.count()) == (AccessionState.ENDED, 2)


@pytest.mark.parametrize(
    ("later", "is_required"),
    [([], True), ([AccessionState.ENDED], False), ([AccessionState.ENDED, AccessionState.PUBLISHED], True)],
    ids=["no later one", "a later one that has ended", "signed again since"],
)
def test_a_member_that_ended_a_later_accession_reports_on_no_earlier_version(
    cast: Cast, charter: Charter, later: list[AccessionState], *, is_required: bool
) -> None:
    """An accession before the last one is ended by nobody: with the last the member stands by none."""
    acceded(cast, charter)
    for version, state in enumerate(later, start=2):
        row = make_charter(version=version, state=CharterState.DRAFT)
        Accession.objects.create(organisation=cast.aurora, charter=row, state=state)

    required = organisations_required_to_report(make_cycle(charter, state=CycleState.PLANNED))

    assert (cast.aurora in required) == is_required
