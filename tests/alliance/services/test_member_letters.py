"""Letters of the secretariat to a member: recorded, in the inbox and by e-mail; who gets them, who reads them."""

from typing import Any

import pytest
from django.test import Client

from alliance.enums import OrganisationState, Role
from alliance.models import MemberLetter, Membership, Organisation
from alliance.services.member_letters import LetterInput, send_member_letter
from portal.kernel.access import acting_as
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.notifications import inbox_lines
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
WRITTEN = LetterInput("Your figures for May", "Is a week missing?\nPlease <look>.", "en")


def send(cast: Cast, by: str = "rita", written: LetterInput = WRITTEN) -> MemberLetter:
    with acting_as(cast.actor(by)) as actor:
        return send_member_letter(actor, cast.aurora, written)


def test_the_signatories_and_administrators_get_it(cast: Cast, mailoutbox: list[Any]) -> None:
    send(cast)

    lines = [(name, line) for name, line in inbox_lines() if "May" in line]
    assert lines == [("Sven", "The secretariat writes: Your figures for May")]
    [letter] = [each for each in mailoutbox if each.to == [cast.sven.email]]
    assert "Please <look>." in letter.body
    settings = signed_in(cast.sven).get("/accounts/notifications/")
    assert (settings.status_code, "Your figures for May" in words_of(settings)) == (200, True)
    event = Event.objects.get(kind="member_letter.send")
    assert (event.person_id, event.target_tenant_id) == (cast.rita.pk, cast.aurora.pk)


def test_both_sides_read_it_and_others_do_not(cast: Cast) -> None:
    letter = send(cast)

    for person in (cast.sven, cast.alice):
        page = signed_in(person).get(f"/workspace/letters/{letter.pk}/")
        assert "Is a week missing?" in words_of(page)
    assert signed_in(cast.carol).get(f"/workspace/letters/{letter.pk}/").status_code == 404
    dossier = words_of(signed_in(cast.mona).get(f"/secretariat/members/{cast.aurora.pk}/"))
    assert "Your figures for May" in dossier


@pytest.mark.parametrize("by", ["sven", "alice", "carol"])
def test_a_member_sends_none(cast: Cast, by: str) -> None:
    with pytest.raises(Forbidden):
        send(cast, by)


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (LetterInput(" ", "Text"), "subject"),
        (LetterInput("x" * 151, "Text"), "subject"),
        (LetterInput("About", "\n"), "text"),
        (LetterInput("About", "x" * 4001), "text"),
    ],
)
def test_an_incomplete_letter_is_refused(cast: Cast, written: LetterInput, field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        send(cast, written=written)
    assert refusal.value.field == field


def test_nobody_to_write_to_is_said_before(cast: Cast) -> None:
    url = f"/secretariat/members/{cast.aurora.pk}/letters/send/"
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)
    assert "have no access now" in words_of(signed_in(cast.mona).get(url))

    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.ACTIVE)
    Membership.objects.filter(organisation=cast.aurora).update(roles=[Role.EDITOR])
    with pytest.raises(DomainError, match="no signatory or administrator"):
        send(cast)


def test_the_page_names_the_recipients_and_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    del client
    mona = signed_in(cast.mona)
    url = f"/secretariat/members/{cast.aurora.pk}/letters/send/"
    page = mona.get(url)
    assert "Sven" in words_of(page)
    assert "Alice" not in words_of(page)  # an editor

    refused = mona.post(url, {"subject": "", "text": "A long text.", "language": "en"})
    assert refused.status_code == 422
    assert "A long text." in refused.text
    assert not MemberLetter.objects.exists()

    sent = mona.post(url, {"subject": "May", "text": "A long text.", "language": "en"})
    assert sent.status_code == 302
    run_all_jobs()
    assert MemberLetter.objects.get().subject == "May"


def test_the_page_of_the_cycle_leads_to_the_letter_and_back(cast: Cast) -> None:
    cycle = make_cycle(read_charter())
    make_report(cycle, cast.aurora)
    desk = f"/secretariat/cycles/{cycle.slug}/"
    url = f"/secretariat/members/{cast.aurora.pk}/letters/send/?cycle={cycle.slug}"

    assert url in signed_in(cast.rita).get(f"{desk}?show=all").text
    mona = signed_in(cast.mona)
    assert f'href="{desk}"' in mona.get(url).text
    sent = mona.post(url, {"subject": "May", "text": "A long text.", "language": "en"})
    assert (sent.status_code, sent["Location"]) == (302, desk)
    elsewhere = mona.get(url.replace(cycle.slug, "https://example.com"))
    assert f'href="/secretariat/members/{cast.aurora.pk}/"' in elsewhere.text
