"""Evidence that was refused: its form comes again by itself, with what was typed and what is wrong."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from alliance.enums import ReportState
from alliance.models import Evidence, Report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.forms import forms_in
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice)


def address_of(report: Report, kind: str) -> str:
    return reverse(f"workspace:evidence-add-{kind}", args=[report.pk, "search"])


def form_again(answer: Any) -> dict[str, list[str]]:
    """The form of the page in its fields; it is posted to the address of the page."""
    (form,) = (form for form in forms_in(answer.content) if "title" in form.values or "public" in form.values)
    assert form.action == ""
    return form.values


def test_a_refused_link_comes_again_and_is_added_once_it_is_put_right(alice: Client, report: Report) -> None:
    address, key = address_of(report, "link"), str(uuid4())
    sent = {"url": "ftp://counts.example/", "title": "Our <counts>", "public": "on", "once": key}

    refused = alice.post(address, sent)

    assert refused.status_code == 422
    values = form_again(refused)
    assert (values["url"], values["title"], values["public"]) == ([sent["url"]], [sent["title"]], ["on"])
    assert values["once"] == [key]  # so that the words of the first page go once this one is taken
    assert refused.context["form"].errors.keys() == {"url"}
    assert "There is a problem" in words_of(refused)
    added = alice.post(address, {**sent, "url": "https://counts.example/"})
    assert added["Location"] == reverse("workspace:report-measure", args=[report.pk, "search"])
    with acting_as(SYSTEM):
        assert Evidence.objects.get().title == "Our <counts>"


def test_a_refused_file_is_chosen_again_beside_its_title(alice: Client, report: Report) -> None:
    refused = alice.post(address_of(report, "file"), {"title": "Our counts"})

    assert refused.status_code == 422
    assert form_again(refused)["title"] == ["Our counts"]
    assert "The file has to be chosen again." in words_of(refused)
    assert 'enctype="multipart/form-data"' in refused.text


def test_a_practice_that_was_not_chosen_is_asked_for_again(alice: Client, report: Report) -> None:
    refused = alice.post(address_of(report, "practice"), {"public": "on"})

    assert refused.status_code == 422
    assert form_again(refused)["public"] == ["on"]
    assert refused.context["form"].errors.keys() == {"practice"}


@pytest.mark.parametrize("url", ["https://counts.example/", "counts"])
def test_refused_evidence_of_a_submitted_report_shows_the_input(
    alice: Client, report: Report, url: str
) -> None:
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)

    refused = alice.post(address_of(report, "link"), {"url": url, "title": "Our counts"})

    words = words_of(refused)
    assert refused.status_code == 422
    assert "What you typed" in words
    assert "Our counts" in words
    assert 'name="title"' not in refused.text


def test_a_scripted_upload_receives_the_form_errors(alice: Client, report: Report) -> None:
    sent = {"file": SimpleUploadedFile("run.exe", b"MZ\x90"), "title": "Our counts"}

    refused = alice.post(address_of(report, "file"), sent, headers={"Form-By-Script": "1"})

    assert refused.status_code == 422
    assert 'id="errors"' in refused.text
