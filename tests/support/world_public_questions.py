"""Questions of the public in each state: open, forwarded, answered by Aurora, published, closed, not confirmed."""

from typing import Any

from alliance.enums import PublicQuestionState, Side
from alliance.models import (
    Organisation,
    PublicQuestion,
    PublicQuestionContact,
    Subscriber,
    Subscription,
)
from alliance.services.public_question_links import link_digest_of
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from tests.support.canaries import canary

_OPEN, _ANSWERED, _CLOSED = (
    PublicQuestionState.OPEN,
    PublicQuestionState.ANSWERED,
    PublicQuestionState.CLOSED,
)


def make_public_question(organisation: Organisation | None, **fields: Any) -> PublicQuestion:
    """One question, about a member or none, with the address of its asker; open unless `state` says otherwise."""
    email = fields.pop("email", "parent@home.example")
    confirm_until = fields.pop("confirm_until", None) or clock.now()
    columns = {
        "kind": "question",
        "state": _OPEN,
        "text": "How do you check ages?",
        "language": "en",
        "confirmed_at": clock.now(),
    }
    with acting_as(SYSTEM):
        question = PublicQuestion.objects.create(organisation=organisation, **{**columns, **fields})
        contact = PublicQuestionContact(
            question=question, email=email, language="en", confirm_until=confirm_until
        )
        contact.link_sha256 = link_digest_of(contact)
        contact.save(force_insert=True)
    return question


def make_public_questions(organisation: Organisation) -> dict[str, dict[str, Any]]:
    """The questions of the policy table; gives back the places."""
    now = clock.now()
    answer = {"answer": "By documents.", "answer_language": "en", "answered_at": now, "state": _ANSWERED}
    by_member = {**answer, "answer_side": Side.MEMBER, "forwarded_at": now}
    agreed = {**answer, "answer_side": Side.SECRETARIAT, "asker_agrees": True}
    waiting = make_public_question(
        organisation,
        text=canary("public-question"),
        asker_name=canary("public-question-name"),
        email=f"{canary('public-question-email')}@example.org",
    )
    rows = {
        "open": waiting,
        "unconfirmed": make_public_question(
            organisation, text=canary("public-question-unconfirmed"), state=PublicQuestionState.UNCONFIRMED
        ),
        "forwarded": make_public_question(
            organisation, text=canary("public-question-forwarded"), forwarded_at=now
        ),
        "taken_back": make_public_question(
            organisation, text=canary("public-question-taken-back"), taken_back_at=now
        ),
        "answered": make_public_question(organisation, **by_member),
        "agreed": make_public_question(organisation, **agreed),
        "published": make_public_question(organisation, **agreed, published_at=now),
        "closed": make_public_question(
            organisation,
            state=_CLOSED,
            closed_at=now,
            closing_reason={"en": canary("public-question-reason")},
        ),
    }
    _make_subscription(organisation)
    acts = {
        "forward": "open",
        "take-back": "forwarded",
        "close": "open",
        "reopen": "closed",
        "publish": "agreed",
        "hide": "published",
    }
    places: dict[str, dict[str, Any]] = {
        f"public_question.{name}": {"pk": row.pk} for name, row in rows.items()
    }
    places |= {
        f"public_question.{act.replace('-', '_')}": {"pk": rows[name].pk, "action": act}
        for act, name in acts.items()
    }
    return places | {"public_question.no_link": {"token": "no-link"}}


def _make_subscription(organisation: Organisation) -> None:
    """Somebody follows the member by e-mail."""
    with acting_as(SYSTEM):
        subscriber = Subscriber.objects.create(
            email=f"{canary('subscriber')}@example.org", language="en", link_sha256="1" * 64
        )
        Subscription.objects.create(
            subscriber=subscriber,
            kind="member",
            key=organisation.slug,
            titles={"en": canary("subscription")},
            language="en",
            pace="daily",
            link_sha256="2" * 64,
            confirm_until=clock.now(),
            confirmed_at=clock.now(),
        )
