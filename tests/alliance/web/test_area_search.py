"""The search behind the sign-in: one's own working texts, practices by the library's rules, the public record."""

from uuid import uuid4

import pytest

from alliance.enums import CycleState, ReportState
from alliance.models import Answer, Indicator, Person, Pledge
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.search import rebuild_index
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db

ANSWER = "Our threshold for grooming is kept among us."


@pytest.fixture
def working(cast: Cast) -> None:
    """Aurora answers about grooming in a draft, and has a draft pledge about it."""
    report = make_report(make_cycle(read_charter(), "2026-h2", CycleState.OPEN), cast.aurora)
    assert report.state == ReportState.DRAFT
    with acting_as(SYSTEM):
        Answer.objects.create(
            report=report,
            organisation=cast.aurora,
            indicator=Indicator.objects.get(key="search-story"),
            text=ANSWER,
        )
        Pledge.objects.create(
            organisation=cast.aurora, record=uuid4(), title="Against grooming", text="We will."
        )
        rebuild_index()


def shown(person: Person, text: str, area: str = "workspace") -> str:
    return words_of(signed_in(person).get(f"/{area}/search/?q={text}"))


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("text", ["grooming", "груминг"])
def test_an_organisation_finds_its_own_working_texts(cast: Cast, text: str) -> None:
    page = shown(cast.alice, text)

    assert ANSWER in page
    assert "Against grooming" in page


@pytest.mark.usefixtures("working")
def test_others_and_the_secretariat_find_no_draft(cast: Cast) -> None:
    assert "threshold" not in shown(cast.carol, "grooming")
    assert "Against grooming" not in shown(cast.carol, "grooming")
    assert "Our threshold" not in shown(cast.mona, "threshold", "secretariat")


@pytest.mark.usefixtures("working")
def test_people_and_members_are_found_by_name(cast: Cast) -> None:
    assert "Aurora Video" in shown(cast.mona, "Aurora", "secretariat")
    assert cast.alice.name in shown(cast.bob, cast.alice.name.split()[0])


@pytest.mark.parametrize("text", ["", "the%20of", "%27%20%7C%20%26", "x" * 1000])
def test_any_text_is_answered(cast: Cast, text: str) -> None:
    assert signed_in(cast.alice).get(f"/workspace/search/?q={text}").status_code == 200
