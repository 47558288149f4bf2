"""A new version of a charter: pledges follow by key, and those that cannot return for signing."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from alliance.enums import CharterState, PledgeState, SignatureRule
from alliance.models import (
    Charter,
    Measure,
    Organisation,
    Pledge,
    PublishedPledge,
    Target,
    WithdrawnPublication,
)
from alliance.queries.supersession import supersession_of
from alliance.queries.supersession_outlook import Course, supersession_outlook
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.services.pledges import fulfil_pledge, publish_pledge, republish_pledge, sign_pledge
from alliance.services.withdrawals import publish_again
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.notices import Channel, Delivery
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_charter, read_charter, renamed
from tests.support.charter_files import SMALL
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.withdrawals import last_publication, withdraw

pytestmark = pytest.mark.django_db
RENAMED = (("find", "look"), ("speed", "quickness"), ("time-to-removal", "time-to-removing"))
SPLIT = (("find", "look"), ("find", "watch"))
MERGED = (("find", "look"), ("answer", "look"))


@pytest.fixture(autouse=True)
def _row_security_open(db: None) -> Iterator[None]:
    """The services alone are tested here; row-level security has tests of its own."""
    with acting_as(SYSTEM):
        yield


def pledge_of(organisation: Organisation, state: str, key: str = "find", **more: Any) -> Pledge:
    """A pledge to a commitment, with an opt-in measure and a target where it is to `find`."""
    signed = {} if state == PledgeState.DRAFT else {"signatory_name": "Sven", "signed_at": timezone.now()}
    pledge = Pledge.objects.create(
        organisation=organisation,
        state=state,
        commitment_key=key,
        text="We will.",
        language="en",
        measure_keys=["speed"] if key == "find" else [],
        **signed,
        **more,
    )
    if key == "find":
        number = {"indicator_key": "time-to-removal", "value": Decimal(2)}
        Target.objects.create(pledge=pledge, position=1, text="In two hours", **number)
    if state == PledgeState.PUBLISHED:
        republish_pledge(SYSTEM, pledge)
    return pledge


def versions(*mapping: tuple[str, str], names: Iterable[tuple[str, str]] = RENAMED) -> Charter:
    """A version in force, and the draft of the next, to which the signatures of Aurora and Beacon carry over."""
    first = read_charter()
    Measure.objects.filter(charter=first, key="speed").update(core=False)
    second = make_charter(
        version=2, state=CharterState.DRAFT, tree=renamed(*names), mapping=mapping or RENAMED
    )
    Measure.objects.filter(charter=second, key="quickness").update(core=False)
    for slug in ("aurora-video", "beacon-search"):
        Organisation.objects.get(slug=slug).accessions.create(
            charter=first, state="published", signatory_name="Sven", signed_at=timezone.now()
        )
    Charter.objects.filter(pk=second.pk).update(signatures=SignatureRule.CARRY_OVER)
    second.refresh_from_db()
    return second


def put_in_force(cast: Cast, charter: Charter) -> None:
    with acting_as(cast.actor("mona")) as actor:
        put_charter_in_force(actor, check_charter(actor, charter))


def in_work(record: Any) -> Pledge:
    return Pledge.objects.get(record=record, state=PledgeState.DRAFT)


@pytest.mark.parametrize(
    ("mapping", "names"),
    [(RENAMED, RENAMED), (SPLIT, (("find", "look"), ("answer", "watch"))), (MERGED, RENAMED)],
)
@pytest.mark.parametrize("has_objection", [False, True])
def test_the_outlook_of_the_pages_is_what_the_act_does(
    cast: Cast, mapping: Any, names: Any, *, has_objection: bool
) -> None:
    """Counted by the database, and read: of one that is published and signed anew, one that stays, a draft."""
    charter = versions(*mapping, names=names)
    published = pledge_of(cast.aurora, PledgeState.PUBLISHED)
    pledge_of(cast.aurora, PledgeState.SIGNED, record=published.record, revision=2)
    pledge_of(cast.aurora, PledgeState.DRAFT, "answer")
    pledge_of(cast.beacon, PledgeState.SIGNED, "answer")
    if has_objection:
        signature = {"reason": "No.", "signatory_name": "Carol", "signatory_office": "CEO"}
        charter.objections.create(organisation=cast.beacon, **signature)

    whole, outlook = supersession_of(charter), supersession_outlook(charter)

    assert whole is not None
    assert outlook is not None
    assert outlook.counts == {
        Course.FOLLOWS: len({pledge.record for pledge in whole.following}),
        Course.RETURNS: len({pledge.record for pledge in whole.returning}),
        Course.STAYS: len({pledge.record for pledge in whole.known_staying}),
    }
    assert outlook.returning() == whole.returning
    for member in (cast.aurora, cast.beacon):
        assert outlook.moved_of(member.pk) == whole.moved_of(member.pk)
    moved = [member.pk for member in (cast.beacon, cast.aurora) if whole.moved_of(member.pk)]
    assert outlook.first_moved([cast.beacon.pk, cast.aurora.pk]) == moved[0]


@pytest.mark.parametrize("state", [PledgeState.DRAFT, PledgeState.SIGNED, PledgeState.PUBLISHED])
def test_a_pledge_follows_a_renamed_commitment(cast: Cast, state: PledgeState) -> None:
    charter = versions()
    pledge = pledge_of(cast.aurora, state)

    put_in_force(cast, charter)

    pledge.refresh_from_db()
    assert (pledge.state, pledge.commitment_key, pledge.measure_keys) == (state, "look", ["quickness"])
    assert pledge.targets.get().indicator_key == "time-to-removing"
    assert Pledge.objects.count() == 1


def test_what_was_published_follows_on_the_record_as_it_was_signed(cast: Cast) -> None:
    charter = versions()
    pledge = pledge_of(cast.aurora, PledgeState.PUBLISHED)

    put_in_force(cast, charter)

    published_pledge = PublishedPledge.objects.current().get()
    assert (published_pledge.commitment_key, published_pledge.text, published_pledge.revision) == (
        "look",
        "We will.",
        1,
    )
    assert (published_pledge.signed_at, published_pledge.signatory_name) == (pledge.signed_at, "Sven")
    assert Publication.objects.filter(type="pledge", record=str(pledge.record)).count() == 2


def test_several_pledges_follow_together(cast: Cast) -> None:
    charter = versions(*RENAMED, ("answer", "reply"), names=(*RENAMED, ("answer", "reply")))
    for key in ("answer", "find"):
        pledge_of(cast.aurora, PledgeState.PUBLISHED, key)

    put_in_force(cast, charter)

    keys = PublishedPledge.objects.current().values_list("commitment_key", flat=True)
    assert sorted(keys) == ["look", "reply"]


def test_a_key_that_stays_changes_nothing(cast: Cast) -> None:
    charter = versions()
    pledge = pledge_of(cast.aurora, PledgeState.PUBLISHED, "answer")

    put_in_force(cast, charter)

    assert Publication.objects.filter(type="pledge").count() == 1
    assert Pledge.objects.get().commitment_key == pledge.commitment_key


def test_a_published_pledge_to_what_was_split_stands_while_its_successor_is_signed(cast: Cast) -> None:
    charter = versions(*SPLIT)
    pledge = pledge_of(cast.aurora, PledgeState.PUBLISHED)

    put_in_force(cast, charter)

    pledge.refresh_from_db()
    draft = in_work(pledge.record)
    assert (pledge.state, pledge.commitment_key) == (PledgeState.PUBLISHED, "find")
    assert (draft.revision, draft.commitment_key, draft.text) == (2, "look", "We will.")
    assert "Version 2 of the charter is in force." in draft.returned_reason
    assert (draft.measure_keys, draft.targets.get().indicator_key) == ([], "")


def test_the_member_is_notified_and_signs_anew(cast: Cast) -> None:
    charter = versions(*SPLIT)
    pledge = pledge_of(cast.aurora, PledgeState.PUBLISHED)
    put_in_force(cast, charter)
    run_all_jobs()

    deliveries = Delivery.objects.filter(channel=Channel.INBOX, event__kind="pledge.return")
    assert sorted(deliveries.values_list("recipient__name", flat=True)) == ["Alice", "Sven"]
    with acting_as(cast.actor("sven")) as sven:
        signed = sign_pledge(sven, in_work(pledge.record))
    with acting_as(cast.actor("mona")) as mona:
        publish_pledge(mona, signed)
    assert PublishedPledge.objects.current().get().commitment_key == "look"


def test_a_withdrawn_pledge_follows_and_is_not_published_before_it_is_published_again(cast: Cast) -> None:
    charter = versions()
    pledge = pledge_of(cast.aurora, PledgeState.PUBLISHED)
    request = withdraw(cast, last_publication("pledge"))

    put_in_force(cast, charter)

    pledge.refresh_from_db()
    assert (pledge.commitment_key, pledge.earlier_charter) == ("look", None)
    assert Publication.objects.filter(type="pledge").count() == 1
    assert WithdrawnPublication.objects.current().get().record == str(pledge.record)
    with acting_as(cast.actor("mona")) as actor:
        with pytest.raises(WrongState, match="publish it again first"):
            fulfil_pledge(actor, pledge)
        publish_again(actor, request, "It was theirs after all.")
    assert PublishedPledge.objects.current().get().commitment_key == "look"
    last = Publication.objects.filter(type="pledge").latest("number")
    assert last.title["en"] == "Aurora Video: a pledge is public again"


def test_a_signed_pledge_to_what_was_split_goes_back_to_its_draft(cast: Cast) -> None:
    charter = versions(*SPLIT)
    pledge = pledge_of(cast.aurora, PledgeState.SIGNED)

    put_in_force(cast, charter)

    pledge.refresh_from_db()
    assert (pledge.state, pledge.commitment_key, pledge.signatory_name) == (PledgeState.DRAFT, "look", "")
    assert pledge.returned_reason


def test_of_two_pledges_to_what_became_one_only_one_takes_its_place(cast: Cast) -> None:
    charter = versions(*MERGED)
    first = pledge_of(cast.aurora, PledgeState.PUBLISHED, "answer")
    second = pledge_of(cast.aurora, PledgeState.PUBLISHED)

    put_in_force(cast, charter)

    drafts = [in_work(pledge.record) for pledge in (first, second)]
    assert [(draft.commitment_key, draft.title) for draft in drafts] == [("look", ""), ("", "Find")]


def test_a_pledge_to_what_is_gone_returns_as_one_beyond_the_charter(cast: Cast) -> None:
    charter = versions(("answer", "answer"))
    pledge = pledge_of(cast.aurora, PledgeState.PUBLISHED)

    put_in_force(cast, charter)

    draft = in_work(pledge.record)
    assert (draft.commitment_key, draft.title) == ("", "Find")


def test_a_mapping_from_another_version_than_the_one_in_force_is_refused(cast: Cast) -> None:
    charter = versions()
    Charter.objects.filter(pk=charter.pk).update(version=3, supersedes=2)
    charter.refresh_from_db()

    with pytest.raises(DomainError, match="refers to version 2, but version 1 is in force"):
        put_in_force(cast, charter)

    assert Charter.objects.get(version=1).state == CharterState.IN_FORCE


def test_the_page_before_says_what_follows_and_what_returns(cast: Cast) -> None:
    draft = versions(*SPLIT)
    pledge_of(cast.aurora, PledgeState.PUBLISHED)
    pledge_of(cast.beacon, PledgeState.SIGNED, "answer")
    pledge_of(cast.beacon, PledgeState.DRAFT)
    with acting_as(cast.actor("mona")) as mona:
        check_charter(mona, draft)

    page = words_of(signed_in(cast.mona).get("/secretariat/charters/test-charter/2/put-in-force/"))

    assert "1 pledge moves to this version" in page
    assert "the pledge to “1 Find” returns for signing" in page
    assert "left out (Aurora Video)" in page
    assert "left out (Beacon Search)" not in page
    assert "Pledges that move to this version 1 Beacon Search 1 pledge" in page


def test_the_command_says_it_too(cast: Cast, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    first = (
        SMALL.replace("version: 2", "version: 1")
        .replace("supersedes: 1\nmapping:\n", "")
        .replace("  - {from: old-count, to: complaints}\n", "")
    )
    file = tmp_path / "small.yaml"
    file.write_text(first, encoding="utf-8")
    call_command("load_charter", str(file), "--in-force")
    pledge_of(cast.aurora, PledgeState.PUBLISHED, "answer")
    pledge_of(cast.beacon, PledgeState.SIGNED, "answer")
    file.write_text(
        SMALL.replace("old-count", "complaints").replace("- key: answer\n", "- key: reply\n"),
        encoding="utf-8",
    )

    call_command("load_charter", str(file))
    call_command("load_charter", str(file), "--in-force")

    out = capsys.readouterr().out
    assert "In force: 0 pledges follow, 2 return for signing.\n  Aurora Video: answer\n" in out
    summary = "0 pledges follow, 2 return for signing.\n  Aurora Video: answer\n  Beacon Search: answer"
    assert out.rstrip().endswith(summary)
