"""How signatures carry over to the next version: announced, objected to, carried over once for all."""

from datetime import timedelta

import pytest
from django.urls import reverse

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import AccessionState, CharterState, SignatureRule
from alliance.models import Accession, Charter, SignatureObjection
from alliance.queries.local_dates import today
from alliance.services.charter_mapping import edit_mapping
from alliance.services.charter_plans import cancel_charter_plan, plan_charter
from alliance.services.charter_signatures import (
    announce_charter,
    make_objection,
    recall_announcement,
    withdraw_objection,
)
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.services.supersession import publish_accession
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.publishing import Publication, read_publication
from tests.factories import Cast, make_charter, read_cast, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def version_two(module_transaction: None) -> None:
    """Version 2, checked; Aurora and Beacon have signed version 1, which lets signatures carry over."""
    cast, first = read_cast(), read_charter()
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=first.pk).update(later_signatures=SignatureRule.CARRY_OVER, notice_days=30)
        for organisation in (cast.aurora, cast.beacon):
            Accession.objects.create(
                organisation=organisation,
                charter=first,
                signatory_name="Sven",
                signed_at=clock.now(),
                state="published",
            )
    charter = make_charter(version=2, state=CharterState.DRAFT)
    with acting_as(cast.actor("mona")) as mona:
        check_charter(mona, charter)


@pytest.fixture
def draft(db: None) -> Charter:
    return Charter.objects.get(version=2)


def announce(cast: Cast, charter: Charter, signatures: str = SignatureRule.CARRY_OVER) -> Charter:
    """Announce it, with a dry run of this moment before and after."""
    with acting_as(cast.actor("mona")) as mona:
        return check_charter(mona, announce_charter(mona, check_charter(mona, charter), signatures))


def object_to(cast: Cast, charter: Charter, reason: str = "We cannot count this yet.") -> SignatureObjection:
    with acting_as(cast.actor("sven")) as sven:
        return make_objection(sven, cast.aurora, charter, reason)


def end_notice(charter: Charter) -> None:
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=charter.pk).update(objections_until=today() - timedelta(days=1))


def signed(charter: Charter) -> list[str]:
    with acting_as(SYSTEM):
        rows = Accession.objects.filter(charter=charter, state=AccessionState.PUBLISHED)
        return sorted(rows.values_list("organisation__slug", flat=True))


def test_signatures_without_objection_carry_over_and_are_published_once(cast: Cast, draft: Charter) -> None:
    announced = announce(cast, draft)
    assert announced.objections_until == today() + timedelta(days=30)
    object_to(cast, draft)
    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(DomainError, match="Members can object until"):
            put_charter_in_force(mona, check_charter(mona, draft))
        end_notice(draft)
        put_charter_in_force(mona, draft)

    assert signed(draft) == ["beacon-search"]
    assert "aurora-video" in signed(read_charter())
    (publication,) = Publication.objects.filter(type="signatures")
    document = read_publication(publication)
    assert [row["organisation"]["slug"] for row in document["signatures"]] == ["beacon-search"]
    assert [row["slug"] for row in document["objecting"]] == ["aurora-video"]
    assert "We cannot count this yet." not in str(document)
    with acting_as(SYSTEM):
        carried = Accession.objects.get(charter=draft)
        assert carried.carried_from is not None
        assert (carried.signed_at, carried.signatory_name) == (
            carried.carried_from.signed_at,
            carried.carried_from.signatory_name,
        )


def test_an_objection_that_was_withdrawn_lets_the_signature_carry_over(cast: Cast, draft: Charter) -> None:
    announce(cast, draft)
    objection = object_to(cast, draft)
    with acting_as(cast.actor("sven")) as sven:
        with pytest.raises(DomainError, match="objected already"):
            make_objection(sven, cast.aurora, draft, "Again.")
        withdraw_objection(sven, objection)
        with pytest.raises(WrongState, match=r"withdrawn already\. .*: Sven, "):
            withdraw_objection(sven, objection)
    end_notice(draft)
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, draft)

    assert signed(draft) == ["aurora-video", "beacon-search"]


def test_the_page_before_it_is_in_force_says_whose_signatures_carry_over(cast: Cast, draft: Charter) -> None:
    announce(cast, draft)
    object_to(cast, draft)
    end_notice(draft)
    with acting_as(cast.actor("mona")) as mona:
        check_charter(mona, draft)
    path = reverse("secretariat:charter-put-in-force", args=[draft.key, draft.version])

    page = words_of(signed_in(cast.mona).get(path))

    assert "1 signature carries over to this version" in page
    assert "stays on the version that it signed: Aurora Video" in page


def test_an_accession_that_is_published_after_the_announcement_does_not_carry_over(
    cast: Cast, draft: Charter
) -> None:
    """Its member read that it does not, and had no day to object."""
    with acting_as(SYSTEM):
        cast.beacon.accessions.update(state=AccessionState.SIGNED)
    announce(cast, draft)
    with acting_as(cast.actor("mona")) as mona:
        publish_accession(mona, cast.beacon.accessions.get())
    address = reverse("workspace:accession", args=[draft.key, draft.version])
    notice = words_of(signed_in(cast.carol).get(address))
    end_notice(draft)
    with acting_as(cast.actor("mona")) as mona:
        check_charter(mona, draft)
    path = reverse("secretariat:charter-put-in-force", args=[draft.key, draft.version])
    page = words_of(signed_in(cast.mona).get(path))
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, draft)

    assert "its accession to it was not published yet" in notice
    assert "1 signature carries over to this version" in page
    assert "whose accession was published after it" in page
    assert "stays there too: Beacon Search" in page
    assert signed(draft) == ["aurora-video"]
    assert "beacon-search" in signed(read_charter())


def test_a_member_on_an_earlier_version_cannot_object(cast: Cast, draft: Charter) -> None:
    with acting_as(SYSTEM):
        Accession.objects.filter(organisation=cast.aurora).delete()
    announce(cast, draft)
    sven = signed_in(cast.sven)

    page = words_of(sven.get(reverse("workspace:accession", args=[draft.key, draft.version])))
    refusal = words_of(sven.get(reverse("workspace:charter-object", args=[draft.key, draft.version])))

    assert "had not signed the version in force" in page
    assert "What changed since version 1" in page
    assert "carries over to this version unless" not in page
    assert "no signature that would carry over" in refusal
    with pytest.raises(DomainError, match="no signature that would carry over"):
        object_to(cast, draft)


def test_objections_end_with_the_days_of_notice(cast: Cast, draft: Charter) -> None:
    announce(cast, draft)
    objection = object_to(cast, draft)
    end_notice(draft)

    with (
        acting_as(cast.actor("sven")) as sven,
        pytest.raises(WrongState, match="cannot be made or withdrawn now"),
    ):
        withdraw_objection(sven, objection)
    with acting_as(cast.actor("carol")) as carol, pytest.raises(Forbidden):
        make_objection(carol, cast.aurora, draft, "Not ours.")


def test_signatures_do_not_carry_over_where_the_version_in_force_does_not_provide_for_it(
    cast: Cast, draft: Charter
) -> None:
    with acting_as(SYSTEM):
        Charter.objects.filter(version=1).update(later_signatures=SignatureRule.SIGN_ANEW, notice_days=None)

    with pytest.raises(DomainError, match="signs a later version anew"):
        announce(cast, draft)
    announced = announce(cast, draft, SignatureRule.SIGN_ANEW)
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, draft)

    assert announced.objections_until is None
    assert signed(draft) == []
    assert signed(read_charter()) == ["aurora-video", "beacon-search"]


def test_an_announced_draft_is_fixed_until_it_is_recalled(cast: Cast, draft: Charter) -> None:
    announced = announce(cast, draft)
    object_to(cast, draft)
    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(WrongState, match="recall that first"):
            edit_mapping(mona, announced, [], edited_at=announced.edited_at)
        recalled = recall_announcement(mona, announced)
        with pytest.raises(WrongState, match=r"not announced\. .*: Mona, "):
            recall_announcement(mona, announced)

    assert (recalled.announced_at, recalled.objections_until) == (None, None)
    assert recalled.checked_at is None  # it had counted signatures that carry over
    with acting_as(SYSTEM):
        assert not SignatureObjection.objects.filter(withdrawn_at=None).exists()


def test_the_day_lies_behind_the_days_of_notice(cast: Cast, draft: Charter) -> None:
    announced = announce(cast, draft)
    assert announced.objections_until is not None

    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(DomainError, match="Members can object until"):
            plan_charter(mona, draft, announced.objections_until)
        plan_charter(mona, draft, announced.objections_until + timedelta(days=1))
        with pytest.raises(WrongState, match="cancel that day first"):
            recall_announcement(mona, draft)


def test_an_announced_draft_is_read_by_members_and_not_by_the_public(cast: Cast, draft: Charter) -> None:
    sven = cast.actor("sven")
    with acting_as(sven):
        assert not Charter.objects.visible_to(sven).filter(pk=draft.pk).exists()
    announce(cast, draft)

    with acting_as(sven):
        assert Charter.objects.visible_to(sven).filter(pk=draft.pk).exists()


def test_members_are_notified_of_every_step(cast: Cast, draft: Charter, mailoutbox: list[object]) -> None:
    announce(cast, draft)
    run_all_jobs()
    object_to(cast, draft)
    with acting_as(cast.actor("mona")) as mona:
        end_notice(draft)
        check_charter(mona, draft)
        plan_charter(mona, draft, today() + timedelta(days=1))
    run_all_jobs()
    with acting_as(cast.actor("mona")) as mona:
        cancel_charter_plan(mona, draft)
    run_all_jobs()
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, draft)
    run_all_jobs()

    subjects = {(mail.to[0], mail.subject.split(":")[0]) for mail in mailoutbox}  # type: ignore[attr-defined]  # of pytest-django
    assert (cast.sven.email, "Announced") in subjects
    assert (cast.sven.email, "To sign") in subjects
    assert any(address == cast.carol.email and "carries over" in subject for address, subject in subjects)
    assert any(address == cast.alice.email and subject.startswith("From") for address, subject in subjects)
    assert any(
        address == cast.alice.email and subject.startswith("Not from") for address, subject in subjects
    )


def test_carrying_over_is_offered_only_where_the_version_in_force_provides_for_it(
    cast: Cast, draft: Charter
) -> None:
    address, mona = reverse("secretariat:charter-announce", args=[draft.key, 2]), signed_in(cast.mona)
    assert "Signatures carry over unless the member objects" in words_of(mona.get(address))

    Charter.objects.filter(version=1).update(later_signatures=SignatureRule.SIGN_ANEW, notice_days=None)

    assert "Signatures carry over unless the member objects" not in words_of(mona.get(address))
    assert mona.post(address, {"signatures": SignatureRule.CARRY_OVER}).status_code == 422


def test_a_dry_run_from_before_the_announcement_counts_no_more(cast: Cast, draft: Charter) -> None:
    mona, page = signed_in(cast.mona), reverse("secretariat:charter", args=[draft.key, 2])
    with acting_as(cast.actor("mona")) as actor:
        announced = announce_charter(actor, draft, SignatureRule.SIGN_ANEW)
        for act in (put_charter_in_force, lambda *row: plan_charter(*row, today() + timedelta(days=60))):
            with pytest.raises(DomainError, match="announced after the last dry run"):
                act(actor, announced)

    before = mona.get(page)
    assert words_of(before).count("The version was announced after the last dry run") == 1
    assert reverse("secretariat:charter-put-in-force", args=[draft.key, 2]) not in before.text
    mona.post(reverse("secretariat:charter-check", args=[draft.key, 2]))

    assert reverse("secretariat:charter-put-in-force", args=[draft.key, 2]) in mona.get(page).text
    with acting_as(cast.actor("mona")) as actor:
        put_charter_in_force(actor, announced)


def test_a_draft_whose_day_is_set_is_not_announced(cast: Cast, draft: Charter) -> None:
    with acting_as(cast.actor("mona")) as mona:
        plan_charter(mona, draft, today() + timedelta(days=60))
    with pytest.raises(WrongState, match="cancel that day first"):
        announce(cast, draft)

    page = signed_in(cast.mona).get(reverse("secretariat:charter-announce", args=[draft.key, 2]))
    assert "cancel that day first" in words_of(page)


def test_an_announcement_is_of_the_letters_that_were_counted(cast: Cast, draft: Charter) -> None:
    with acting_as(SYSTEM):
        cast.beacon.accessions.update(state=AccessionState.ENDED)

    with (
        acting_as(cast.actor("mona")) as mona,
        pytest.raises(DomainError, match="Changed since the last dry run: signatures"),
    ):
        announce_charter(mona, draft, SignatureRule.SIGN_ANEW)
