"""Counting tries while the cache is away: in the database, apart from what the request writes there."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.limits import Limit, LimitCount, TooMany, count_try, forget, give_back, spend
from portal.kernel.privacy import count_expired
from tests.support.caches import frozen_cache, missing_cache

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT, DAILY = Limit("test", 2, 60), Limit("test-day", 3, 24 * 60 * 60)


@pytest.mark.parametrize("away", [frozen_cache, missing_cache])
def test_the_database_counts_over_all_processes_and_says_when_the_next_try_is_good(
    settings: Any, away: Callable[[Any], AbstractContextManager[None]]
) -> None:
    key = uuid4().hex
    with away(settings):
        for _try in range(2):
            spend(key, LIMIT, DAILY)
        spend(uuid4().hex, LIMIT)
        with pytest.raises(TooMany) as refusal:
            spend(key, LIMIT)
    assert 0 < refusal.value.seconds <= 60
    assert not LimitCount.objects.filter(digest__contains=key).exists()


def test_a_try_that_is_given_back_or_forgotten_does_not_count(settings: Any) -> None:
    key = uuid4().hex
    with missing_cache(settings):
        for _try in range(4):
            spend(key, LIMIT)
            give_back(key, LIMIT)
        spend(key, LIMIT)
        forget(key, LIMIT)
        assert [count_try(key, LIMIT).left for _try in range(2)] == [1, 0]


def test_a_count_outlives_what_the_request_undoes(settings: Any) -> None:
    key = uuid4().hex
    with missing_cache(settings):
        with transaction.atomic():
            for _try in range(3):
                count_try(key, LIMIT)
            transaction.set_rollback(True)
        with pytest.raises(TooMany), transaction.atomic():
            spend(key, LIMIT)


def test_a_window_that_is_over_begins_anew_and_is_cleared_out(settings: Any) -> None:
    key = uuid4().hex
    with missing_cache(settings):
        for _try in range(2):
            spend(key, LIMIT)
        now = timezone.now()
        # the second is a window that the clock of the database was set back under
        for end in (now - timedelta(seconds=1), now + timedelta(days=1)):
            with acting_as(SYSTEM):
                LimitCount.objects.update(ends_at=end)
            assert count_try(key, LIMIT).left == 1
        with acting_as(SYSTEM):
            LimitCount.objects.update(ends_at=now - timedelta(seconds=1))
        assert count_expired()["attempts"] == LimitCount.objects.count() == 1
