"""From a value, wherever it stands, to the form that corrects it."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from alliance.models import Figure, Indicator, Report, Service
from alliance.services.pledges import TargetDraft, draft_pledge, publish_pledge, sign_pledge
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, read_charter
from tests.support.corrections import KIDS, LIVE, REPLY, STORY, VERDICT, correct, figures, replied_report
from tests.support.pages import signed_in, words_of
from tests.support.pledges import draft_with
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db
PAGE = "/en/reports/aurora-video/2026-h1/"


@pytest.fixture
def report(cast: Cast) -> Report:
    report = replied_report(cast)
    make_published_cycle(report.cycle)
    return report


def test_the_members_own_measure_leads_to_the_correction_of_each_value(cast: Cast) -> None:
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, figures("2960", "394"))
    report = Report.objects.get()
    for place in (KIDS, LIVE):
        indicator = Indicator.objects.get(charter=cycle.charter, key=place.indicator)
        service = Service.objects.get(slug=place.service)
        Figure.objects.create(
            report=report,
            organisation=cast.aurora,
            indicator=indicator,
            service=service,
            value=Decimal(7),
            status="reported",
        )
    url = f"/workspace/reports/{report.pk}/measures/search/"

    own = signed_in(cast.alice).get(url)

    links = set(re.findall(r'href="([^"]*/corrections/new/\?value=[^"]*)"', own.text))
    assert f"/workspace/reports/{report.pk}/corrections/new/?value={LIVE.key}" in links
    assert {signed_in(cast.alice).get(link).status_code for link in links} == {200}
    assert "Some of what is published was corrected since" not in words_of(own)
    correct(cast, report, LIVE, "349")
    assert "Some of what is published was corrected since" in words_of(signed_in(cast.alice).get(url))


def test_the_review_leads_to_the_correction_of_texts_targets_and_replies(cast: Cast, report: Report) -> None:
    with acting_as(cast.actor("sven")) as sven:
        draft = draft_with(targets=[TargetDraft("In a day", date(2027, 6, 30))])
        pledge = sign_pledge(sven, draft_pledge(sven, cast.aurora, draft))
    with acting_as(SYSTEM):
        publish_pledge(SYSTEM, pledge)
    target = CorrectionPlace.of_target(str(pledge.record), 1, "find")
    mona, desk = signed_in(cast.mona), f"/secretariat/reviews/{report.pk}/"
    form = f"/secretariat/reports/{report.pk}/corrections/new/?value="

    pages = {
        place: mona.get(desk + path)
        for place, path in (
            (STORY, "measures/search/"), (target, "measures/search/"), (target, "commitments/find/"), (REPLY, ""),
        )
    }  # fmt: skip

    for place, page in pages.items():
        assert f'href="{form}{place.key}"' in page.text, place
        assert mona.get(form + place.key).status_code == 200, place


def test_the_public_report_leads_to_the_correction_of_verdicts_texts_and_replies(
    cast: Cast, report: Report, client: Client
) -> None:
    way = f"/corrections/{report.organisation.slug}/{report.cycle.slug}/?value="
    on_measure = CorrectionPlace("verdict", "find", "search")
    ways = {f"{way}{place.key}" for place in (STORY, VERDICT, on_measure, REPLY)}

    before = client.get(PAGE).text
    correct(cast, report, LIVE, "349")
    replaced, now = (client.get(f"{PAGE}{query}").text for query in ("?revision=1", "?revision=2"))

    assert ways <= set(re.findall(r'href="([^"]*)"', before))
    assert ways <= set(re.findall(r'href="([^"]*)"', now))
    assert ways.isdisjoint(re.findall(r'href="([^"]*)"', replaced))
    mona = signed_in(cast.mona)
    assert {mona.get(each, follow=True).status_code for each in ways} == {200}


def test_published_values_are_searched_by_their_words(cast: Cast, report: Report) -> None:
    alice, address = signed_in(cast.alice), f"/workspace/reports/{report.pk}/corrections/"
    whole = alice.get(address).context["page"].paginator
    titles = [title for _place, title in whole.object_list]
    live = next(title for place, title in whole.object_list if place == LIVE)

    matches = alice.get(address, {"q": live.upper()})
    nothing = alice.get(address, {"q": "no such words"})

    assert [row.key for row in matches.context["rows"]] == [LIVE.key]
    assert (whole.count, whole.per_page < 100) == (len(titles), True)
    assert "No published value has these words" in words_of(nothing)
    assert 'lang="en">What we did.' in alice.get(address).text
