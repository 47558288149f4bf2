"""What is sent from a page of one organisation is not done for another one, and nothing that was typed is lost."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from alliance.enums import Role
from alliance.models import Membership, Organisation
from alliance.web.middleware import MUST_CONSENT_KEY
from portal.kernel.access import SYSTEM, acting_as
from practices.models import Practice
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.forms import forms_in
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db

NEW = "/workspace/practices/new/"
TEMPLATES = Path(__file__).parents[3] / "templates"
# Forms of these pages are one's own, whoever one acts for, or the public's.
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
OWN_PAGES = ("account/", "base/", "alliance/public/", "alliance/session/", "portal/public/")


@pytest.fixture
def alice(cast: Cast) -> Client:
    """Alice edits for Aurora, and for Beacon; she acts for Aurora."""
    Membership.objects.create(person=cast.alice, organisation=cast.beacon, roles=[Role.EDITOR])
    client = signed_in(cast.alice)
    act_for(client, cast.aurora)
    return client


def act_for(client: Client, organisation: Organisation) -> None:
    client.post("/session/switch/", {"organisation": organisation.slug})


def new_practice(client: Client) -> dict[str, list[str]]:
    """The form of a new practice as its page has it, with a title."""
    form = next(form for form in forms_in(client.get(NEW).content) if "title" in form.names)
    return form.filled({"title": "Hashes of known images"})


def owners_of_drafts() -> list[str]:
    with acting_as(SYSTEM):
        return list(Practice.objects.values_list("authors__organisation__slug", flat=True))


def test_a_form_of_one_organisation_does_nothing_for_another(cast: Cast, alice: Client) -> None:
    form = new_practice(alice)
    act_for(alice, cast.beacon)

    answer = alice.post(NEW, form)

    assert answer.status_code == 409
    words = words_of(answer)
    assert "You opened the page for Aurora Video and have since switched to Beacon Search" in words
    assert "Hashes of known images" in words
    assert owners_of_drafts() == []


def test_switching_back_sends_the_same_form_for_the_organisation_of_its_page(
    cast: Cast, alice: Client
) -> None:
    form = new_practice(alice)
    act_for(alice, cast.beacon)
    page = forms_in(alice.post(NEW, form).content)[0]

    answer = alice.post(page.action, {**page.values, "switch_tenant": "1"})

    assert answer.status_code == 302
    assert owners_of_drafts() == ["aurora-video"]
    assert "Hashes of known images" in words_of(alice.get(answer["Location"]))


def test_nobody_is_switched_without_the_token_of_a_form(cast: Cast, alice: Client) -> None:
    form = {**new_practice(alice), "switch_tenant": "1"}
    act_for(alice, cast.beacon)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alice.cookies

    answer = strict.post(NEW, {**form, "csrfmiddlewaretoken": "x" * 64})

    assert answer.status_code == 403
    assert new_practice(alice)["page_tenant"] == [str(cast.beacon.pk)]


def test_a_form_is_not_taken_for_missing_after_a_switch_to_the_secretariat(cast: Cast, alice: Client) -> None:
    form = new_practice(alice)
    Membership.objects.create(person=cast.alice, organisation=cast.secretariat, roles=[Role.REVIEWER])
    act_for(alice, cast.secretariat)

    assert alice.post(NEW, form).status_code == 409


def test_what_was_typed_for_an_organisation_that_one_has_left_is_shown(cast: Cast, alice: Client) -> None:
    form = new_practice(alice)
    membership = Membership.objects.get(person=cast.alice, organisation=cast.aurora)
    Membership.objects.filter(pk=membership.pk).update(ended_at=membership.started_at)

    answer = alice.post(NEW, {**form, "switch_tenant": "1"})

    words = words_of(answer)
    assert answer.status_code == 409
    assert "You no longer have access for the organisation that you opened the page for." in words
    assert "Hashes of known images" in words
    assert owners_of_drafts() == []


def test_a_person_without_memberships_sees_when_access_ended(cast: Cast) -> None:
    Membership.objects.filter(person=cast.alice).exclude(organisation=cast.aurora).delete()
    alice = signed_in(cast.alice)
    made_for = {"page_tenant": cast.aurora.pk}
    Membership.objects.filter(person=cast.alice).update(ended_at=timezone.now())

    words = words_of(alice.post("/workspace/people/leave/", made_for))

    assert "Your membership in Aurora Video ended on" in words
    assert "opened for another organisation" not in words
    assert "What you typed" not in words


def test_an_autosave_is_refused_where_it_says_what_is_saved(cast: Cast, alice: Client) -> None:
    form = {**new_practice(alice), "autosave": "1"}
    act_for(alice, cast.beacon)

    answer = alice.post(NEW, form, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Reswap"]) == (409, "innerHTML")
    assert "Not saved" in words_of(answer)
    assert "switch back to Aurora Video" in words_of(answer)


def test_an_editor_whose_membership_has_ended_says_that_nothing_is_saved(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    report = make_report(make_cycle(read_charter()), cast.aurora)
    Membership.objects.filter(person=cast.alice).update(ended_at=timezone.now())

    answer = alice.post(
        f"/workspace/reports/{report.pk}/measures/search/",
        {"autosave": "1"},
        headers={"HX-Request": "true", "Acting-For": str(cast.aurora.pk)},
    )

    assert answer.status_code == 409
    assert "Not saved" in words_of(answer)
    assert "What you typed is still here: copy it." in words_of(answer)


def test_a_script_of_another_page_gets_nothing(cast: Cast, alice: Client) -> None:
    acting_for = {"Acting-For": str(cast.aurora.pk)}
    act_for(alice, cast.beacon)
    listing = {**acting_for, "HX-Request": "true", "HX-Current-URL": "http://testserver/workspace/practices/"}

    fetched = alice.get("/workspace/practices/", headers=acting_for)
    narrowed = alice.get("/workspace/practices/?q=hash", headers=listing)

    assert (fetched.status_code, fetched.content) == (409, b"")
    assert (narrowed.status_code, narrowed["HX-Refresh"], narrowed.content) == (409, "true", b"")


def test_a_page_that_asks_for_news_says_that_it_is_of_another_organisation(cast: Cast, alice: Client) -> None:
    act_for(alice, cast.beacon)

    poll = alice.get(
        "/workspace/practices/", headers={"Acting-For": str(cast.aurora.pk), "HX-Request": "true"}
    )

    assert (poll.status_code, poll["HX-Retarget"]) == (286, "#other-organisation")
    assert "You opened it for Aurora Video and have since switched to Beacon Search" in words_of(poll)
    assert "Switch back to Aurora Video" in words_of(poll)


def test_what_is_not_there_for_one_organisation_offers_the_others(cast: Cast, alice: Client) -> None:
    missing = alice.get("/workspace/reports/999999/", headers={"referer": "http://testserver/workspace/"})
    assert "If the page belongs to another one, switch to it" in words_of(missing)

    page = alice.get(
        "/session/organisation/", headers={"referer": "http://testserver/workspace/reports/999999/"}
    )
    (form,) = [form for form in forms_in(page.content) if form.action == "/session/switch/"][-1:]
    answer = alice.post(form.action, {**form.values, "organisation": "beacon-search"})

    assert answer["Location"] == "/workspace/reports/999999/"
    assert "switch to it" not in words_of(signed_in(cast.bob).get("/workspace/reports/999999/"))


def test_nobody_is_led_away_from_the_portal_by_a_switch(cast: Cast, alice: Client) -> None:
    answer = alice.post(
        "/session/switch/", {"organisation": cast.beacon.slug, "next": "https://example.org/workspace/"}
    )
    assert answer["Location"] == "/session/start/"


def test_every_form_of_an_area_says_for_which_organisation_its_page_was_made() -> None:
    forms = {
        (name, number): form
        for path in TEMPLATES.rglob("*.html")
        if "/" in (name := str(path.relative_to(TEMPLATES))) and not name.startswith(OWN_PAGES)
        for number, form in enumerate(FORM.findall(path.read_text()))
        if 'method="post"' in form.partition(">")[0]
    }

    assert len(forms) > 80
    assert [place for place, form in forms.items() if form.count("{% form_token %}") != 1] == []


def test_a_number_of_an_organisation_that_was_never_theirs_tells_nobody_anything(cast: Cast) -> None:
    bob, headers = signed_in(cast.bob), {"Acting-For": str(cast.secretariat.pk)}
    hidden, missing = (
        bob.get(path, headers=headers) for path in ("/secretariat/members/", "/secretariat/no-such-page/")
    )
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)


def test_nobody_switches_past_the_consent(cast: Cast, alice: Client) -> None:
    Membership.objects.create(person=cast.alice, organisation=cast.secretariat, roles=[Role.REVIEWER])
    session = alice.session
    session[MUST_CONSENT_KEY] = True
    session.save()

    answer = alice.post(
        "/secretariat/inbox/read-all/", {"page_tenant": cast.secretariat.pk, "switch_tenant": "1"}
    )

    assert answer["Location"].startswith("/accounts/consent/")


def test_a_switch_with_a_file_leads_back_to_the_page_of_the_form(cast: Cast, alice: Client) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    page = f"/workspace/reports/{report.pk}/measures/search/"
    act_for(alice, cast.beacon)
    answer = alice.post(
        f"{page}files/",
        {"page_tenant": cast.aurora.pk, "file": SimpleUploadedFile("counts.csv", b"a,b\n1,2\n")},
        headers={"referer": f"http://testserver{page}"},
    )
    (link,) = re.findall(r'href="(/session/organisation/[^"]*)"', answer.content.decode())

    switch = next(form for form in forms_in(alice.get(link).content) if form.action == "/session/switch/")

    assert "choose the files again" in words_of(answer)
    assert switch.values["next"] == [page]
