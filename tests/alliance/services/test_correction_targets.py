"""Corrections of the targets of pledges: the pledge's next revision, its marks, and what has changed meanwhile."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.models import Correction, Pledge, PublishedPledge, Report
from alliance.queries.correction_refusals import withdrawn_types
from alliance.queries.correction_steps import correction_acts
from alliance.queries.published_states import (
    published_state,
)
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import (
    CorrectionInput,
    agree_to_correction,
    draft_correction,
    propose_correction,
)
from alliance.services.pledges import TargetDraft, draft_pledge, fulfil_pledge, publish_pledge, sign_pledge
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import Publication, read_publication, rebuild
from tests.factories import Cast, make_cycle, read_cast, read_charter
from tests.support.corrections import LIVE, REASON, correct, figures, proposed
from tests.support.pages import signed_in, words_of
from tests.support.pledges import draft_with
from tests.support.published_reports import make_published_report
from tests.support.review_desk import review_url

pytestmark = pytest.mark.django_db
TARGET = TargetDraft("Nine in ten pieces", date(2027, 6, 30), "found-proactively", Decimal(90))


@pytest.fixture(scope="module", autouse=True)
def published(module_transaction: None) -> None:
    """Aurora's report and its pledge with a target are public."""
    cast = read_cast()
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394"))
    with acting_as(cast.actor("sven")) as actor:
        signed = sign_pledge(actor, draft_pledge(actor, cast.aurora, draft_with(targets=[TARGET])))
    with acting_as(SYSTEM):
        publish_pledge(SYSTEM, signed)


@pytest.fixture
def report(db: None) -> Report:
    return Report.objects.get()


@pytest.fixture
def pledge(db: None) -> Pledge:
    return Pledge.objects.get()


def place_of(pledge: Pledge) -> CorrectionPlace:
    return CorrectionPlace.of_target(str(pledge.record), 1, pledge.commitment_key)


def targets() -> list[dict[str, Any]]:
    return PublishedPledge.objects.current().get().targets


def test_the_pledge_has_its_next_revision_and_the_report_none(
    cast: Cast, report: Report, pledge: Pledge, client: Client
) -> None:
    done = correct(cast, report, place_of(pledge), {"value": "80", "due_on": "2027-12-31"})

    assert Publication.objects.filter(type="report").count() == 1
    second = Publication.objects.get(type="pledge", revision=2)
    assert done.published_as == second.number
    (entry,) = read_publication(second)["corrections"]
    assert (entry["reason"], entry["items"][0]["old"]["value"]) == (REASON, "90")
    (target,) = targets()
    assert (target["value"], target["due_on"], target["text"]) == ("80", "2027-12-31", TARGET.text)
    assert (target["corrected_in"], target["was"]["value"]) == (second.number, "90")
    with acting_as(SYSTEM):  # what the member revises next begins with what is published
        assert Pledge.objects.get(pk=pledge.pk).targets.get().value == Decimal(80)
    for address in ("members/aurora-video", "commitments/find", f"reports/aurora-video/{report.cycle.slug}"):
        page = client.get(f"/en/{address}/")
        assert "Nine in ten pieces, 90, by 30 June 2027" in words_of(page), address
        assert f"/en/publications/{second.number}/" in page.text, address
    in_api = client.get(f"/api/v1/pledges/{pledge.record}/").json()["targets"]
    assert [(row["value"], row["corrected_in"], row["was"]["value"]) for row in in_api] == [
        ("80", second.number, "90")
    ]
    before = targets()
    rebuild()
    assert targets() == before


def test_a_correction_stays_with_the_pledge_that_is_fulfilled(
    cast: Cast, report: Report, pledge: Pledge
) -> None:
    done = correct(cast, report, place_of(pledge), {"value": "80"})
    with acting_as(cast.actor("mona")) as actor:
        fulfil_pledge(actor, pledge)

    assert [row["corrected_in"] for row in targets()] == [done.published_as]


def test_several_values_of_a_report_and_a_pledge_at_once(cast: Cast, report: Report, pledge: Pledge) -> None:
    changes = {place_of(pledge): {"text": "Eight in ten pieces"}, LIVE: {"value": "349"}}
    with acting_as(cast.actor("sven")) as actor:
        draft = draft_correction(actor, report, CorrectionInput(changes, REASON))
        correction = propose_correction(actor, draft)
    with acting_as(cast.actor("mona")) as actor:
        publish_correction(actor, agree_to_correction(actor, correction))

    latest = Publication.objects.order_by("number").values_list("type", "revision")
    assert list(latest)[-2:] == [("report", 2), ("pledge", 2)]
    report_document = read_publication(Publication.objects.get(type="report", revision=2))
    assert [row["subject"] for row in report_document["corrections"][0]["items"]] == ["figure"]


@pytest.mark.parametrize("new", [{"text": " "}, {"value": None}, {"value": "many"}, {"due_on": "2027-02-30"}])
def test_a_target_that_no_pledge_could_have_is_refused(
    cast: Cast, report: Report, pledge: Pledge, new: dict[str, Any]
) -> None:
    with pytest.raises(DomainError) as refusal:
        proposed(cast, report, place_of(pledge), new)

    assert refusal.value.field == place_of(pledge).key


def test_a_pledge_that_ended_meanwhile_is_not_corrected(cast: Cast, report: Report, pledge: Pledge) -> None:
    correction = proposed(cast, report, place_of(pledge), {"value": "80"})
    with acting_as(cast.actor("mona")) as actor:
        agree_to_correction(actor, correction)
        fulfil_pledge(actor, pledge)
        with pytest.raises(WrongState):
            publish_correction(actor, correction)


def test_what_is_withdrawn_is_asked_once_however_many_values_are_corrected(
    cast: Cast, report: Report, pledge: Pledge, django_assert_num_queries: Any
) -> None:
    changes = {place_of(pledge): {"value": "80"}, LIVE: {"value": "349"}}
    with acting_as(cast.actor("sven")) as sven:
        row = propose_correction(sven, draft_correction(sven, report, CorrectionInput(changes, REASON)))
    with acting_as(cast.actor("mona")) as mona:
        (correction,) = Correction.objects.select_related("report__organisation", "report__cycle")
        with django_assert_num_queries(2):
            assert withdrawn_types([correction]) == {row.pk: ""}
        state = published_state(correction.report)
        with CaptureQueriesContext(connection) as asked:
            acts = {each.action: each.blocked for each in correction_acts(mona, correction, state)}
    assert acts.keys() >= {"agree", "object", "publish", "drop"}
    assert sum("alliance_withdrawnpublication" in query["sql"] for query in asked) == 1


def test_the_form_of_a_target(cast: Cast, report: Report, pledge: Pledge) -> None:
    alice, place = signed_in(cast.alice), place_of(pledge)
    values = words_of(alice.get(f"/workspace/reports/{report.pk}/corrections/"))
    assert "Nine in ten pieces, 90, by 30 June 2027" in values

    url = f"/workspace/reports/{report.pk}/corrections/new/?value={place.key}"
    fields = {
        "v0_place": place.key, "v0_text": TARGET.text, "v0_value": "80", "v0_due_on": "2027-06-30",
        "reason_en": REASON["en"], "reason_ru": REASON["ru"], "finder": "member",
    }  # fmt: skip
    saved = alice.post(url, fields, follow=True)

    assert "Nine in ten pieces, 80, by 30 June 2027" in words_of(saved)


def test_a_correction_of_a_target_alone_lists_its_own_places(
    cast: Cast, report: Report, pledge: Pledge
) -> None:
    correction = proposed(cast, report, place_of(pledge), {"value": "80"})
    mona, url = signed_in(cast.mona), f"/secretariat/corrections/{correction.pk}/"

    page = words_of(mona.get(url))
    assert "Report as PDF, XLSX, JSON" not in page
    assert "1 entry with the next number" in page
    consequences = words_of(mona.get(f"{url}agree/"))
    assert "the next revision of the pledge" in consequences
    assert "the next revision of the report" not in consequences


def test_the_places_of_a_figure_and_a_target_together(cast: Cast, report: Report, pledge: Pledge) -> None:
    changes = {place_of(pledge): {"value": "80"}, LIVE: {"value": "349"}}
    with acting_as(cast.actor("sven")) as actor:
        draft = draft_correction(actor, report, CorrectionInput(changes, REASON))
        correction = propose_correction(actor, draft)

    page = words_of(signed_in(cast.mona).get(f"/secretariat/corrections/{correction.pk}/"))

    assert "2 entries with the next numbers" in page  # one of the report, one of the pledge
    _above, whole_places = page.split("Preview all", 1)
    for words in ("2,960", "3,309", "Commitment 1 over time", "Target 1", "revision 2"):
        assert words in whole_places


@pytest.mark.parametrize("step", ["measures/search", "commitments/find"])
def test_a_review_quotes_the_corrected_target_beside_what_was_signed(
    cast: Cast, report: Report, pledge: Pledge, step: str
) -> None:
    correct(cast, report, place_of(pledge), {"text": "Eight in ten pieces"})

    page = words_of(signed_in(cast.rita).get(f"{review_url(report)}{step}/"))

    quoted = "Eight in ten pieces , by 30 June 2027 Was Nine in ten pieces, 90, by 30 June 2027 , corrected"
    assert quoted in page
