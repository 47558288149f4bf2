"""The pages before a version comes into force: which members it concerns, counted and named with links."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from alliance.enums import AccessionState, CharterState, OrganisationState, PledgeState, SignatureRule
from alliance.models import Accession, Charter, Organisation, Pledge
from alliance.queries.local_dates import today
from alliance.queries.supersession import passage_to
from alliance.queries.supersession_members import concerned_members
from alliance.queries.supersession_outlook import pledge_counts
from alliance.services.charter_signatures import announce_charter, make_objection
from alliance.services.charters import check_charter
from alliance.web.secretariat import row_limits
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_charter, read_charter
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
PAGES = ("charter-put-in-force", "charter-plan", "charter-difference")


@pytest.fixture
def draft(cast: Cast) -> Charter:
    """Version 2 with the text of version 1, which Aurora and Beacon signed long ago; Beacon has a pledge."""
    first = read_charter()
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=first.pk).update(later_signatures=SignatureRule.CARRY_OVER, notice_days=14)
        for organisation in (cast.aurora, cast.beacon):
            Accession.objects.create(
                organisation=organisation,
                charter=first,
                signatory_name="Sven",
                signed_at=clock.now() - timedelta(days=90),
                state=AccessionState.PUBLISHED,
            )
        Pledge.objects.create(
            organisation=cast.beacon, state=PledgeState.SIGNED, commitment_key="find", text="We will.",
            language="en", signatory_name="Carol", signed_at=clock.now(),
        )  # fmt: skip
    return make_charter(version=2, state=CharterState.DRAFT)


def announce(cast: Cast, draft: Charter, signatures: str) -> None:
    with acting_as(cast.actor("mona")) as mona:
        announce_charter(mona, check_charter(mona, draft), signatures)


def page_of(cast: Cast, draft: Charter, name: str = PAGES[0]) -> Any:
    """With a dry run of this moment."""
    with acting_as(cast.actor("mona")) as mona:
        check_charter(mona, draft)
    return signed_in(cast.mona).get(reverse(f"secretariat:{name}", args=[draft.key, 2]))


def concerned(page: Any) -> dict[str, list[tuple[str, int]]]:
    return {
        group.outcome: [(member.slug, count) for member, count in group.members]
        for group in page.context["concerned"]
    }


def test_members_that_somebody_does_not_see_are_left_out(cast: Cast, draft: Charter) -> None:
    passage = passage_to(draft)
    assert passage is not None
    with acting_as(SYSTEM):
        Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.APPLICANT)
    names = {}
    for name in ("carol", "mona"):
        with acting_as(cast.actor(name)) as actor:
            groups = concerned_members(actor, passage, pledge_counts(passage))
            names[name] = {member.slug for group in groups for member, _count in group.members}

    assert names == {"carol": {"beacon-search"}, "mona": {"aurora-video", "beacon-search"}}


def test_suspended_members_sign_anew_too(cast: Cast, draft: Charter) -> None:
    announce(cast, draft, SignatureRule.SIGN_ANEW)
    with acting_as(SYSTEM):
        Organisation.objects.filter(pk=cast.beacon.pk).update(state=OrganisationState.SUSPENDED)
    page = page_of(cast, draft)

    assert "2 members stay on version 1 until they sign this one" in words_of(page)
    assert concerned(page) == {
        "Stay on version 1 until they sign this one": [("aurora-video", 0), ("beacon-search", 0)],
        "Pledges that stay on version 1": [("beacon-search", 1)],
    }


@pytest.mark.parametrize("name", PAGES)
def test_members_whose_signature_carries_over_or_stays_are_named_with_links(
    cast: Cast, draft: Charter, name: str
) -> None:
    announce(cast, draft, SignatureRule.CARRY_OVER)
    with acting_as(cast.actor("sven")) as sven:
        make_objection(sven, cast.aurora, draft, "Not yet.")
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=draft.pk).update(objections_until=today() - timedelta(days=1))
    page = page_of(cast, draft, name)

    assert concerned(page) == {
        "Signatures that carry over": [("beacon-search", 0)],
        "Stay on version 1: they have objected": [("aurora-video", 0)],
        "Pledges that move to this version": [("beacon-search", 1)],
    }
    for member in (cast.aurora, cast.beacon):
        assert reverse("secretariat:member", args=[member.pk]) in page.text


@pytest.mark.parametrize("name", PAGES)
def test_of_many_members_the_first_are_listed_with_the_way_to_all(
    cast: Cast, draft: Charter, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_limits, "MAX_ROWS", 2)  # shared by the two groups
    announce(cast, draft, SignatureRule.SIGN_ANEW)
    page = page_of(cast, draft, name)
    whole = signed_in(cast.mona).get(f"{page.request['PATH_INFO']}?rows=all")

    staying = "Stay on version 1 until they sign this one"
    assert concerned(page)[staying] == [("aurora-video", 0)]
    assert "1 of 2 are listed. List all 2" in words_of(page)
    assert concerned(whole)[staying] == [("aurora-video", 0), ("beacon-search", 0)]
    assert "are listed" not in words_of(whole)


def test_members_without_the_whole_notice_are_named_apart(cast: Cast, draft: Charter) -> None:
    announce(cast, draft, SignatureRule.CARRY_OVER)
    with acting_as(SYSTEM):
        Organisation.objects.filter(pk=cast.beacon.pk).update(state=OrganisationState.SUSPENDED)

    assert concerned(page_of(cast, draft)) == {
        "Signatures that carry over": [("aurora-video", 0)],
        "Stay on version 1: they did not have the whole notice": [("beacon-search", 0)],
        "Pledges that stay on version 1": [("beacon-search", 1)],
    }
