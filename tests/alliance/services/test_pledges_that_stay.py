"""Pledges of members who have not signed the next version: they stay on the version that they were signed to."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alliance.enums import AccessionState, CharterState, PledgeState, SignatureRule
from alliance.models import Accession, Charter, Measure, Organisation, Pledge, PublishedPledge
from alliance.queries.public.standing_pledges import pledges_in_force
from alliance.queries.report_frame import pledged_measure_keys
from alliance.services.charter_signatures import announce_charter
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.services.pledges import publish_pledge, republish_pledge, revise_pledge, sign_pledge
from alliance.services.supersession import publish_accession
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from portal.kernel.publishing import forget_answers
from tests.factories import Cast, make_charter, read_charter, renamed
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
RENAMED = (("find", "look"), ("speed", "quickness"))
SPLIT = (("find", "look"), ("find", "watch"))


@pytest.fixture(autouse=True)
def _row_security_open(db: None) -> Iterator[None]:
    """The services alone are tested here; row-level security has tests of its own."""
    with acting_as(SYSTEM):
        yield


@pytest.fixture
def first(cast: Cast) -> Charter:
    """Version 1 in force, which Aurora has signed."""
    charter = read_charter()
    Measure.objects.filter(charter=charter, key="speed").update(core=False)
    accession(cast.aurora, charter, AccessionState.PUBLISHED)
    return charter


def accession(organisation: Organisation, charter: Charter, state: str) -> Accession:
    return Accession.objects.create(
        organisation=organisation,
        charter=charter,
        state=state,
        signatory_name="Sven",
        signatory_office="Chief",
        signed_at=clock.now(),
    )


def pledge_to(organisation: Organisation, state: str, key: str = "find") -> Pledge:
    """A pledge to the version in force, with an opt-in measure where it is to `find`."""
    pledge = Pledge.objects.create(
        organisation=organisation,
        state=state,
        commitment_key=key,
        text="We will.",
        measure_keys=["speed"] if key == "find" else [],
        signatory_name="Sven",
        signed_at=clock.now(),
    )
    return republish_pledge(SYSTEM, pledge) if state == PledgeState.PUBLISHED else pledge


def put_in_force(cast: Cast, version: int = 2, mapping: Any = RENAMED, names: Any = RENAMED) -> Charter:
    """The next version in force, which every member signs anew."""
    draft = make_charter(version=version, state=CharterState.DRAFT, tree=renamed(*names), mapping=mapping)
    Measure.objects.filter(charter=draft, key__in=("quickness", "pace")).update(core=False)
    with acting_as(cast.actor("mona")) as mona:
        return put_charter_in_force(mona, check_charter(mona, draft))


def signs(cast: Cast, charter: Charter) -> None:
    with acting_as(cast.actor("mona")) as mona:
        publish_accession(mona, accession(cast.aurora, charter, AccessionState.SIGNED))


@pytest.mark.parametrize("state", [PledgeState.DRAFT, PledgeState.SIGNED, PledgeState.PUBLISHED])
def test_a_pledge_stays_until_its_member_signs_the_next_version(
    cast: Cast, first: Charter, state: PledgeState
) -> None:
    pledge = pledge_to(cast.aurora, state)

    second = put_in_force(cast)

    pledge.refresh_from_db()
    assert (pledge.state, pledge.commitment_key, pledge.earlier_charter_id) == (state, "find", first.pk)
    signs(cast, second)
    pledge.refresh_from_db()
    assert (pledge.state, pledge.commitment_key, pledge.measure_keys) == (state, "look", ["quickness"])
    assert pledge.earlier_charter is None


def test_the_dry_run_counts_those_that_stay_neither_as_following_nor_as_returning(
    cast: Cast, first: Charter
) -> None:
    pledge_to(cast.aurora, PledgeState.PUBLISHED)
    draft = make_charter(version=2, state=CharterState.DRAFT, tree=renamed(*RENAMED), mapping=SPLIT)

    with acting_as(cast.actor("mona")) as mona:
        checked = check_charter(mona, draft)

    result = checked.check_result
    assert (result["following"], result["returning"], result["staying"]) == (0, 0, 1)
    page = reverse("secretariat:charter-put-in-force", args=[draft.key, 2])
    assert "1 pledge stays on version 1 until its member signs this one" in words_of(
        signed_in(cast.mona).get(page)
    )


@pytest.mark.parametrize("rule", list(SignatureRule))
def test_the_dry_run_before_an_announcement_says_that_it_counts_no_signature_that_carries_over(
    cast: Cast, first: Charter, rule: SignatureRule
) -> None:
    Charter.objects.update(later_signatures=rule, notice_days=30)
    pledge_to(cast.aurora, PledgeState.PUBLISHED)
    draft = make_charter(version=2, state=CharterState.DRAFT, tree=renamed(*RENAMED), mapping=RENAMED)
    page, mona = reverse("secretariat:charter", args=[draft.key, 2]), signed_in(cast.mona)
    with acting_as(cast.actor("mona")) as actor:
        check_charter(actor, draft)
        before = words_of(mona.get(page))
        announce_charter(actor, draft, rule)
        check_charter(actor, draft)
    after = words_of(mona.get(page))

    carries_over = rule == SignatureRule.CARRY_OVER
    stays = "1 pledge stays on the version before until its member signs this one"
    as_if = "This is counted as if every member signed this version anew, for it is not announced."
    assert (stays in before, as_if in before) == (True, carries_over)
    assert (stays in after, as_if in after) == (not carries_over, False)


def test_a_pledge_to_what_was_split_returns_when_its_member_signs(cast: Cast, first: Charter) -> None:
    pledge = pledge_to(cast.aurora, PledgeState.PUBLISHED)
    second = put_in_force(cast, mapping=SPLIT)
    assert not Pledge.objects.filter(state=PledgeState.DRAFT).exists()
    signed = accession(cast.aurora, second, AccessionState.SIGNED)
    page = signed_in(cast.mona).get(reverse("secretariat:accession-publish", args=[signed.pk]))
    assert "1 pledge returns for signing" in words_of(page)

    with acting_as(cast.actor("mona")) as mona:
        publish_accession(mona, signed)

    pledge.refresh_from_db()
    draft = Pledge.objects.get(record=pledge.record, state=PledgeState.DRAFT)
    assert (pledge.commitment_key, pledge.earlier_charter) == ("find", first)
    assert (draft.commitment_key, draft.earlier_charter) == ("look", None)


def test_a_pledge_follows_over_two_versions_at_once_and_is_published_once(cast: Cast, first: Charter) -> None:
    pledge = pledge_to(cast.aurora, PledgeState.PUBLISHED)
    put_in_force(cast)
    later = (("find", "seek"), ("speed", "pace"))
    third = put_in_force(cast, 3, mapping=(("look", "seek"), ("quickness", "pace")), names=later)

    signs(cast, third)

    pledge.refresh_from_db()
    published = PublishedPledge.objects.filter(record=pledge.record).order_by("valid_from")
    assert (pledge.commitment_key, pledge.measure_keys, pledge.earlier_charter) == ("seek", ["pace"], None)
    assert [(row.commitment_key, row.charter_id) for row in published] == [
        ("find", first.pk),
        ("seek", third.pk),
    ]


def test_a_report_is_previewed_beside_a_pledge_under_the_key_of_its_charter(
    cast: Cast, first: Charter
) -> None:
    pledge = pledge_to(cast.aurora, PledgeState.PUBLISHED)
    second = put_in_force(cast)

    beside = [
        {key: row.record for key, row in pledges_in_force(charter, cast.aurora.pk).items()}
        for charter in (first, second, Charter(key="another", version=1))
    ]

    assert beside == [{"find": pledge.record}, {"look": pledge.record}, {}]


def test_a_pledge_that_stays_can_be_revised_and_signed_under_its_version(cast: Cast, first: Charter) -> None:
    pledge = pledge_to(cast.aurora, PledgeState.PUBLISHED)
    put_in_force(cast)

    with acting_as(cast.actor("alice")) as alice:
        revision = revise_pledge(alice, pledge)
    with acting_as(cast.actor("sven")) as sven:
        signed = sign_pledge(sven, revision)
    with acting_as(cast.actor("mona")) as mona:
        publish_pledge(mona, signed)

    current = PublishedPledge.objects.current().get()
    assert (current.revision, current.commitment_key, current.charter_id) == (2, "find", first.pk)


def test_of_two_pledges_that_came_to_one_commitment_the_second_cannot_be_signed(
    cast: Cast, first: Charter
) -> None:
    pledge_to(cast.aurora, PledgeState.PUBLISHED)
    second = put_in_force(cast)
    new = pledge_to(cast.aurora, PledgeState.DRAFT, "look")
    signs(cast, second)

    with acting_as(cast.actor("sven")) as sven, pytest.raises(DomainError, match="revise that one"):
        sign_pledge(sven, new)


def test_measures_are_read_under_the_version_of_the_report(cast: Cast, first: Charter) -> None:
    pledge_to(cast.aurora, PledgeState.PUBLISHED)
    second = put_in_force(cast)

    stays = list(Pledge.objects.select_related("earlier_charter"))
    assert pledged_measure_keys(first, stays) == {"speed"}
    assert pledged_measure_keys(second, stays) == {"quickness"}
    signs(cast, second)
    follows = list(Pledge.objects.select_related("earlier_charter"))
    assert pledged_measure_keys(first, follows) == {"speed"}
    assert pledged_measure_keys(second, follows) == {"quickness"}


def test_public_pages_and_the_api_say_to_which_version_a_pledge_is(
    client: Client, cast: Cast, first: Charter
) -> None:
    pledge = pledge_to(cast.aurora, PledgeState.PUBLISHED)
    same = pledge_to(cast.aurora, PledgeState.PUBLISHED, "answer")
    second = put_in_force(cast)
    member = f"/en/members/{cast.aurora.slug}/"

    def versions() -> list[int | None]:
        return [
            client.get(reverse("api:pledge", args=[row.record])).json()["charter_version"]
            for row in (pledge, same)
        ]

    assert words_of(client.get(member)).count("to version 1") == 2
    assert "to version 1" in words_of(client.get("/en/commitments/look/"))
    assert versions() == [1, 1]
    signs(cast, second)
    forget_answers()
    assert "to version 1" not in words_of(client.get(member))
    assert "to version 1" not in words_of(client.get("/en/commitments/look/"))
    assert versions() == [2, 1]  # one whose keys stay is not published again


def test_the_workspace_shows_the_commitment_of_the_version_that_a_pledge_stays_on(
    cast: Cast, first: Charter
) -> None:
    pledge = pledge_to(cast.aurora, PledgeState.PUBLISHED)
    put_in_force(cast)

    page = signed_in(cast.alice).get(reverse("workspace:pledge", args=[pledge.pk]))

    assert page.context["commitment"].charter == first
