"""What is said and asked in tests: beneath a practice of Aurora's, and on the request board."""

from typing import Any

from portal.kernel.access import SYSTEM, Actor
from portal.kernel.row_security import acting_as
from practices.audiences import Audience, audience
from practices.enums import Label
from practices.models import Post, Practice, Request, Thing
from practices.services.discussion import write_post
from practices.services.requests import RequestDraft, ask_request
from tests.factories.circle import Circle
from tests.factories.practices import act

SEEKING = RequestDraft(title="tell a child from an adult by voice", harms=["grooming"])


def say(actor: Actor, thing: Thing, text: str = "Does it hold voice too?", **named: Any) -> Post:
    """A question, or with `parent` an answer."""
    said: Post = act(actor, write_post, thing, text, **named)
    return said


def asked(actor: Actor, readers: Audience | None = None, draft: RequestDraft = SEEKING) -> Request:
    found: Request = act(actor, ask_request, draft, readers or audience(Label.GREEN))
    return found


def request_in(circle: Circle, label: str) -> Request:
    """A request of Alice's at Aurora that names the circle's readers, whatever its label."""
    alice = circle.actors["author"]
    with acting_as(SYSTEM):
        return Request.objects.create(
            organisation_id=circle.source,
            author_people=[f"{alice.person_id}.{alice.tenant_id}"],
            asked_by_id=alice.person_id,
            label=label,
            title="Canary request",
            **circle.readers,
        )


def relabel(thing: Practice | Request, label: str, **readers: Any) -> None:
    """Give it other readers past every rule, as if its source had."""
    names = {"reader_people": [], "reader_organisations": [], "reader_groups": [], **readers}
    with acting_as(SYSTEM):
        type(thing).objects.filter(pk=thing.pk).update(label=label, **names)
        thing.refresh_from_db()
