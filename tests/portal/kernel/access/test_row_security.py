"""Row-level security: what a query forgets to filter, the database withholds."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from alliance.models import Answer, Evidence, InternalNote
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.database_context import no_context

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Aurora has a draft answer, an unsubmitted file, and the secretariat a note on it."""
    cast = read_cast()
    charter = read_charter()
    report = make_report(make_cycle(charter), cast.aurora)
    indicator = charter.indicators.get(key="search-story")
    common: dict[str, Any] = {"report": report, "organisation": cast.aurora}
    with acting_as(cast.actor("alice")):
        Answer.objects.create(indicator=indicator, text="canary draft", **common)
        Evidence.objects.create(measure=indicator.measure, kind="link", title="canary evidence", **common)
    with acting_as(cast.actor("rita")):
        InternalNote.objects.create(report=report, text="canary note", written_by=cast.rita)
    return cast


def counts(actor: Any) -> tuple[int, int, int]:
    with acting_as(actor):
        return Answer.objects.count(), Evidence.objects.count(), InternalNote.objects.count()


def test_unfiltered_queries_find_only_the_own_organisations_rows(cast: Cast) -> None:
    seen = {name: counts(cast.actor(name)) for name in ("alice", "bob", "carol", "rita", "mona")}

    assert seen == {
        "alice": (1, 1, 0),
        "bob": (1, 1, 0),
        "carol": (0, 0, 0),
        "rita": (0, 0, 1),
        "mona": (0, 0, 1),
    }
    assert counts(ANYONE) == (0, 0, 0)
    assert counts(SYSTEM) == (1, 1, 1)


def test_without_a_context_nothing_is_there(cast: Cast) -> None:
    with no_context():
        assert Answer.objects.count() == 0


def test_rows_of_another_organisation_cannot_be_written(cast: Cast) -> None:
    with acting_as(cast.actor("alice")):
        answer = Answer.objects.get()
    answer.pk = None
    answer.indicator_id += 1

    with pytest.raises(ProgrammingError, match="row-level security"), acting_as(cast.actor("carol")):
        answer.save(force_insert=True)


def test_history_of_a_draft_has_the_same_row_security(cast: Cast) -> None:
    with acting_as(cast.actor("alice")):
        Answer.objects.update(text="second canary")
    with acting_as(cast.actor("alice")):
        texts = list(Answer.pgh_event_model.objects.order_by("pgh_id").values_list("text", flat=True))
    with acting_as(cast.actor("rita")):
        leaked = Answer.pgh_event_model.objects.count()

    assert (texts, leaked) == (["canary draft", "second canary"], 0)


@pytest.mark.django_db(transaction=True)
def test_the_context_ends_with_its_transaction() -> None:
    cast = read_cast()
    with transaction.atomic(), acting_as(cast.actor("alice")):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('portal.tenant', true), '')")
        assert cursor.fetchone() == ("",)
