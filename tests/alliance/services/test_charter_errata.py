"""A charter in force is changed by nothing but a corrected translation, which is its next revision."""

import pytest

from alliance.models import Charter, CharterUpload, Indicator, Measure
from alliance.queries.charter_dry_run import DryRunOutcome, charter_dry_run
from alliance.services.charter_errata import correct_translation
from alliance.services.charter_uploads import send_charter_file
from alliance.services.charters import load_charter, put_charter_in_force
from portal.kernel.access import acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.publishing import Publication
from tests.factories import Cast
from tests.support.charter_files import SMALL

pytestmark = pytest.mark.django_db
CORRECTED = SMALL.replace("ru: Каждому.", "ru: Всем и каждому.")


@pytest.fixture
def charter(cast: Cast) -> Charter:
    with acting_as(cast.actor("mona")) as mona:
        return put_charter_in_force(mona, load_charter(mona, SMALL.encode()).charter)


def correct(cast: Cast, text: str, name: str = "mona") -> Charter:
    with acting_as(cast.actor("mona")) as mona:
        upload = send_charter_file(mona, "small.yaml", text.encode())
    with acting_as(cast.actor(name)) as actor:
        return correct_translation(actor, upload, "A slip of the pen.")


def test_a_corrected_translation_is_the_next_revision(cast: Cast, charter: Charter) -> None:
    measure = Measure.objects.get(charter=charter, key="answer-all")

    correct(cast, CORRECTED)

    measure.refresh_from_db()
    assert (measure.text_en, measure.text_ru) == ("Everyone.", "Всем и каждому.")
    revisions = Publication.objects.filter(type="charter", record="small/2").order_by("number")
    assert list(revisions.values_list("revision", flat=True)) == [1, 2]
    assert "A slip of the pen." in bytes(revisions[1].body).decode()
    assert not CharterUpload.objects.exists()
    with acting_as(cast.actor("mona")):
        assert charter_dry_run(CORRECTED.encode()).outcome == DryRunOutcome.UNCHANGED


def test_words_for_readers_are_loaded_and_corrected_like_others(cast: Cast) -> None:
    words = "                explanation: {en: How many complained., ru: Сколько жалоб.}\n"
    place = "                value: count\n"
    explained = SMALL.replace(place, words + place, 1)
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, load_charter(mona, explained.encode()).charter)

    correct(cast, explained.replace("Сколько жалоб.", "Сколько человек пожаловались."))

    complaints = Indicator.objects.get(key="complaints")
    assert complaints.explanation_en == "How many complained."
    assert complaints.explanation_ru == "Сколько человек пожаловались."


def test_the_dry_run_names_what_it_corrects(cast: Cast, charter: Charter) -> None:
    with acting_as(cast.actor("mona")):
        run = charter_dry_run(CORRECTED.encode())

    assert run.outcome == DryRunOutcome.ERRATA
    assert [(row.language, row.was, row.becomes) for row in run.errata] == [
        ("ru", "Каждому.", "Всем и каждому.")
    ]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("{en: Everyone., ru: Каждому.}", "{en: Everybody., ru: Всем и каждому.}"),
        ("core: true", "core: false"),
        ("limit: 500", "limit: 600"),
    ],
    ids=["both languages", "core", "a limit"],
)
def test_other_changes_to_a_charter_in_force_are_refused(
    cast: Cast, charter: Charter, was: str, becomes: str
) -> None:
    assert was in SMALL
    with pytest.raises(DomainError, match="needs a new version"):
        correct(cast, SMALL.replace(was, becomes))


def test_a_draft_is_loaded_and_not_corrected(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        load_charter(mona, SMALL.encode())

    with pytest.raises(WrongState):
        correct(cast, CORRECTED)


def test_only_managers_correct(cast: Cast, charter: Charter) -> None:
    with pytest.raises(Forbidden):
        correct(cast, CORRECTED, name="rita")
