"""The letters of a new charter version: counted and read in the dry run, and what they say once it is in force."""

from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import AccessionState, CharterState, PledgeState, SignatureRule
from alliance.models import Charter, Pledge
from alliance.services.charter_signatures import announce_charter
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.services.pledges import sign_accession
from alliance.services.supersession import publish_accession
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery
from tests.factories import Cast, make_charter, read_charter, renamed
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Charter:
    """Version 2 renames `find` and splits `answer`; Aurora and Beacon signed version 1, Aurora pledges to both."""
    mapping = (("find", "look"), ("answer", "reply"), ("answer", "explain"))
    tree = renamed(("find", "look"), ("answer", "reply")) | {"explain": {}}
    with acting_as(SYSTEM):
        for organisation in (cast.aurora, cast.beacon):
            organisation.accessions.create(
                charter=read_charter(), state="published", signatory_name="Sven", signed_at=clock.now()
            )
        for key in ("find", "answer"):
            _pledge(cast, key)
        charter = make_charter(version=2, state=CharterState.DRAFT, tree=tree, mapping=mapping)
        Charter.objects.filter(pk=charter.pk).update(
            announced_at=clock.now(), signatures=SignatureRule.CARRY_OVER
        )
    charter.refresh_from_db()
    return charter


def _pledge(cast: Cast, key: str, **more: Any) -> Pledge:
    return Pledge.objects.create(
        organisation=cast.aurora,
        state=PledgeState.PUBLISHED,
        commitment_key=key,
        text="We will.",
        language="en",
        signatory_name="Sven",
        signed_at=clock.now(),
        **more,
    )


def letters_to(cast: Cast, name: str) -> dict[str, str]:
    address = getattr(cast, name).email
    return {letter.subject: str(letter.body) for letter in mail.outbox if address in letter.to}


def test_the_dry_run_counts_letters_and_sends_none(cast: Cast, draft: Charter) -> None:
    with acting_as(cast.actor("mona")) as mona:
        checked = check_charter(mona, draft)

    counts = {row["kind"]: sum(row["languages"].values()) for row in checked.check_result["letters"]}
    assert counts.keys() == {"accession.carry_over", "pledge.return"}
    assert counts["pledge.return"] == 2  # Alice and Sven
    run_all_jobs()
    with acting_as(SYSTEM):
        assert not Event.objects.filter(kind="accession.carry_over").exists()
        assert not Delivery.objects.exists()
    assert not mail.outbox


def test_as_many_letters_go_out_as_were_counted(cast: Cast, draft: Charter) -> None:
    with acting_as(cast.actor("mona")) as mona:
        checked = check_charter(mona, draft)
        put_charter_in_force(mona, checked)
    run_all_jobs()

    page = words_of(signed_in(cast.mona).get(reverse("secretariat:charter-letters", args=[draft.key, 2])))
    assert "no longer a draft: its letters are not counted" in page
    counted = sum(sum(row["languages"].values()) for row in checked.check_result["letters"])
    assert len(mail.outbox) == counted
    alice = letters_to(cast, "alice")
    (carried,) = (text for subject, text in alice.items() if "carries over to version 2" in subject)
    assert "1 pledge of your organisation is to this version from now on" in carried
    assert "1 pledge returns to your organisation for signing" in carried
    (returned,) = (text for subject, text in alice.items() if subject.startswith("Returned to you"))
    assert "Version 2 of the charter split, merged or left out" in returned


@pytest.mark.parametrize(
    ("language", "words"), [("en", "returns for signing"), ("ru", "Подпись организации")]
)
def test_the_letters_are_read_on_their_page_in_both_languages(
    cast: Cast, draft: Charter, language: str, words: str
) -> None:
    with acting_as(cast.actor("mona")) as mona:
        check_charter(mona, draft)
    page = words_of(signed_in(cast.mona).get(reverse("secretariat:charter-letters", args=[draft.key, 2])))

    assert "To: everybody at members whose signature carries over: Aurora Video, Beacon Search" in page
    assert words in page


CARRIES_OVER = (
    "signature carries over to it, as the version in force provides",
    "Подпись вашей организации перейдёт на неё",
)
SIGNS_ANEW = (
    "signature of your organisation does not carry over to it",
    "Подпись вашей организации на неё не переходит",
)


@pytest.mark.parametrize(
    ("provided", "chosen", "counted"),
    [
        (SignatureRule.CARRY_OVER, SignatureRule.CARRY_OVER, {"carries_over": 3, "signs_anew": 1}),
        (SignatureRule.CARRY_OVER, SignatureRule.SIGN_ANEW, {"signs_anew": 4}),
        (SignatureRule.SIGN_ANEW, SignatureRule.SIGN_ANEW, {"signs_anew": 4}),
    ],
)
def test_both_letters_of_the_announcement_are_counted_and_read_before_it(
    cast: Cast, draft: Charter, provided: str, chosen: str, counted: dict[str, int]
) -> None:
    """Aurora's signature can carry over; Beacon's is not published yet."""
    with acting_as(SYSTEM):
        Charter.objects.filter(version=1).update(later_signatures=provided, notice_days=30)
        Charter.objects.filter(pk=draft.pk).update(announced_at=None, signatures="")
        cast.beacon.accessions.update(state=AccessionState.SIGNED)
    with acting_as(cast.actor("mona")) as mona:
        checked = check_charter(mona, draft)
        draft.refresh_from_db()
        assert (draft.announced_at, draft.signatures) == (None, "")  # counted, and undone
    name = "announcement" if chosen == provided else "announcement_anew"
    rows = {row["variant"]: sum(row["languages"].values()) for row in checked.check_result[name]}
    assert rows == counted
    mona_client, address = signed_in(cast.mona), reverse("secretariat:charter-letters", args=[draft.key, 2])
    page = words_of(mona_client.get(address))
    assert "When it is announced" in page
    announcing = words_of(mona_client.get(reverse("secretariat:charter-announce", args=[draft.key, 2])))
    if provided == SignatureRule.CARRY_OVER:
        assert "whose signature carries over unless they object: Aurora Video English" in page
        assert "and whose signature does not carry over: Beacon Search English" in page
        assert "When it is announced, if every member is to sign anew" in page
        assert "and whose signature does not carry over: Aurora Video, Beacon Search English" in page
        assert "3 letters to everybody at members whose signature carries over unless" in announcing
        assert "every member signs anew, 4 letters, which say so" in announcing
        assert all(words in page for words in CARRIES_OVER)
    else:
        assert "if every member is to sign anew" not in page
        assert "4 letters to everybody at members that signed this charter and whose" in announcing
    assert all(words in page for words in SIGNS_ANEW)

    with acting_as(cast.actor("mona")) as mona:
        announce_charter(mona, checked, chosen)
    run_all_jobs()

    sent = [letter for letter in mail.outbox if letter.subject.startswith(("Announced", "Объявлена"))]
    bodies = [" ".join(str(letter.body).split()) for letter in sent]
    for name, variant in (("carries_over", CARRIES_OVER), ("signs_anew", SIGNS_ANEW)):
        assert sum(any(words in body for words in variant) for body in bodies) == counted.get(name, 0)
    assert len(sent) == sum(counted.values())
    after = words_of(mona_client.get(address))
    assert "When it is announced" not in after
    assert "announced after the last dry run" in after


def test_a_draft_without_a_dry_run_has_no_letters(cast: Cast, draft: Charter) -> None:
    page = words_of(signed_in(cast.mona).get(reverse("secretariat:charter-letters", args=[draft.key, 2])))

    assert "No letter goes out" in page


def test_the_letter_of_a_later_signature_says_what_became_of_its_pledges(cast: Cast, draft: Charter) -> None:
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=draft.pk).update(announced_at=None, signatures="")
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, check_charter(mona, draft))
    run_all_jobs()
    assert "and so do its pledges and reports" in "".join(letters_to(cast, "sven").values())
    mail.outbox.clear()

    draft.refresh_from_db()
    address = reverse("workspace:accession-sign", args=[draft.key, 2])
    page = words_of(signed_in(cast.sven).get(address))
    assert "1 pledge moves to this version and takes its keys 1 pledge returns for signing" in page
    with acting_as(cast.actor("sven")) as sven:
        signed = sign_accession(sven, cast.aurora.accessions.create(charter=draft))
    with acting_as(cast.actor("mona")) as mona:
        publish_accession(mona, signed)
    run_all_jobs()

    (published,) = (
        text for subject, text in letters_to(cast, "alice").items() if subject.startswith("Published")
    )
    assert "1 pledge of your organisation is to this version" in published
    assert "1 pledge returns to your organisation" in published
