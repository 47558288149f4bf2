"""Beside a published verdict a file quotes the pledge that the page shows: as it stood with that verdict."""

import pytest
from django.test import Client

from alliance.documents.report.commitments import commitments_of
from alliance.documents.report.facts import published_report_facts
from alliance.models import Pledge, PublicFile
from alliance.queries.public.report_editions import ReportEdition, report_edition
from alliance.services.pledge_draft import TargetDraft
from alliance.services.pledges import (
    draft_pledge,
    edit_pledge,
    publish_pledge,
    revise_pledge,
    sign_pledge,
    withdraw_pledge,
)
from alliance.services.public_documents import request_public_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, read_charter
from tests.support.corrections import REASON
from tests.support.jobs import run_all_jobs
from tests.support.pages import words_of
from tests.support.pledges import WORDS, draft_with, published
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.withdrawals import withdraw

pytestmark = pytest.mark.django_db
AS_IT_STOOD = "as it stood when the report was published"


@pytest.fixture
def pledge(cast: Cast) -> Pledge:
    with acting_as(SYSTEM):
        targets = (TargetDraft(text="Find half of it."),)
        return published(cast, read_charter(), draft_with(text="We will find half of it.", targets=targets))


@pytest.fixture
def report(cast: Cast, pledge: Pledge) -> Publication:
    cycle = make_cycle(read_charter())
    publication = make_published_report(cycle, cast.aurora, verdicts={"find": "limited"})
    make_published_cycle(cycle)
    return publication


def current_edition() -> ReportEdition:
    edition = report_edition("aurora-video", "2026-h1")
    assert edition is not None
    return edition


def quoted(report: Publication, as_of: int | None = None) -> tuple[str, list[str], bool] | None:
    """What a file says of the pledge to `find`: its text, its targets, whether it is marked as another one by now."""
    commitment = commitments_of(published_report_facts(report.number, as_of))[0]
    if commitment.pledge is None:
        return None
    pledge = commitment.pledge
    return pledge.text.text, [target.text.text for target in pledge.targets], AS_IT_STOOD in pledge.note


def revise(cast: Cast, pledge: Pledge) -> None:
    words = draft_with(text="We will find all of it.", targets=(TargetDraft(text="Find all of it."),))
    with acting_as(SYSTEM):
        draft = revise_pledge(cast.actor("alice"), Pledge.objects.get(pk=pledge.pk))
        edited = edit_pledge(cast.actor("alice"), draft, words, draft.version)
        publish_pledge(cast.actor("mona"), sign_pledge(cast.actor("sven"), edited))


def bytes_at(client: Client, address: str) -> bytes:
    """The file; empty where it is no longer handed out."""
    response = client.get(address)
    return b"".join(response.streaming_content) if response.status_code == 200 else b""  # type: ignore[attr-defined]  # a file’s


STOOD = ("We will find half of it.", ["Find half of it."])


def test_a_pledge_revised_since_stands_as_it_was_and_makes_a_new_edition(
    cast: Cast, pledge: Pledge, report: Publication
) -> None:
    before = current_edition()
    assert quoted(report) == (*STOOD, False)

    revise(cast, pledge)

    assert quoted(report) == (*STOOD, True)
    assert current_edition().number == Publication.objects.get(type="pledge", revision=2).number
    assert quoted(report, before.number) == (
        *STOOD,
        False,
    )  # what is printed of one edition is always the same


def test_a_pledge_ended_since_stays_and_one_whose_publication_is_withdrawn_does_not(
    cast: Cast, pledge: Pledge, report: Publication
) -> None:
    with acting_as(SYSTEM):
        withdraw_pledge(cast.actor("sven"), Pledge.objects.get(pk=pledge.pk), "We have closed the service.")
    assert quoted(report) == (*STOOD, True)

    withdraw(cast, Publication.objects.filter(type="pledge").latest("number"), REASON)

    assert quoted(report) is None
    assert current_edition().number == Publication.objects.get(type="withdrawal").number


def test_a_file_that_quotes_a_withdrawn_pledge_is_no_longer_handed_out(
    cast: Cast, client: Client, pledge: Pledge, report: Publication
) -> None:
    edition = current_edition()
    for format_ in ("pdf", "json"):
        request_public_report(edition, "en", format_)
    run_all_jobs()
    pdf, json = (PublicFile.objects.get(kind=f"report.{each}", language="en") for each in ("pdf", "json"))
    addresses = [f"/en/publications/{file.number}/files/{file.sha256}" for file in (pdf, json)]
    assert [len(bytes_at(client, each)) for each in addresses] == [pdf.size, json.size]

    withdrawn = withdraw(cast, Publication.objects.get(type="pledge"), REASON)

    gone = client.get(addresses[0])
    assert (gone.status_code, REASON["en"] in words_of(gone)) == (410, True)
    assert len(bytes_at(client, addresses[1])) == json.size  # it quotes no pledge
    request_public_report(current_edition(), "en")
    run_all_jobs()
    assert PublicFile.objects.filter(kind="report.pdf", as_of=withdrawn.published_as).exists()


def test_a_pledge_made_since_is_said_to_be_later(cast: Cast) -> None:
    cycle = make_cycle(read_charter())
    report = make_published_report(cycle, cast.aurora, verdicts={"find": "limited"})
    make_published_cycle(cycle)
    assert quoted(report) is None

    with acting_as(SYSTEM):
        draft = draft_pledge(cast.actor("alice"), cast.aurora, WORDS)
        publish_pledge(cast.actor("mona"), sign_pledge(cast.actor("sven"), draft))

    pledge = commitments_of(published_report_facts(report.number))[0].pledge
    assert pledge is not None
    assert pledge.note.endswith("made after the report was published")
