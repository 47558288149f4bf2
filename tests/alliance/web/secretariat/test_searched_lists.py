"""Each list of the secretariat is searched, and finds a member by a name that it bore, in either language."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import OrganisationKind, OrganisationState, PledgeState
from alliance.models import (
    Charter,
    FormerName,
    InvitedComment,
    Measure,
    Organisation,
    Pledge,
    PublicQuestion,
    Report,
    Withdrawal,
)
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.alphabet import alphabet_key
from tests.factories import Cast
from tests.support.pages import words_of
from tests.support.world_public_questions import make_public_question
from tests.support.world_reviews import make_finding
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db
AURORA, BEACON = "aurora-video", "beacon-search"
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
    assert listed("region=Eastport&sort=colour") == "Ель"
    page = mona.get("/secretariat/supporters/?region=&sort=-name")
    assert '<th scope="col" aria-sort="descending"><a href="?region=&amp;sort=name">' in page.text
    table = mona.get("/secretariat/supporters/export/?sort=name")
    lines = b"".join(table.streaming_content).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["Ель", "Ёлка", "Ива"]


# By address, with the view that has rows of both members: each order that puts Aurora's row before Beacon's.
ORDERS = {
    "pledges/?show=public": ("member", "signed"),
    "pledges/?show=ended": ("member", "-state", "signed"),
    "public-questions/?show=all": ("member", "-kind", "state", "asked"),
    "comments/": ("member", "partner", "-due", "state"),
    "withdrawals/": ("member", "state", "number", "asked"),
}


@pytest.fixture
def unlike_rows(cast: Cast, rows: None, reports: dict[str, Report]) -> None:
    """Aurora's is of the earlier state and moment, and Beacon's has the earlier day."""
    with acting_as(SYSTEM):
        earlier = timezone.now() - timedelta(days=2)
        of_beacon = {"organisation": cast.beacon}
        Pledge.objects.exclude(**of_beacon).update(signed_at=earlier)
        PublicQuestion.objects.exclude(**of_beacon).update(asked_at=earlier, kind="complaint", state="open")
        PublicQuestion.objects.filter(**of_beacon).update(state="closed")
        InvitedComment.objects.filter(**of_beacon).update(
            due_on=today() - timedelta(days=1), state="declined"
        )
        InvitedComment.objects.exclude(**of_beacon).update(partner=cast.aurora)
        Withdrawal.objects.exclude(**of_beacon).update(asked_at=earlier, of_publication=1)
        Withdrawal.objects.filter(**of_beacon).update(state="refused", of_publication=2)


@pytest.mark.parametrize("address", ORDERS)
def test_a_list_is_put_in_the_order_of_each_column(
    unlike_rows: None, cast: Cast, mona: Client, address: str
) -> None:
    """Both ways, with the words that it is searched by; what it cannot be ordered by leaves its own order."""
    if "ended" in address:
        with acting_as(SYSTEM):
            Pledge.objects.filter(organisation=cast.beacon).update(state=PledgeState.FULFILLED)
            Pledge.objects.filter(organisation=cast.aurora).update(state=PledgeState.WITHDRAWN)
    url = f"/secretariat/{address}{'&' if '?' in address else '?'}q=&sort="

    def listed(sort: str) -> list[str]:
        return [member_of(row) for row in mona.get(url + sort).context["page"]]

    for order in ORDERS[address]:
        backwards = order.removeprefix("-") if order.startswith("-") else f"-{order}"
        assert (listed(order), listed(backwards)) == ([AURORA, BEACON], [BEACON, AURORA]), order
        direction = "descending" if order.startswith("-") else "ascending"
        page = mona.get(url + order).text
        assert f'<th scope="col" aria-sort="{direction}"><a href="' in page
        assert f"q=&amp;sort={backwards}" in page
        assert f'<option value="{order}" selected>' in page
    assert listed("colour") == listed("")


def test_questions_about_no_member_are_the_last_in_the_order_of_members(rows: None, mona: Client) -> None:
    with acting_as(SYSTEM):
        make_public_question(None, text="Why at all?", commitment_key="find")
    url = "/secretariat/public-questions/?show=all&sort="
    for order in ("member", "-member"):
        assert list(mona.get(url + order).context["page"])[-1].organisation is None


def test_members_are_put_in_the_order_of_each_column(cast: Cast, mona: Client) -> None:
    """Names in the reader's alphabet; who has no day of joining is the last either way."""
    with acting_as(SYSTEM):
        Organisation.objects.update(since=None)
        Organisation.objects.filter(pk=cast.beacon.pk).update(since="2020-01-01", state="suspended")
        Organisation.objects.filter(pk=cast.aurora.pk).update(since="2021-01-01", kind="partner")

    def listed(sort: str) -> list[Organisation]:
        return list(mona.get(f"/secretariat/members/?state=&sort={sort}").context["page"])

    by_name = sorted(Organisation.objects.all(), key=lambda row: (alphabet_key(row.name), row.pk))
    assert listed("") == listed("name") == listed("colour") == by_name
    assert listed("-name") == by_name[::-1]
    assert listed("since")[:2] == listed("-since")[1::-1] == [cast.beacon, cast.aurora]
    kinds, states = [row.kind for row in listed("kind")], [row.state for row in listed("-state")]
    assert kinds == sorted(kinds, key=list(OrganisationKind).index)
    assert states == sorted(states, key=list(OrganisationState).index, reverse=True)
    people = [row.people for row in listed("-people")]
    assert people == sorted(people, reverse=True)
    page = mona.get("/secretariat/members/?state=&sort=-people").text
    assert '<th scope="col" class="num" aria-sort="descending"><a href="?state=&amp;sort=people">' in page
