"""Acts of one client, one after another, on the database that the environment names: `python -m bench.scale.acts`.

Each line that comes in is an order: what kind of act, for how many seconds; the line that goes out says how many were
made, and in how many seconds.
"""

import json
import sys
import time
from collections.abc import Callable

import django

django.setup()

from alliance.models import Cycle, Membership
from alliance.queries.actors import actor_for
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import publish


def entries() -> Callable[[], object]:
    """An entry of the journal and the job that follows from it: the least that an act writes, besides what it is."""
    with acting_as(SYSTEM):
        cycle = Cycle.objects.earliest("pk")
        manager = Membership.objects.filter(roles__contains=["manager"], ended_at=None).earliest("pk")
        actor = actor_for(manager.person_id, manager.organisation_id)

    def act() -> None:
        with acting_as(actor):
            journal.record(actor, "cycle.publish", cycle)

    return act


def notes() -> Callable[[], object]:
    """A publication of one word, which has the next number and a link to the one before."""

    def act() -> None:
        name = f"note/{time.monotonic_ns()}"
        with acting_as(SYSTEM):
            publish(SYSTEM, "note", name, {"text": "Noted."}, title={"en": "A note"}, languages=["en"])

    return act


ACTS = {"entries": entries, "notes": notes}


def main() -> None:
    """Carry out the orders until none comes any more."""
    for line in sys.stdin:
        order = json.loads(line)
        act = ACTS[order["act"]]()
        act()  # the connection is made
        began, made = time.monotonic(), 0
        while time.monotonic() < began + order["seconds"]:
            act()
            made += 1
        print(json.dumps({"acts": made, "seconds": time.monotonic() - began}), flush=True)


if __name__ == "__main__":
    main()
