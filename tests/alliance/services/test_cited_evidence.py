"""An adopted practice as evidence: only of one's own, and never more of it than its reader may know."""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alliance.enums import ReportState
from alliance.models import Evidence, Measure, Report
from alliance.queries.citations import rows_with_citations
from alliance.services.evidence import add_practice
from alliance.services.submissions import submit_report
from portal.kernel import registry
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError
from practices.access import person_token
from practices.audiences import audience
from practices.enums import Label
from practices.models import Adoption, Practice
from practices.services.adoptions import AdoptionResultInput, add_result
from practices.services.audiences import set_readers
from practices.services.practices import share_practice_directly
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.factories.adoptions import make_adoption
from tests.factories.practices import call_as, make_draft, make_shared
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import make_submission
from tests.support.working_copies import fill_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]
TITLE, RESULT = "Slow the first message", "Unwanted contact: 4.1 → 1.6 in 10,000"


@pytest.fixture
def report(cast: Cast) -> Report:
    """Beacon's: it uses what Aurora shares."""
    return make_report(make_cycle(read_charter()), cast.beacon)


def practice_of(cast: Cast, label: str) -> Practice:
    """Shared with Beacon; what is RED with Carol alone."""
    if label != Label.RED:
        return make_shared(cast, label)
    practice = make_draft(cast)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(
            author_people=[person_token(cast.sven.pk, cast.aurora.pk)]
        )
    reader = audience(Label.RED, people=[person_token(cast.carol.pk, cast.beacon.pk)])
    call_as(cast.actor("sven"), set_readers, practice, reader)
    shared_practice: Practice = call_as(cast.actor("sven"), share_practice_directly, practice)
    return shared_practice


def adopted(cast: Cast, label: str) -> Adoption:
    adoption = make_adoption(cast.actor("carol"), practice_of(cast, label))
    result = AdoptionResultInput("Unwanted contact", "in 10,000", Decimal("4.1"), Decimal("1.6"))
    call_as(cast.actor("carol"), add_result, adoption, result)
    return adoption


def cite(cast: Cast, report: Report, adoption: Adoption, disclosure: str = "public") -> Evidence:
    with acting_as(cast.actor("carol")) as carol:
        measure = Measure.objects.get(key="search", charter__key="test-charter")
        return add_practice(carol, report, measure, "adoption", str(adoption.key), disclosure)


def item(adoption: Adoption) -> dict[str, Any]:
    """As a submission carries it."""
    return {
        "id": 1, "kind": "practice", "title": "", "url": "", "file_name": "", "media_type": "", "size": 0,
        "sha256": "", "disclosure": "public", "source": "adoption", "reference": str(adoption.key),
    }  # fmt: skip


def read_by(actor: Actor, cast: Cast, adoption: Adoption) -> tuple[str, str] | None:
    with acting_as(actor):
        (row,) = rows_with_citations(actor, cast.beacon.pk, [item(adoption)])
    return (row["citation"].title, row["citation"].text) if row["citation"] else None


def test_what_is_offered_is_ones_own_and_in_use(cast: Cast) -> None:
    adoption, carol = adopted(cast, Label.GREEN), cast.actor("carol")
    make_adoption(carol, make_shared(cast), state="considering")
    with acting_as(carol):
        assert registry.citable_items(carol, cast.beacon.pk) == [("adoption", str(adoption.key), TITLE)]
    with acting_as(cast.actor("alice")) as alice:
        assert registry.citable_items(alice, cast.aurora.pk) == []


def test_only_what_is_offered_is_cited_and_once(cast: Cast, report: Report) -> None:
    adoption = adopted(cast, Label.GREEN)
    with acting_as(SYSTEM):
        others = Adoption.objects.create(
            practice=adoption.practice, organisation=cast.aurora, since=date(2026, 1, 1), label=Label.GREEN
        )
    with pytest.raises(DomainError, match="that your organisation uses"):
        cite(cast, report, others)
    evidence = cite(cast, report, adoption)
    assert (evidence.title, evidence.reference) == ("", str(adoption.key))
    with pytest.raises(DomainError, match="already attached to the answer"):
        cite(cast, report, adoption)


def test_the_submission_carries_the_citation_and_no_word_of_the_practice(cast: Cast, report: Report) -> None:
    adoption = adopted(cast, Label.RED)
    fill_report(cast.actor("carol"), report)
    cite(cast, report, adoption)
    with acting_as(cast.actor("carol")) as carol:
        submission = submit_report(carol, report)
    body = bytes(submission.body).decode()
    (filed,) = [row for part in json.loads(body)["measures"] for row in part["evidence"]]

    assert (filed["kind"], filed["source"], filed["reference"]) == ("practice", "adoption", str(adoption.key))
    assert TITLE not in body
    assert "Unwanted" not in body


@pytest.mark.parametrize(
    ("label", "read"), [(Label.GREEN, (TITLE, RESULT)), (Label.AMBER, None), (Label.RED, None)]
)
def test_the_reviewer_reads_of_it_what_they_may_read(
    cast: Cast, report: Report, label: str, read: Any
) -> None:
    adoption = adopted(cast, label)
    assert read_by(cast.actor("carol"), cast, adoption) == (TITLE, RESULT)
    assert read_by(cast.actor("rita"), cast, adoption) == read

    measures = [
        {"measure": "search", "answers": [], "figures": [], "evidence": [item(adoption)], "warnings": []}
    ]
    make_submission(report, ReportState.IN_REVIEW, measures=measures)
    client = Client()
    client.force_login(cast.rita)
    page = client.get(f"/secretariat/reviews/{report.pk}/measures/search/").content.decode()
    assert (TITLE in page, "The secretariat cannot read its text" in page) == (read is not None, read is None)


@pytest.mark.parametrize("label", [Label.CLEAR, Label.GREEN, Label.AMBER, Label.RED])
def test_the_public_reads_the_title_of_what_is_clear_alone(cast: Cast, label: str) -> None:
    adoption = adopted(cast, label)
    cycle = make_cycle(read_charter())
    publication = make_published_report(cycle, cast.beacon, evidence={"search": [item(adoption)]})
    make_published_cycle(cycle)
    client = Client()
    page = client.get("/en/reports/beacon-search/2026-h1/").content.decode()
    data = client.get("/en/reports/beacon-search/2026-h1.json").content.decode()
    everything = page + data + bytes(publication.body).decode()

    assert (TITLE in everything) == (label == Label.CLEAR)
    assert ("Evidence was given: an adopted practice" in page) == (label != Label.CLEAR)
    assert '"reference"' not in bytes(publication.body).decode()


@pytest.mark.parametrize(("label", "readers"), [(Label.GREEN, "Public, unnamed"), (Label.CLEAR, "Public")])
def test_a_filed_report_says_whether_the_public_reads_a_practice_by_name(
    cast: Cast, report: Report, label: str, readers: str
) -> None:
    fill_report(cast.actor("carol"), report)
    cite(cast, report, adopted(cast, label))
    with acting_as(cast.actor("carol")) as carol:
        submit_report(carol, report)
    for person, page in ((cast.carol, "workspace:report-filed"), (cast.rita, "secretariat:review-filed")):
        words = words_of(signed_in(person).get(reverse(page, args=[report.pk, 1])))
        assert re.findall(r"Adopted practice (Public, unnamed|Public)", words) == [readers]
