"""What is said and asked in tests: beneath a practice of Aurora's, and on the request board."""

from typing import Any

from portal.kernel.access import SYSTEM, Actor, acting_as
from practices.audiences import Audience, audience
from practices.enums import Label
from practices.models import DiscussionSubject, Post, Practice, Request
from practices.services.discussion import write_post
from practices.services.requests import RequestDraft, ask_request
from tests.factories.practices import call_as
from tests.factories.relations import ReaderRelations

REQUEST_DRAFT = RequestDraft(title="tell a child from an adult by voice", harms=["grooming"])


def make_post(
    actor: Actor, discussion_subject: DiscussionSubject, text: str = "Does it hold voice too?", **named: Any
) -> Post:
    """A question, or with `parent` an answer."""
    post: Post = call_as(actor, write_post, discussion_subject, text, **named)
    return post


def make_request(
    actor: Actor, readers: Audience | None = None, draft: RequestDraft = REQUEST_DRAFT
) -> Request:
    request: Request = call_as(actor, ask_request, draft, readers or audience(Label.GREEN))
    return request


def make_request_with_label(relations: ReaderRelations, label: str) -> Request:
    """A request of Alice's at Aurora that names the audience's readers, under any label."""
    alice = relations.actors["author"]
    with acting_as(SYSTEM):
        return Request.objects.create(
            organisation_id=relations.source,
            author_people=[f"{alice.person_id}.{alice.tenant_id}"],
            asked_by_id=alice.person_id,
            label=label,
            title="Canary request",
            **relations.readers,
        )


def set_label_directly(subject: Practice | Request, label: str, **readers: Any) -> None:
    """Give it other readers past every rule, as if its source had."""
    names = {"reader_people": [], "reader_organisations": [], "reader_groups": [], **readers}
    with acting_as(SYSTEM):
        type(subject).objects.filter(pk=subject.pk).update(label=label, **names)
        subject.refresh_from_db()
