"""What came from outside reports: questions of the public, their answers, and partners' comments."""

from collections.abc import Iterable

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from alliance.models import InvitedComment, Person, PublicQuestion, PublicQuestionContact, Subscription
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of
from portal.kernel.privacy import PersonalDataPart, PersonalDataRow, rows_of


def _public_questions(actor: Actor) -> Iterable[PersonalDataRow]:
    """What was asked in public with this address."""
    address = Person.objects.values_list("email", flat=True).get(pk=person_of(actor))
    with acting_as(SYSTEM):
        rows = PublicQuestionContact.objects.filter(email__iexact=address).order_by("pk")
        return list(
            rows.values(
                "email",
                name=F("question__asker_name"),
                text=F("question__text"),
                asked_at=F("question__asked_at"),
                answer=F("question__answer"),
            )
        )


def _subscriptions(actor: Actor) -> Iterable[PersonalDataRow]:
    """What is followed by e-mail with this address."""
    address = Person.objects.values_list("email", flat=True).get(pk=person_of(actor))
    with acting_as(SYSTEM):
        rows = Subscription.objects.filter(subscriber__email=address.lower()).order_by("pk")
        return list(
            rows.values(
                "kind",
                "key",
                "asked_at",
                "confirmed_at",
                email=F("subscriber__email"),
                letters=F("subscriber__pace"),
            )
        )


OUTSIDE_PARTS = (
    PersonalDataPart("public-questions", _("Questions of the public with your address"), _public_questions),
    PersonalDataPart("subscriptions", _("What is followed with your address"), _subscriptions),
    PersonalDataPart(
        "public-answers", _("Questions of the public that you answered"),
        rows_of(PublicQuestion, "answered_by", text="answer", at="answered_at"),
    ),
    PersonalDataPart(
        "comment-invitations", _("Partners that you invited to comment"),
        rows_of(InvitedComment, "invited_by", partner="partner__name", text="question", at="invited_at"),
    ),
    PersonalDataPart(
        "invited-comments", _("Comments that you gave for a partner"),
        rows_of(InvitedComment, "given_by", partner="partner__name", text="text", at="given_at"),
    ),
)  # fmt: skip
