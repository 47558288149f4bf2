"""A public practice is found by the name of its source, also by the one that it had before."""

import pytest

from alliance.services.organisations import rename_organisation
from portal.kernel.access import acting_as
from portal.kernel.search import find
from practices.enums import Label
from tests.factories import Cast
from tests.factories.practices import make_shared
from tests.support.jobs import run_all_jobs
from tests.support.public_practices import read_publishing_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    return read_publishing_cast(monkeypatch)


def test_a_practice_is_found_by_the_new_and_the_former_name_of_its_source(cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    with acting_as(cast.actor("mona")) as actor:
        rename_organisation(actor, practice.organisation, {"en": "Borealis", "ru": "Бореалис"})
    run_all_jobs()

    for name in ("Borealis", "Бореалис", "Aurora"):
        assert "practice" in {hit.kind for hit in find(name).hits}, name
