"""Two acts at once: the second begins while the first has not been committed, and waits for it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction


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
