"""Findings are withdrawn on a page before it, one or several, and over the API; the member has a list of them."""

import json
from typing import Any

import pytest
from django.test import Client

from alliance.enums import ReportState, Role
from alliance.models import Finding, Measure, Report
from alliance.services.findings import claim_finding
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_person, make_report
from tests.support.bearers import token_of
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission
from tests.support.world_reviews import make_finding

pytestmark = pytest.mark.django_db
LIST = "/secretariat/findings/"
REASON = {"text": "It was meant for another measure."}


@pytest.fixture
def finding(cast: Cast, report: Report) -> Finding:
    """Rita's, in her review of Aurora's report."""
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    with acting_as(SYSTEM):
        return make_finding(cast, report, measure, "Count the nights.", public=True)


@pytest.fixture
def others(cast: Cast, report: Report, finding: Finding) -> dict[str, Finding]:
    """Both reviews are concluded: the finding of Aurora's, and another of Beacon's."""
    other = make_report(report.cycle, cast.beacon)
    make_submission(other)
    with acting_as(SYSTEM):
        Report.objects.update(state=ReportState.CONCLUDED)
        return {"aurora": finding, "beacon": make_finding(cast, other, finding.measure, "Name the hours.")}


def set_state(state: str) -> None:
    with acting_as(SYSTEM):
        Report.objects.update(state=state)


def seen_on(page: Any) -> dict[str, str]:
    return {"seen": page.context["form"]["seen"].value()}


def test_the_page_before_says_who_reads_it_and_the_list_has_a_view_of_it(
    cast: Cast, rita: Client, mona: Client, report: Report, finding: Finding
) -> None:
    withdraw = f"{LIST}{finding.pk}/withdraw/"
    step = f"/secretariat/reviews/{report.pk}/measures/search/"
    for page in (LIST, f"{LIST}{finding.pk}/", step):
        assert withdraw in rita.get(page).text, page
        assert withdraw not in mona.get(page).text, page
    shown = rita.get(withdraw)
    assert "The member has not read the finding yet" in words_of(shown)

    nothing = rita.post(withdraw, {**seen_on(shown), "text": " "})
    done = rita.post(withdraw, {**seen_on(shown), **REASON}, follow=True)

    assert nothing.status_code == 422
    assert "Withdrawn before the member read it , Rita" in words_of(done)
    assert [row.pk for row in rita.get(f"{LIST}?show=withdrawn").context["page"]] == [finding.pk]
    assert finding.pk not in [row.pk for row in rita.get(LIST).context["page"]]
    assert "Withdrawn before the member read it" in rita.get(f"{LIST}table/?show=withdrawn").text
    set_state(ReportState.CONCLUDED)
    assert "Count the nights." not in signed_in(cast.alice).get("/workspace/findings/?show=withdrawn").text


def test_the_member_reads_what_it_had_read_before_among_the_withdrawn_ones(
    cast: Cast, rita: Client, mona: Client, finding: Finding
) -> None:
    set_state(ReportState.PUBLISHED)
    withdraw = f"{LIST}{finding.pk}/withdraw/"
    assert withdraw not in rita.get(f"{LIST}{finding.pk}/").text
    shown = mona.get(withdraw)
    assert "What is published stays. Where it has the finding" in words_of(shown)
    assert "The member reads this at once" in words_of(shown)

    mona.post(withdraw, {**seen_on(shown), **REASON})

    alice = signed_in(cast.alice)
    assert "Count the nights." not in alice.get("/workspace/findings/").text
    words = words_of(alice.get("/workspace/findings/?show=withdrawn"))
    assert "Withdrawn , Mona" in words
    assert REASON["text"] in words
    claim = words_of(alice.get(f"/workspace/findings/{finding.pk}/done/"))
    assert "This finding has been withdrawn." in claim
    assert f"{LIST}{finding.pk}/reopen/" in rita.get(f"{LIST}?show=withdrawn").text


def test_whoever_may_not_withdraw_it_after_the_conclusion_reads_who_may(
    cast: Cast, rita: Client, finding: Finding
) -> None:
    set_state(ReportState.CONCLUDED)
    roy = signed_in(make_person("Roy", cast.secretariat, Role.REVIEWER))

    for client in (rita, roy):
        page = client.get(f"{LIST}{finding.pk}/withdraw/")
        assert page.status_code == 403
        assert "only a manager withdraws its findings now" in words_of(page)
        assert "take it over on record" not in words_of(page)


def test_the_ticked_findings_are_withdrawn_with_one_reason_all_or_none(
    cast: Cast, rita: Client, mona: Client, others: dict[str, Finding]
) -> None:
    url = f"{LIST}withdraw/?chosen=1&" + "&".join(f"finding={row.pk}" for row in others.values())
    assert f"{LIST}withdraw/" in mona.get(LIST).text
    shown = mona.get(url)
    assert "2 findings are to be withdrawn" in words_of(shown)
    with acting_as(cast.actor("alice")) as alice:
        claim_finding(alice, others["aurora"], "The nights are counted.")

    refused = mona.post(url, {**seen_on(shown), **REASON})

    assert refused.status_code == 422
    assert "Aurora Video, 1.1: Since then Alice has reported the finding done" in words_of(refused)
    assert Finding.objects.filter(state="withdrawn").count() == 0
    mona.post(url, {**seen_on(refused), **REASON})
    assert Finding.objects.filter(state="withdrawn", claimed_at=None).count() == 2
    assert "You can withdraw none of these findings now" in words_of(rita.get(url, follow=True))


def test_of_the_ticked_findings_those_that_are_anothers_to_withdraw_are_left(
    rita: Client, mona: Client, report: Report, others: dict[str, Finding]
) -> None:
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=ReportState.IN_REVIEW)
    for client, name, left in ((mona, "Beacon Search", "Aurora"), (rita, "Aurora Video", "Beacon")):
        words = words_of(client.get(f"{LIST}withdraw/?all=1"))
        assert "1 finding is to be withdrawn" in words
        assert name in words
        assert f"{left} " not in words
        assert "1 finding of this view is left as it is: you cannot withdraw it now" in words
        ticked = f"{LIST}withdraw/?chosen=1&" + "&".join(f"finding={row.pk}" for row in others.values())
        assert "its reviewer withdraws it before the conclusion, a manager afterwards" in words_of(
            client.get(ticked)
        )


def test_a_program_withdraws_a_finding_that_it_has_read(cast: Cast, others: dict[str, Finding]) -> None:
    address = f"/api/v1/secretariat/findings/{others['aurora'].pk}"
    last = others["aurora"].entries.get().pk
    tokens = {name: token_of(getattr(cast, name)) for name in ("rita", "mona")}

    def ask(who: str, step: str, data: dict[str, object]) -> Any:
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        body = json.dumps({"language": "en", **REASON, **data})
        return Client().post(f"{address}/{step}/", body, content_type="application/json", headers=headers)

    assert ask("rita", "withdraw", {"last_entry": last}).status_code == 403
    assert ask("mona", "withdraw", {"last_entry": None}).status_code == 409
    withdrawn = ask("mona", "withdraw", {"last_entry": last}).json()
    assert (withdrawn["state"], withdrawn["withdrawn_at"] is None) == ("withdrawn", False)
    assert [entry["kind"] for entry in withdrawn["entries"]] == ["reopen", "withdraw"]
    opened = ask("rita", "reopen", {"last_entry": withdrawn["entries"][-1]["id"]}).json()
    assert (opened["state"], opened["withdrawn_at"]) == ("open", None)
