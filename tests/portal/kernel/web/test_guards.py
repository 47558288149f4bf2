"""How a page names its rule: unseen is 404, seen and not allowed is refused, and buttons open nothing."""

import pytest
from django.http import Http404, HttpResponse

from alliance.models import Report
from portal.kernel.access import ANYONE, Actor
from portal.kernel.errors import Forbidden
from portal.kernel.web import ActorRequest, get_visible_or_404, permissions, requires
from tests.factories import Cast, make_cycle, make_report, read_charter

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def editable(actor: Actor, report: Report) -> Report:
    row: Report = get_visible_or_404(Report.objects, actor, rule="report.edit", pk=report.pk)
    return row


def test_an_object_is_found_by_those_whom_its_rule_allows(cast: Cast, report: Report) -> None:
    assert editable(cast.actor("alice"), report) == report
    with pytest.raises(Forbidden):
        editable(cast.actor("bob"), report)


def test_what_is_not_seen_does_not_exist_whatever_the_rule(cast: Cast, report: Report) -> None:
    for actor in (cast.actor("carol"), ANYONE):
        with pytest.raises(Http404):
            editable(actor, report)


def test_a_view_opens_to_those_whom_its_rule_allows(cast: Cast) -> None:
    @requires("cycle.plan")
    def view(request: ActorRequest, slug: str) -> HttpResponse:
        return HttpResponse(slug)

    request = ActorRequest()
    request.actor = cast.actor("mona")
    assert view(request, slug="2026-h1").content == b"2026-h1"
    request.actor = cast.actor("rita")
    with pytest.raises(Forbidden):
        view(request, slug="2026-h1")


def test_a_page_offers_the_buttons_of_the_rules_that_it_names(cast: Cast, report: Report) -> None:
    offered = permissions(cast.actor("alice"), report, may_edit="report.edit", may_submit="report.submit")

    assert offered == {"may_edit": True, "may_submit": False}
    with pytest.raises(LookupError):
        permissions(cast.actor("alice"), report, may_fly="report.fly")
