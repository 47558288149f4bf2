"""The pages before a pledge changes name each published report that shows it, with the PDF that quotes it."""

import pytest

from alliance.models import Pledge, PublishedPledge
from alliance.queries.public.standing_pledges import pledges_when_published, reports_beside_pledge
from alliance.services.pledge_draft import TargetDraft
from alliance.services.pledges import draft_pledge, edit_pledge, publish_pledge, revise_pledge, sign_pledge
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, read_charter
from tests.support.pages import signed_in, words_of
from tests.support.pledges import draft_with, published
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db
WORDS = draft_with(text="We will find half of it.", targets=(TargetDraft(text="Find half."),))


def make_pledge(cast: Cast) -> Pledge:
    with acting_as(SYSTEM):
        return published(cast, read_charter(), WORDS)


def make_later_pledge(cast: Cast) -> Pledge:
    """By a member that has acceded for its report."""
    with acting_as(SYSTEM):
        pledge = sign_pledge(cast.actor("sven"), draft_pledge(cast.actor("alice"), cast.aurora, WORDS))
        return publish_pledge(cast.actor("mona"), pledge)


def make_report_of(cast: Cast, slug: str = "2026-h1") -> None:
    cycle = make_cycle(read_charter(), slug)
    make_published_report(cycle, cast.aurora, verdicts={"find": "limited"})
    make_published_cycle(cycle)


def number_of(pledge: Pledge) -> int:
    return PublishedPledge.objects.current().get(record=pledge.record).valid_from


def test_the_page_before_its_publication_is_withdrawn_leads_to_report_and_pdf(cast: Cast) -> None:
    pledge = make_pledge(cast)
    make_report_of(cast)

    answer = signed_in(cast.mona).get(f"/secretariat/publications/{number_of(pledge)}/withdraw/")

    assert "the PDF with it is withheld and made anew without it" in words_of(answer)
    page = answer.content.decode()
    assert 'href="/en/reports/aurora-video/2026-h1/"' in page
    assert 'href="/en/reports/aurora-video/2026-h1/document/"' in page


def test_before_the_member_withdraws_it_the_page_says_that_it_stays_beside_old_verdicts(cast: Cast) -> None:
    pledge = make_pledge(cast)
    make_report_of(cast)

    page = words_of(signed_in(cast.sven).get(f"/workspace/pledges/{pledge.pk}/withdraw/"))

    assert "the pledge stays as it stood then, marked as such" in page
    assert "it stands no more" not in page


def test_from_reports_that_were_published_before_it_was_made_it_goes(cast: Cast) -> None:
    make_report_of(cast)
    pledge = make_later_pledge(cast)

    page = words_of(signed_in(cast.sven).get(f"/workspace/pledges/{pledge.pk}/withdraw/"))

    assert "it stands no more" in page
    assert "stays as it stood then" not in page


def test_before_a_revision_and_a_fulfilment_the_secretariat_reads_it_too(cast: Cast) -> None:
    pledge = make_pledge(cast)
    make_report_of(cast)
    with acting_as(SYSTEM):
        draft = revise_pledge(cast.actor("alice"), pledge)
        signed = sign_pledge(
            cast.actor("sven"), edit_pledge(cast.actor("alice"), draft, WORDS, draft.version)
        )
    mona = signed_in(cast.mona)

    for page in (f"/secretariat/pledges/{signed.pk}/publish/", f"/secretariat/pledges/{pledge.pk}/fulfil/"):
        assert "stays as it stood then" in words_of(mona.get(page))


def test_each_report_is_told_by_what_stood_when_it_was_published(cast: Cast) -> None:
    make_report_of(cast)
    pledge = make_later_pledge(cast)
    make_report_of(cast, "2026-h2")

    rows = reports_beside_pledge(str(pledge.record))

    assert [(row.report.cycle.slug, row.stood) for row in rows] == [("2026-h2", True), ("2026-h1", False)]
    for row in rows:  # the report itself says the same
        charter, record = row.report.cycle.charter, f"aurora-video/{row.report.cycle.slug}"
        shown = pledges_when_published(charter, cast.aurora.pk, record) or {}
        assert [(each.record, each.is_later) for each in shown.values()] == [(pledge.record, not row.stood)]
