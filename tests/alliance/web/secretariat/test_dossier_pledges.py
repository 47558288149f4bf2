"""The panel of pledges in a member's dossier: what its heading counts is what it shows."""

import re
from html import unescape
from uuid import uuid4

import pytest

from alliance.enums import PledgeState
from alliance.models import Pledge
from alliance.queries import member_dossier
from alliance.services.pledge_draft import TargetDraft
from alliance.web.secretariat import dossier
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, read_charter
from tests.support.pages import signed_in, words_of
from tests.support.pledges import draft_with, published

pytestmark = pytest.mark.django_db


def make_pledge(cast: Cast, *targets: str) -> None:
    words = draft_with(text="We will find it.", targets=tuple(TargetDraft(text=each) for each in targets))
    with acting_as(SYSTEM):
        published(cast, read_charter(), words)


def panel(cast: Cast) -> str:
    return words_of(signed_in(cast.mona).get(f"/secretariat/members/{cast.aurora.pk}/"))


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ((), "1 pledge, 0 targets"),
        (("Find half.",), "1 pledge, 1 target "),
        (("Half.", "All."), "1 pledge, 2 targets"),
    ],
)
def test_the_heading_counts_pledges_and_targets(cast: Cast, targets: tuple[str, ...], words: str) -> None:
    make_pledge(cast, *targets)

    assert f"Pledges and targets {words}" in panel(cast)


def test_where_more_stand_than_the_panel_shows_it_gives_no_sum_and_leads_to_those_of_the_member(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_pledge(cast)
    for module in (member_dossier, dossier):
        monkeypatch.setattr(module, "MAX_PLEDGES", 1)
    as_many = panel(cast)
    with acting_as(SYSTEM):
        waiting = Pledge.objects.get()
        waiting.pk, waiting.record, waiting.state = None, uuid4(), PledgeState.SIGNED
        waiting.commitment_key = "act"
        waiting.save()

    page = signed_in(cast.mona).get(f"/secretariat/members/{cast.aurora.pk}/")
    lists = re.findall(r'href="(/secretariat/pledges/\?[^"]*)"', page.content.decode())
    rows = [signed_in(cast.mona).get(unescape(url)).context["page"] for url in lists]

    assert "Pledges and targets 1 pledge, 0 targets" in as_many
    assert "there are more in the lists" not in as_many
    assert "1 pledge is shown here; there are more in the lists: published pledges" in words_of(page)
    assert "1 pledge, " not in words_of(page)
    assert ["q=Aurora%20Video" in url for url in lists] == [True, True]
    assert [[pledge.state for pledge in page] for page in rows] == [["published"], ["signed"]]
