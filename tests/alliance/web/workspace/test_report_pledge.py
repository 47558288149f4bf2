"""The account of a pledge beyond the charter, written by two people at once; and a cache that is away."""

import uuid
from typing import Any

import pytest
from django.test import Client

from alliance.enums import PledgeState
from alliance.models import Answer, Pledge
from alliance.services.answers import save_answer
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter

pytestmark = pytest.mark.django_db


@pytest.fixture
def conflict(cast: Cast) -> tuple[Client, str]:
    """Alice has the empty page open, and Sven has saved in the meantime."""
    record = uuid.uuid4()
    report = make_report(make_cycle(read_charter()), cast.aurora)
    with acting_as(cast.actor("sven")):
        Pledge.objects.create(
            record=record,
            organisation=cast.aurora,
            state=PledgeState.PUBLISHED,
            title="Ours",
            text="We will.",
        )
    with acting_as(cast.actor("sven")) as sven:
        save_answer(sven, report, record, text="Written by Sven", language="en", version=0)
    alice = Client()
    alice.force_login(cast.alice)
    return alice, f"/workspace/reports/{report.pk}/pledges/{record}/"


def typed(**others: str) -> dict[str, str]:
    return {"text": "Written by Alice", "language": "en", "version": "0", **others}


def posted(page: Any) -> dict[str, str]:
    form = page.context["form"]
    return {name: str(form[name].value()) for name in ("text", "language", "version")}


def stored() -> list[str]:
    with acting_as(SYSTEM):
        return list(Answer.objects.values_list("text", flat=True))


def test_both_texts_are_shown_and_the_saved_one_stands(conflict: tuple[Client, str]) -> None:
    alice, url = conflict

    page = alice.post(url, typed())

    shown_conflict = page.context["conflict"]
    assert (page.status_code, shown_conflict.stored.text, shown_conflict.sent) == (
        409,
        "Written by Sven",
        "Written by Alice",
    )
    assert page.content.count(b"Written by Sven") == 1
    assert stored() == ["Written by Sven"]


@pytest.mark.parametrize(
    ("choice", "text"), [("sent", "Written by Alice"), ("stored", "Written by Sven")], ids=["sent", "stored"]
)
def test_a_person_chooses_whose_text_stands(conflict: tuple[Client, str], choice: str, text: str) -> None:
    alice, url = conflict
    page = alice.post(url, typed())

    answer = alice.post(url, {**posted(page), "resolve": choice})

    assert (answer.status_code, stored()) == (302, [text])


def test_joining_puts_both_texts_into_the_field(conflict: tuple[Client, str]) -> None:
    alice, url = conflict

    page = alice.post(url, typed(resolve="join"))
    alice.post(url, posted(page))

    assert stored() == ["Written by Sven\n\nWritten by Alice"]


def test_the_editor_opens_while_the_cache_is_away(cast: Cast, settings: Any) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    alice = Client()
    alice.force_login(cast.alice)
    nowhere = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "unix:///nowhere.sock?db=1",
    }
    settings.CACHES = {"default": nowhere}

    page = alice.get(f"/workspace/reports/{report.pk}/measures/search/")

    assert [person.name for person in page.context["present"]] == ["Alice"]
