"""An adopted practice as evidence: only of one's own, and never more of it than its reader may know."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from alliance.enums import Grant, ReportState
from alliance.models import Evidence, Measure, Membership, Report
from alliance.queries.citations import cite_items
from alliance.services.evidence import add_practice
from alliance.services.submissions import submit_report
from portal.kernel import registry
from portal.kernel.access import SYSTEM, Actor
from portal.kernel.errors import DomainError
from portal.kernel.row_security import acting_as
from practices.access import named
from practices.audiences import audience
from practices.enums import Label
from practices.models import Adoption, Practice
from practices.services.adoptions import Result, add_result
from practices.services.audiences import set_readers
from practices.services.practices import share_practice_directly
from tests.factories import Cast, make_cast, make_charter, make_cycle, make_report
from tests.factories.adoptions import used
from tests.factories.practices import act, drafted, shared
from tests.support.drafts import fill
from tests.support.published import published, published_cycle
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
TITLE, RESULT = "Slow the first message", "Unwanted contact: 4.1 → 1.6 in 10,000"


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    Membership.objects.filter(person=made.sven).update(grants=[Grant.SIGNATORY, Grant.EDITOR])
    return made


@pytest.fixture
def report(cast: Cast) -> Report:
    """Beacon's: it uses what Aurora shares."""
    return make_report(make_cycle(make_charter()), cast.beacon)


def practice_of(cast: Cast, label: str) -> Practice:
    """Shared with Beacon; what is RED with Carol alone."""
    if label != Label.RED:
        return shared(cast, label)
    practice = drafted(cast)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(author_people=[named(cast.sven.pk, cast.aurora.pk)])
    reader = audience(Label.RED, people=[named(cast.carol.pk, cast.beacon.pk)])
    act(cast.actor("sven"), set_readers, practice, reader)
    found: Practice = act(cast.actor("sven"), share_practice_directly, practice)
    return found


def adopted(cast: Cast, label: str) -> Adoption:
    adoption = used(cast.actor("carol"), practice_of(cast, label))
    result = Result("Unwanted contact", "in 10,000", Decimal("4.1"), Decimal("1.6"))
    act(cast.actor("carol"), add_result, adoption, result)
    return adoption


def cite(cast: Cast, report: Report, adoption: Adoption, disclosure: str = "public") -> Evidence:
    with acting_as(cast.actor("carol")) as carol:
        place = Measure.objects.get(key="search", charter__key="test-charter")
        return add_practice(carol, report, place, "adoption", str(adoption.key), disclosure)


def item(adoption: Adoption) -> dict[str, Any]:
    """As a submission carries it."""
    return {
        "id": 1, "kind": "practice", "title": "", "url": "", "file_name": "", "media_type": "", "size": 0,
        "sha256": "", "disclosure": "public", "source": "adoption", "reference": str(adoption.key),
    }  # fmt: skip


def read_by(actor: Actor, cast: Cast, adoption: Adoption) -> tuple[str, str] | None:
    with acting_as(actor):
        (row,) = cite_items(actor, cast.beacon.pk, [item(adoption)])
    return (row["cited"].title, row["cited"].text) if row["cited"] else None


def test_what_is_offered_is_ones_own_and_in_use(cast: Cast) -> None:
    adoption, carol = adopted(cast, Label.GREEN), cast.actor("carol")
    used(carol, shared(cast), state="considering")
    with acting_as(carol):
        assert registry.offered(carol, cast.beacon.pk) == [("adoption", str(adoption.key), TITLE)]
    with acting_as(cast.actor("alice")) as alice:
        assert registry.offered(alice, cast.aurora.pk) == []


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
    fill(cast.actor("carol"), report)
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
    cycle = make_cycle(make_charter())
    publication = published(cycle, cast.beacon, evidence={"search": [item(adoption)]})
    published_cycle(cycle)
    client = Client()
    page = client.get("/en/reports/beacon-search/2026-h1/").content.decode()
    data = client.get("/en/reports/beacon-search/2026-h1.json").content.decode()
    everything = page + data + bytes(publication.body).decode()

    assert (TITLE in everything) == (label == Label.CLEAR)
    assert ("Evidence was given: an adopted practice" in page) == (label != Label.CLEAR)
    assert '"reference"' not in bytes(publication.body).decode()
