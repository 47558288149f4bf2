"""The panel of pledges in a member's dossier: what its heading counts is what it shows."""

import pytest

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


def test_where_not_all_may_stand_there_the_list_has_them(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_pledge(cast)
    before = panel(cast)
    for module in (member_dossier, dossier):
        monkeypatch.setattr(module, "MAX_PLEDGES", 1)

    assert "No more than" not in before
    assert "No more than 1 pledges stand here" in panel(cast)
