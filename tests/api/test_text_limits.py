"""No text that a program sends is longer than the column that stores it: else it is a fault of its field."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from rest_framework import serializers

from alliance.models import Cycle
from portal.kernel.api import StrictSerializer, TextField
from tests.factories import Cast, read_charter
from tests.support.bearers import token_of

# compared with what is stored, or part of a letter, of JSON, or of another text: in no column of their own
_LOOKED_UP = {
    "cell", "digest", "partner", "affiliate", "person", "indicator", "measure", "measures",
    "organisations", "people", "place", "readers_digest", "service", "shown",
}  # fmt: skip
_UNSTORED = {
    ("CharterNameInputSerializer", "key"),
    ("CorrectedTargetSerializer", "text"),
    ("CorrectedVerdictSerializer", "difference"),
    ("CorrectedVerdictSerializer", "reason"),
    ("CorrectedStandingSerializer", "reason"),
    ("CorrectedValueInputSerializer", "text"),
    ("ClosingReasonSerializer", "en"),
    ("ClosingReasonSerializer", "ru"),
    ("CycleActInputSerializer", "title"),
    ("HideQuestionInputSerializer", "reason"),
    ("RemindInputSerializer", "text"),
    ("TestSetInputSerializer", "labelled_by"),
    ("TestSetInputSerializer", "made_from"),
}
_LOOSE = (serializers.CharField, serializers.SlugField, serializers.URLField, serializers.EmailField)


def every_serializer(base: type = StrictSerializer) -> Iterator[type[StrictSerializer]]:
    """The serializers of all addresses, which the URLconf has imported."""
    assert get_resolver().url_patterns
    for serializer in base.__subclasses__():
        yield serializer
        yield from every_serializer(serializer)


def texts_sent() -> Iterator[tuple[str, str, serializers.CharField]]:
    for serializer in every_serializer():
        for name, field in serializer().get_fields().items():
            text = getattr(field, "child", field)
            if isinstance(text, TextField) or ("Input" in serializer.__name__ and type(text) in _LOOSE):
                yield serializer.__name__, name, text


def test_every_text_is_limited_by_its_column() -> None:
    unnamed, too_long = [], []
    for serializer, name, field in texts_sent():
        column: Any = getattr(field, "column", None)
        if (serializer, name) == ("CyclePlanInputSerializer", "slug"):
            column = Cycle._meta.get_field("slug")
        if column is None and serializer != "TextsSerializer":
            unnamed += [(serializer, name)] if name not in _LOOKED_UP else []
        limit = getattr(column, "max_length", None)
        if field.max_length is None or (limit and field.max_length > limit):
            too_long.append((serializer, name))

    assert too_long == []
    assert set(unnamed) == _UNSTORED


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["A" * 81, "\u0958" * 41])  # the second letter is two once it is composed
def test_a_title_that_is_too_long_is_a_fault_of_its_field(cast: Cast, client: Client, title: str) -> None:
    read_charter()
    plan = {
        "slug": "2026-h2", "title": {"en": title, "ru": "A"}, "charter": {"key": "online-safety", "version": 1},
        "starts_on": "2026-07-01", "ends_on": "2026-12-31", "due_on": "2027-02-15",
    }  # fmt: skip
    answer = client.post(
        "/api/v1/secretariat/cycles/",
        plan,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token_of(cast.mona)}"},
    )

    assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (
        422,
        ["/title/en"],
    )
