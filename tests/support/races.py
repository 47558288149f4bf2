"""Two acts at once: the second begins while the first has not been committed, and waits for it."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from portal.kernel.access import Actor, acting_as

_MOMENT = re.compile(r"\d+\xa0[A-Z]\w+\xa0\d{4}, \d+:\d+\xa0\w+")
Acts = tuple[Callable[[], object], Callable[[], object]]  # the first and the second


@dataclass
class SecondAct:
    """What became of the act that came second."""

    waited: bool = False
    refusal: Exception | None = None


def act_at_once(first: Callable[[], object], second: Callable[[], object]) -> SecondAct:
    """Do the first, have the second wait for it in a connection of its own, and say what became of that.

    For tests with `transaction=True`.
    """
    outcome = SecondAct()

    def act() -> None:
        try:
            second()
        except Exception as refusal:  # whatever it is, the test says what it should be
            outcome.refusal = refusal
        finally:
            connection.close()

    thread = threading.Thread(target=act)
    with transaction.atomic():
        first()
        thread.start()
        thread.join(timeout=1)
        outcome.waited = thread.is_alive()
    thread.join(timeout=60)
    return outcome


def by(actor: Actor, service: Callable[..., object], *arguments: Any, **options: Any) -> Callable[[], object]:
    """The act of somebody, to be done later."""

    def act() -> None:
        with acting_as(actor):
            service(actor, *arguments, **options)

    return act


def without_moments(text: object) -> str:
    """The English text with `{at}` in the place of each moment."""
    return _MOMENT.sub("{at}", str(text))
