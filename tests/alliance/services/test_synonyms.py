"""Words that are searched together, edited by the secretariat."""

import pytest

from alliance.services.synonyms import set_synonyms, version_of
from portal.kernel.access import acting_as
from portal.kernel.errors import Conflict, DomainError, Forbidden
from portal.kernel.journal import Event
from portal.kernel.search import SynonymGroup, parse
from tests.factories import Cast
from tests.support.pages import show_at_once, signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is edited is searched at once, and not a second later."""
    show_at_once(monkeypatch)


WORDS = {"en": ["grooming", " luring  children ", "grooming"], "ru": ["груминг"]}


def test_a_manager_changes_a_group_and_searches_use_it(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as actor:
        set_synonyms(actor, "harm:grooming", WORDS, expected_version=0)

    assert SynonymGroup.objects.get().words == {"en": ["grooming", "luring children"], "ru": ["груминг"]}
    assert "luring children" in parse("груминг").terms[0].alternatives
    assert Event.objects.get(kind="site.set_synonyms").data["changed"] == ["harm:grooming"]


def test_others_do_not(cast: Cast) -> None:
    with acting_as(cast.actor("rita")) as actor, pytest.raises(Forbidden):
        set_synonyms(actor, "harm:grooming", WORDS, expected_version=0)


def test_a_group_that_somebody_saved_meanwhile_is_not_written_over(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as actor:
        group = set_synonyms(actor, "harm:grooming", WORDS, expected_version=0)
        with pytest.raises(Conflict):
            set_synonyms(actor, "harm:grooming", {"en": ["other"]}, expected_version=0)
        assert set_synonyms(actor, "harm:grooming", WORDS, expected_version=version_of(group)) is None


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", {"en": ["alone"]}),
        ("", {}),
        ("promise", {"en": ["x" * 61]}),
        ("promise", {"en": [f"w{n}" for n in range(41)]}),
    ],
)
def test_what_cannot_be_searched_is_refused(cast: Cast, key: str, words: dict[str, list[str]]) -> None:
    with acting_as(cast.actor("mona")) as actor, pytest.raises(DomainError):
        set_synonyms(actor, key, words, expected_version=0)


def test_a_group_without_words_is_switched_off(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as actor:
        set_synonyms(actor, "harm:grooming", {}, expected_version=0)

    assert parse("grooming").terms[0].alternatives == ("grooming",)


def test_a_new_group_is_added_on_its_page(cast: Cast) -> None:
    client = signed_in(cast.mona)
    sent = {"words_en": "feed\nrecommendations", "words_ru": "лента", "expected_version": "0"}

    answer = client.post("/secretariat/settings/synonyms/new/", sent)

    assert answer.status_code == 302
    assert "recommendations" in words_of(client.get("/secretariat/settings/synonyms/"))
    assert client.get("/secretariat/settings/synonyms/unknown/").status_code == 404
