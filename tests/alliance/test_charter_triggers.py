"""A charter in force does not change, whatever writes it: the database refuses, beside the services."""

from collections.abc import Callable

import pytest
from django.db import InternalError, transaction

from alliance.charter_file import write_charter_file
from alliance.enums import CharterState
from alliance.models import Chapter, Charter, Commitment, Harm, Indicator, KeyMapping, Measure
from alliance.queries.charter_text import charter_text
from alliance.services.charters import check_charter, load_charter, put_charter_in_force
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.charter_files import SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def charter(cast: Cast) -> Charter:
    """A charter with all its parts, put in force as its desk does it."""
    with acting_as(cast.actor("mona")) as mona:
        return put_charter_in_force(mona, load_charter(mona, SMALL.encode()).charter)


def _first(model: type, charter: Charter) -> Callable[..., int]:
    first = model._default_manager.filter(charter=charter).order_by("pk")[:1].values("pk")
    return model._default_manager.filter(pk__in=first).update  # type: ignore[no-any-return]  # of any of the models


CHANGES: dict[str, Callable[[Charter], object]] = {
    "its version": lambda row: Charter.objects.filter(pk=row.pk).update(version=9),
    "what its signatories agreed to": lambda row: Charter.objects.filter(pk=row.pk).update(notice_days=3),
    "its day": lambda row: Charter.objects.filter(pk=row.pk).update(in_force_on=None),
    "back to a draft": lambda row: Charter.objects.filter(pk=row.pk).update(state=CharterState.DRAFT),
    "its mark of a working text": lambda row: Charter.objects.filter(pk=row.pk).update(working_text=True),
    "its title, in both languages": lambda row: Charter.objects.filter(pk=row.pk).update(
        title_en="Another", title_ru="Другая"
    ),
    "the address of a source": lambda row: Charter.objects.filter(pk=row.pk).update(
        sources=[{"title": {}, "url": "https://other.example/"}]
    ),
    "the keys of breakdowns": lambda row: Charter.objects.filter(pk=row.pk).update(
        breakdowns=[{"key": "other", "title": {}, "cells": []}]
    ),
    "deleting it": lambda row: Charter.objects.filter(pk=row.pk)._raw_delete("default"),
    "the code of a commitment": lambda row: _first(Commitment, row)(code="99"),
    "the text of a commitment": lambda row: _first(Commitment, row)(text_en="Less.", text_ru="Меньше."),
    "a measure that is core no more": lambda row: _first(Measure, row)(core=False),
    "the unit of an indicator": lambda row: _first(Indicator, row)(unit="days"),
    "the choices of an indicator": lambda row: _first(Indicator, row)(
        choices=[{"key": "other", "title": {}}]
    ),
    "the order of chapters": lambda row: _first(Chapter, row)(position=99),
    "a deleted indicator": lambda row: Indicator.objects.filter(charter=row)._raw_delete("default"),
    "another chapter": lambda row: Chapter.objects.create(charter=row, position=9, title_en="Too late"),
    "another harm": lambda row: Harm.objects.create(charter=row, key="late", position=9, title_en="Late"),
    "a mapping": lambda row: KeyMapping.objects.create(charter=row, earlier_key="a", key="b"),
    "a part of a draft": lambda row: Chapter.objects.exclude(charter=row).update(charter=row),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_a_charter_in_force(charter: Charter, change: str) -> None:
    with (
        acting_as(SYSTEM),
        pytest.raises(InternalError, match="in force does not change"),
        transaction.atomic(),
    ):
        CHANGES[change](charter)


def test_one_language_and_its_end_may_change(cast: Cast, charter: Charter) -> None:
    with acting_as(SYSTEM):
        Charter.objects.filter(pk=charter.pk).update(title_ru="Исправленное название", sha256="1" * 64)
        _first(Commitment, charter)(title_ru="Исправлено")
        Charter.objects.filter(pk=charter.pk).update(state=CharterState.SUPERSEDED)
        with pytest.raises(InternalError, match="in force does not change"), transaction.atomic():
            Charter.objects.filter(pk=charter.pk).update(state=CharterState.IN_FORCE)
        with pytest.raises(InternalError, match="in force does not change"), transaction.atomic():
            _first(Measure, charter)(core=False)


def test_a_draft_changes_and_goes(cast: Cast, charter: Charter) -> None:
    text = write_charter_file(charter_text(charter)).replace(b"version: 2", b"version: 3", 1)
    with acting_as(cast.actor("mona")) as mona:
        draft = load_charter(mona, text).charter
        check_charter(mona, draft)
    with acting_as(SYSTEM):
        _first(Indicator, draft)(limit=100)
        Charter.objects.filter(pk=draft.pk).update(edited_at=clock.now())
        draft.delete()
        assert not Charter.objects.filter(pk=draft.pk).exists()
