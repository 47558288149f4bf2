"""A member that has signed an earlier version alone reports on that one; public tables read it by the mapping."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from alliance.enums import AccessionState, CharterState, CycleState, OrganisationKind
from alliance.models import (
    Accession,
    Charter,
    Cycle,
    InvitedComment,
    PublishedFigure,
    PublishedReport,
    PublishedVerdict,
    Report,
    Response,
    Verdict,
)
from alliance.queries.late_joiners import late_joiners
from alliance.queries.local_dates import today
from alliance.queries.public.cycle_changes import corrections_on
from alliance.queries.public.cycle_editions import cycle_edition, reports_on
from alliance.queries.public.verdict_matrix import verdict_matrix
from alliance.queries.report_frame import report_frame
from alliance.queries.reports import own_reports
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.services.cycles import open_cycle
from alliance.services.publications import record_report_publication
from alliance.web.public.matrices import matrix_table
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import read_publication
from tests.factories import Cast, make_charter, make_cycle, make_organisation, read_charter, renamed
from tests.support.corrections import REPLY, correct
from tests.support.pages import signed_in, words_of
from tests.support.submissions import body_of, make_submission, submitted_figure

pytestmark = pytest.mark.django_db
RENAMED = (("find", "look"), ("speed", "quickness"), ("time-to-removal", "time-to-removing"))


def sign(cast: Cast, slug: str, charter: Charter) -> None:
    with acting_as(SYSTEM):
        Accession.objects.create(
            organisation=getattr(cast, slug),
            charter=charter,
            signatory_name="Sven",
            signed_at=clock.now(),
            state=AccessionState.PUBLISHED,
        )


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    """Open on version 2, which Beacon has signed; Aurora stays on version 1."""
    first = read_charter()
    sign(cast, "aurora", first)
    sign(cast, "beacon", first)
    second = make_charter(version=2, state=CharterState.DRAFT, tree=renamed(*RENAMED), mapping=RENAMED)
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, check_charter(mona, second))
        sign(cast, "beacon", second)
        planned = make_cycle(Charter.objects.get(pk=second.pk), "2031-h1", CycleState.PLANNED)
        return open_cycle(mona, planned)


def report_of(cast: Cast, slug: str) -> Report:
    with acting_as(SYSTEM):
        return Report.objects.get(cycle__slug="2031-h1", organisation=getattr(cast, slug))


def test_putting_a_version_in_force_leaves_every_member_its_report(cast: Cast, cycle: Cycle) -> None:
    own, other = report_of(cast, "aurora"), report_of(cast, "beacon")

    assert (own.charter.version, other.charter.version) == (1, 2)
    with acting_as(SYSTEM):
        assert "find" in {row.measure.commitment.key for row in report_frame(own).measures}
        assert "look" in {row.measure.commitment.key for row in report_frame(other).measures}
        assert late_joiners(SYSTEM, cycle) == []


def test_a_member_without_accession_has_no_obligation_to_report(cast: Cast, cycle: Cycle) -> None:
    with acting_as(cast.actor("mona")) as mona:
        Accession.objects.filter(organisation=cast.beacon, charter=cycle.charter).update(
            state=AccessionState.ENDED
        )
        following = open_cycle(mona, make_cycle(cycle.charter, "2031-h2", CycleState.PLANNED))

        assert [row.organisation for row in following.reports.all()] == [cast.aurora]


def test_signing_a_later_version_does_not_announce_a_first_report(cast: Cast, cycle: Cycle) -> None:
    begins, goes_on = "from the next cycle on", "in those that are open, to the one that"
    sven, url = signed_in(cast.sven), f"/workspace/charters/{cycle.charter.key}/2/sign/"
    signing = words_of(sven.get(url))
    sven.post(url)
    with acting_as(SYSTEM):
        accession = Accession.objects.get(organisation=cast.aurora, charter=cycle.charter)
    publishing = words_of(signed_in(cast.mona).get(f"/secretariat/accessions/{accession.pk}/publish/"))

    assert (begins in signing, begins in publishing) == (False, False)
    assert f"{goes_on} you signed before" in signing
    assert f"{goes_on} it signed before" in publishing


def test_the_pages_of_the_report_say_which_version_it_answers_to(cast: Cast, cycle: Cycle) -> None:
    own = report_of(cast, "aurora")

    page = words_of(signed_in(cast.sven).get(reverse("workspace:report", args=[own.pk])))

    assert "This report answers to version 1 of the charter" in page
    with acting_as(cast.actor("sven")) as sven:
        assert [row.charter.version for row in own_reports(sven).filter(pk=own.pk)] == [1]


def test_public_tables_read_the_report_under_the_keys_of_the_cycle(cast: Cast, cycle: Cycle) -> None:
    own = report_of(cast, "aurora")
    with acting_as(SYSTEM):
        figures = {"speed": [submitted_figure("time-to-removal", "2")]}
        submission = make_submission(own, "concluded", measures=body_of(own, figures=figures)["measures"])
        Verdict.objects.create(
            report=own,
            organisation=own.organisation,
            submission=submission,
            commitment=own.charter.commitments.get(key="find"),
            value="complete",
            reason="All of it.",
            given_by=cast.rita,
        )
        Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.PUBLISHED, published_at=clock.now())
        publication = record_report_publication(SYSTEM, own)

    assert read_publication(publication)["charter"]["version"] == 1
    assert PublishedReport.objects.get(cycle=cycle).earlier_version == 1
    assert {row.indicator_key for row in PublishedFigure.objects.filter(cycle=cycle)} == {"time-to-removing"}
    assert {row.commitment_key for row in PublishedVerdict.objects.filter(cycle=cycle)} == {"look"}
    matrix = verdict_matrix(Cycle.objects.get(pk=cycle.pk))
    assert [row.verdicts for row in matrix.rows] == [{"look": "complete"}, {}]
    assert matrix.tallies["look"].values == {"complete": 1}
    assert [row[1] for row in matrix_table(matrix)[1] if row[0] == "Aurora Video"] == ["Filed, to version 1"]
    data = Client().get("/api/v1/reports/aurora-video/2031-h1/").json()
    assert (data["charter"]["version"], data["earlier_version"]) == (2, 1)
    page = words_of(signed_in(cast.sven).get(reverse("public:report", args=["aurora-video", "2031-h1"])))
    assert "This report answers to version 1 of the charter" in page
    member = words_of(signed_in(cast.sven).get(reverse("public:member", args=["aurora-video"])))
    assert "its reports answer to it" in member


def test_a_corrected_reply_is_named_by_the_version_that_was_reported_on(cast: Cast, cycle: Cycle) -> None:
    own = report_of(cast, "aurora")
    with acting_as(SYSTEM):
        make_submission(own, "concluded", measures=body_of(own)["measures"])
        commitment = own.charter.commitments.get(key="find")
        Response.objects.create(
            report=own, organisation=cast.aurora, commitment=commitment, text="So it is.", language="en",
            signatory_name="Sven", signed_by=cast.sven,
        )  # fmt: skip
        Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.PUBLISHED, published_at=clock.now())
        record_report_publication(SYSTEM, own)
    correct(cast, own, REPLY, {"text": "So it was."})

    edition = cycle_edition("2031-h1")
    assert edition is not None
    (change,) = corrections_on(edition, reports_on(edition))
    assert [row.title for row in change.rows] == [f"Reply on {commitment.code} {commitment.title}"]


def test_a_partner_is_invited_to_comment_on_a_measure_of_the_version_that_was_reported_on(
    cast: Cast, cycle: Cycle
) -> None:
    own = report_of(cast, "aurora")
    with acting_as(SYSTEM):
        Report.objects.filter(pk=own.pk).update(state="published")
    partner = make_organisation("lessons", OrganisationKind.PARTNER)
    mona, pages = signed_in(cast.mona), "secretariat:comment-invite"

    page = mona.post(
        reverse(pages, args=[own.pk, "speed"]),
        {
            "partner": str(partner.pk), "question": "Is it so?", "language": "en",
            "due_on": (today() + timedelta(days=7)).isoformat(),
        },
    )  # fmt: skip
    of_another_version = mona.get(reverse(pages, args=[own.pk, "quickness"]))

    assert (page.status_code, of_another_version.status_code) == (302, 404)
    with acting_as(SYSTEM):
        assert InvitedComment.objects.get().measure.charter_id == own.charter_id
