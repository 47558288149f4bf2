"""What is signed is what was shown: an edit after the page was opened stops the signing."""

import html
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from alliance.enums import CycleState, OrganisationState, ReportState, Role
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Cycle, Membership, Organisation, Report, Submission
from alliance.queries.report_frame import report_frame
from alliance.services.people import end_membership
from alliance.services.sign_off import ask_for_sign_off
from portal.kernel.access import acting_as
from tests.factories import Cast, actor_of, make_cycle, make_person, make_report, read_charter
from tests.factories.cast import PASSWORD
from tests.support.pages import outlast_confirmation, signed_in, signing_form, words_of
from tests.support.report_program import stored_rows
from tests.support.working_copies import fill_report, save_one_figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's, complete and in draft."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)
    return report


@pytest.fixture
def sven(cast: Cast) -> Client:
    return signed_in(cast.sven)


def test_an_edit_after_the_page_was_opened_stops_the_signing_and_is_named(
    cast: Cast, report: Report, sven: Client
) -> None:
    url = f"/workspace/reports/{report.pk}/submit/"
    form = signing_form(sven, url)
    figure = report.figures.filter(cell="", service__isnull=False).order_by("pk")[0]
    values = FigureValues(value=Decimal(121))
    save_one_figure(cast.actor("alice"), report, FigurePlace.of(figure), values, figure.version)

    refused = sven.post(url, form)
    again = {"stated": "on", "shown": str(refused.context["shown"])}

    assert refused.status_code == 422
    assert "it was changed after that." in words_of(refused)
    assert f"“{report_frame(report).words_of(figure.place)}” by Alice" in words_of(refused)
    assert "checked" not in str(refused.context["form"]["stated"])
    assert not stored_rows(Submission)
    signed = sven.post(url, again)
    report.refresh_from_db()
    assert signed.status_code == 302, words_of(signed)
    assert report.state == ReportState.SUBMITTED


@pytest.mark.parametrize("shown", ["", "yesterday", "2026-11-28T10:00:00 0123", "2026-11-28T10:00:00+00:00"])
def test_a_report_is_not_signed_without_the_copy_that_the_page_has_shown(
    report: Report, sven: Client, shown: str
) -> None:
    answer = sven.post(f"/workspace/reports/{report.pk}/submit/", {"stated": "on", "shown": shown})

    assert answer.status_code == 422
    assert "Read the report as it stands now" in words_of(answer)
    assert not stored_rows(Submission)


def test_a_figure_that_is_gone_stops_the_signing_too(report: Report, sven: Client) -> None:
    url = f"/workspace/reports/{report.pk}/submit/"
    form = signing_form(sven, url)
    report.figures.all()[0].delete()

    answer = sven.post(url, form)

    assert "it was changed after that." in words_of(answer)
    assert "Changed since" not in words_of(answer)


@pytest.mark.parametrize(("due_on", "late"), [(date(2020, 1, 31), True), (date(2999, 1, 31), False)])
def test_the_page_says_before_signing_that_the_report_will_be_late(
    report: Report, sven: Client, due_on: date, late: bool
) -> None:
    Report.objects.update(due_on=due_on)

    page = words_of(sven.get(f"/workspace/reports/{report.pk}/submit/"))

    assert ("31 January 2020: the report will be marked as late." in page) == late


def test_a_report_signed_after_midnight_on_a_page_of_the_day_before_is_said_to_be_late(
    report: Report, sven: Client
) -> None:
    url = f"/workspace/reports/{report.pk}/submit/"
    form = signing_form(sven, url)
    Report.objects.update(due_on=date(2020, 1, 31))

    page = sven.post(url, form, follow=True)

    assert "It was submitted after the deadline and is marked as late." in words_of(page)


# --- What happens while the page is open -----------------------------------------------------


def test_a_report_that_was_exempted_meanwhile_is_not_signed(report: Report, sven: Client) -> None:
    url = f"/workspace/reports/{report.pk}/submit/"
    form = signing_form(sven, url)
    Report.objects.update(state=ReportState.EXEMPT)

    answer = sven.post(url, form)

    assert answer.status_code == 422
    assert "This cannot be done now: the state is “Exempt”." in words_of(answer)
    assert 'name="stated"' not in answer.content.decode()
    assert not stored_rows(Submission)


def test_a_report_whose_cycle_was_closed_meanwhile_is_signed_as_late(report: Report, sven: Client) -> None:
    url = f"/workspace/reports/{report.pk}/submit/"
    form = signing_form(sven, url)
    Cycle.objects.update(state=CycleState.CLOSED)
    Report.objects.update(state=ReportState.NOT_FILED, due_on=date(2020, 1, 31))

    page = sven.post(url, form, follow=True)

    report.refresh_from_db()
    assert "It was submitted after the deadline and is marked as late." in words_of(page)
    assert (report.state, report.late) == (ReportState.SUBMITTED, True)


@pytest.mark.parametrize("state", [ReportState.EXEMPT, ReportState.NOT_FILED, ReportState.SUBMITTED])
def test_a_reason_to_return_a_report_that_has_moved_on_is_given_back(
    report: Report, sven: Client, state: ReportState
) -> None:
    Report.objects.update(state=state)

    answer = sven.post(
        f"/workspace/reports/{report.pk}/send-back/", {"reason": "Count it anew.", "language": "en"}
    )

    assert answer.status_code == 422
    assert f"the state is “{state.label}”" in words_of(answer)
    assert "Count it anew." in words_of(answer)


def test_a_suspended_organisation_signs_nothing_and_its_words_are_given_back(
    cast: Cast, report: Report, sven: Client
) -> None:
    url = f"/workspace/reports/{report.pk}"
    form = signing_form(sven, f"{url}/submit/")
    Report.objects.update(state=ReportState.AWAITING_SIGN_OFF)
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)
    of_page = {"page_tenant": str(cast.aurora.pk)}

    signed = sven.post(f"{url}/submit/", {**form, **of_page})
    returned = sven.post(f"{url}/send-back/", {"reason": "Count it anew.", "language": "en", **of_page})

    assert (signed.status_code, returned.status_code) == (409, 409)
    assert "You no longer have access" in words_of(returned)
    assert "Count it anew." in words_of(returned)
    assert not stored_rows(Submission)
    assert sven.post(f"{url}/submit/", form).status_code == 404


def test_of_two_signatories_on_open_pages_the_second_reads_who_was_quicker(
    cast: Cast, report: Report, sven: Client
) -> None:
    sara = signed_in(make_person("Sara", cast.aurora, Role.SIGNATORY))
    url = f"/workspace/reports/{report.pk}/submit/"
    forms = {client: signing_form(client, url) for client in (sven, sara)}
    assert sven.post(url, forms[sven]).status_code == 302

    answer = sara.post(url, forms[sara])
    assert "Sven has already submitted this report, on" in words_of(answer)
    assert len(stored_rows(Submission)) == 1
    assert f'href="/workspace/reports/{report.pk}/"' in answer.content.decode()


def test_a_signatory_who_follows_another_finds_the_request_that_waits_and_its_words(
    cast: Cast, report: Report
) -> None:
    with acting_as(cast.actor("alice")) as alice:
        ask_for_sign_off(alice, report, "December is an estimate.", "en")
    sara = make_person("Sara", cast.aurora, Role.SIGNATORY, Role.ADMINISTRATOR)
    with acting_as(actor_of(sara)) as actor:
        end_membership(actor, Membership.objects.get(person=cast.sven, ended_at=None))

    client, url = signed_in(sara), f"/workspace/reports/{report.pk}/submit/"
    assert f'href="{url}"' in client.get("/workspace/").content.decode()
    assert "December is an estimate." in words_of(client.get(url))
    assert client.post(url, signing_form(client, url)).status_code == 302
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED


def test_a_signatory_whose_right_ended_on_an_open_page_signs_nothing(
    cast: Cast, report: Report, sven: Client
) -> None:
    make_person("Sara", cast.aurora, Role.SIGNATORY, Role.ADMINISTRATOR)
    url = f"/workspace/reports/{report.pk}/submit/"
    form = signing_form(sven, url)
    Membership.objects.filter(person=cast.sven).update(roles=[Role.EDITOR])

    refused = sven.post(url, form)
    assert (refused.status_code, stored_rows(Submission)) == (403, [])
    assert "your rights in the organisation do not allow this action" in words_of(refused)


def test_a_confirmation_that_is_cancelled_leads_back_to_the_report(report: Report, sven: Client) -> None:
    outlast_confirmation(sven)
    page = sven.get(f"/workspace/reports/{report.pk}/submit/", follow=True)

    assert "Confirm that it is you" in words_of(page)
    assert page.context["cancel"] == f"/workspace/reports/{report.pk}/"


def test_a_signature_is_given_after_wrong_passwords_and_an_expired_confirmation(
    report: Report, sven: Client
) -> None:
    url = f"/workspace/reports/{report.pk}/submit/"
    form = signing_form(sven, url)
    outlast_confirmation(sven)
    for password in ("wrong", "wrong again", "once more"):
        answer = sven.post(url, {**form, "confirm_password": password})
        assert (answer.status_code, stored_rows(Submission)) == (403, [])
        assert "Wrong password. Enter it again." in words_of(answer)
        assert form["shown"] in html.unescape(answer.content.decode())

    assert (
        sven.get(f"/workspace/reports/{report.pk}/").status_code == 200
    )  # changed one's mind: nothing has happened
    assert sven.post(url, {**form, "confirm_password": PASSWORD}).status_code == 302
    assert len(stored_rows(Submission)) == 1
