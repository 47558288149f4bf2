"""Each list of the secretariat is searched, and finds a member by a name that it bore, in either language."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import PledgeState
from alliance.models import Charter, FormerName, InvitedComment, Measure, Pledge, Report, Withdrawal
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.pages import words_of
from tests.support.world_public_questions import make_public_question
from tests.support.world_reviews import make_finding
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db
# By address, with the view that has rows of both members: under which name the words stand, and words of Beacon's row.
LISTS = {
    "reviews/": ("q", "beacon"),
    "cycles/2026-h1/?show=all": ("text", "beacon"),
    "findings/": ("q", "count the HOURS"),
    "pledges/?show=public": ("q", "we count the hours"),
    "public-questions/?show=all": ("q", "which Hours"),
    "comments/": ("q", "the hours count"),
    "withdrawals/": ("q", "wrong HOURS"),
}


@pytest.fixture
def rows(cast: Cast, reports: dict[str, Report]) -> None:
    """One of each kind of Aurora's, and one of Beacon's, which was called Northern Lights."""
    measure = Measure.objects.get(charter=reports["beacon"].charter_id, key="search")
    with acting_as(SYSTEM):
        FormerName.objects.create(
            organisation=cast.beacon, name_en="Northern Lights", name_ru="Сияние", until=today()
        )
        for name, counted in (("aurora", "nights"), ("beacon", "hours")):
            report = reports[name]
            make_finding(cast, report, measure, f"Count the {counted}.")
            Pledge.objects.create(
                organisation=report.organisation, commitment_key="find", text=f"We count the {counted}.",
                state=PledgeState.PUBLISHED, signed_at=timezone.now(),
            )  # fmt: skip
            make_public_question(report.organisation, text=f"Which {counted}?")
            InvitedComment.objects.create(
                report=report, organisation=report.organisation, cycle=report.cycle, measure=measure,
                partner=reports["cedar"].organisation, question=f"Do the {counted} count?", language="en",
                due_on=today(), invited_by=cast.mona,
            )  # fmt: skip
            Withdrawal.objects.create(
                organisation=report.organisation, type="report", record=name, of_publication=report.pk,
                reason={"en": f"The wrong {counted}."}, asked_by=cast.mona,
            )  # fmt: skip


def member_of(row: Any) -> str:
    return str(getattr(row, "report", row).organisation.slug)


@pytest.mark.usefixtures("rows")
def test_a_list_is_searched_by_words_and_by_names_that_a_member_bore(mona: Client) -> None:
    def members_listed(address: str, words: str) -> list[str]:
        joint = "&" if "?" in address else "?"
        page = mona.get(f"/secretariat/{address}{joint}{LISTS[address][0]}={words}")
        return [member_of(row) for row in page.context["page"]]

    actual = {
        address: [
            members_listed(address, words) for words in ("northern", "СИЯН", own_words, "nobody has this")
        ]
        for address, (_name, own_words) in LISTS.items()
    }

    assert actual == dict.fromkeys(LISTS, [["beacon-search"]] * 3 + [[]])
    of_both = {"aurora-video", "beacon-search"}
    assert {address for address in LISTS if of_both <= set(members_listed(address, ""))} == set(LISTS)


@pytest.mark.usefixtures("rows")
def test_a_search_stays_in_its_view_and_leads_back_out(mona: Client) -> None:
    answer = mona.get("/secretariat/pledges/?show=public&q=nobody")
    page = answer.text

    assert "Nothing found" in words_of(answer)
    assert '<input type="hidden" name="show" value="public"' in page
    assert 'href="?show=public">Show all</a>' in page
    assert 'href="?show=ended&amp;q=nobody"' in page


def test_supporters_are_put_in_the_order_of_each_column(mona: Client, charter: Charter) -> None:
    """The alphabet is the reader's: Ё stands after Е."""
    make_supporter(charter, "Ёлка", region="Westport", kind="club", acceded_on="2026-01-01")
    make_supporter(charter, "Ель", region="Eastport", acceded_on="2026-02-01", state="hidden")
    make_supporter(charter, "Ива", region="Northport", acceded_on="2026-03-01")

    def listed(query: str) -> str:
        return " ".join(row.name for row in mona.get(f"/secretariat/supporters/?{query}").context["page"])

    assert listed("") == listed("sort=-acceded") == listed("sort=colour") == "Ива Ель Ёлка"
    assert listed("sort=name") == listed("sort=name&twins=") == "Ель Ёлка Ива"
    assert (listed("sort=-name"), listed("sort=region")) == ("Ива Ёлка Ель", "Ель Ива Ёлка")
    assert (listed("sort=kind"), listed("sort=-state")) == ("Ёлка Ель Ива", "Ель Ёлка Ива")
    page = mona.get("/secretariat/supporters/?region=&sort=-name")
    assert '<th scope="col" aria-sort="descending"><a href="?region=&amp;sort=name">' in page.text
    table = mona.get("/secretariat/supporters/export/?sort=name")
    lines = b"".join(table.streaming_content).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["Ель", "Ёлка", "Ива"]
