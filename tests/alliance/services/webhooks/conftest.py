"""A receiver of webhooks that is given up after a second where it hangs."""

from collections.abc import Iterator

import pytest

from tests.support.webhook_receiver import Receiver, webhook_receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with webhook_receiver() as one:
        yield one


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.kernel.outgoing.session._POST_WHOLE", 1.0)
