"""What the alliance keeps about a person, told through their own eyes: who they are, what they signed and wrote."""

from collections.abc import Iterable, Sequence

from allauth.mfa.models import Authenticator
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance.models import (
    Accession,
    AccountDecision,
    Agreement,
    Answer,
    ApiToken,
    ChangesRequest,
    EmailChange,
    Evidence,
    Figure,
    InternalNote,
    Invitation,
    Membership,
    Person,
    PersonSession,
    Pledge,
    Question,
    Response,
    Submission,
    Verdict,
)
from alliance.queries.actors import actor_from, standing_of
from portal.kernel.access import SYSTEM, Actor, ActorKind, person_of
from portal.kernel.personal import Part, Row, rows_of
from portal.kernel.row_security import acting_as


def eyes_of(person_id: int) -> Sequence[Actor]:
    """As whom the person may look now: once for each organisation that they act for, or as themselves alone."""
    standing = standing_of(person_id)
    actors = [actor_from(standing, held.organisation_id) for held in standing.memberships]
    return actors or [Actor(ActorKind.PERSON, person_id=person_id)]


def _profile(actor: Actor) -> Iterable[Row]:
    rows = Person.objects.filter(pk=person_of(actor))
    return rows.values("name", "email", "language", "time_format", "created_at", "last_login", "bounced_at")


def _memberships(actor: Actor) -> Iterable[Row]:
    held = Membership.objects.filter(person_id=person_of(actor)).select_related("organisation").order_by("pk")
    return [
        {
            "organisation": row.organisation.name,
            "may": row.grants,
            "office": row.office,
            "from": row.started_at,
            "until": row.ended_at,
        }
        for row in held
    ]


def _factors(actor: Actor) -> Iterable[Row]:
    """That there is a factor, of which kind; its secret is for nobody."""
    rows = Authenticator.objects.filter(user_id=person_of(actor)).order_by("pk")
    return rows.values("type", "created_at", "last_used_at")


def _sessions(actor: Actor) -> Iterable[Row]:
    """Where they are signed in; the key of a session is for nobody."""
    rows = PersonSession.objects.filter(person_id=person_of(actor), expire_date__gte=Now()).order_by(
        "started_at"
    )
    return rows.values("device", "started_at", "last_used_at", ends_at=F("expire_date"))


def _decisions(actor: Actor) -> Iterable[Row]:
    """What was decided and when; the secretariat's reasons are its own."""
    with acting_as(SYSTEM):
        rows = AccountDecision.objects.filter(person_id=person_of(actor)).order_by("pk")
        return list(rows.values("kind", "decided_at"))


_SIGNED = {"organisation": "organisation__name", "name": "signatory_name", "office": "signatory_office"}
_OF_REPORT = {"organisation": "report__organisation__name", "cycle": "report__cycle__slug"}

PARTS = (
    Part("profile", _("Who you are here"), _profile),
    Part("memberships", _("Where you belong and belonged"), _memberships),
    Part("sessions", _("Sessions in which you are signed in"), _sessions),
    Part("factors", _("Second factors of your account"), _factors),
    Part("decisions", _("What the secretariat decided about your account"), _decisions),
    Part(
        "email-changes", _("Changes of your address"),
        rows_of(
            EmailChange, "person_id",
            old="old_email", new="new_email", asked_at="asked_at", done_at="done_at", ended_at="ended_at",
        ),
    ),
    Part(
        "agreements", _("Texts that you agreed to"),
        rows_of(
            Agreement, "person_id",
            text="text__kind", revision="text__revision", language="language", at="agreed_at",
        ),
    ),
    Part(
        "tokens", _("Tokens that you made for programs"),
        rows_of(
            ApiToken, "person_id",
            organisation="organisation__name", name="name", scopes="scopes", created_at="created_at",
            expires_at="expires_at", used_at="used_at", revoked_at="revoked_at",
        ),
    ),
    Part(
        "invitations", _("Invitations that you sent"),
        rows_of(
            Invitation, "invited_by_id",
            organisation="organisation__name", may="grants", state="state", at="created_at",
        ),
    ),
    Part(
        "accessions", _("Accessions that you signed"),
        rows_of(Accession, "signed_by_id", charter="charter__key", signed_at="signed_at", **_SIGNED),
    ),
    Part(
        "pledges", _("Pledges that you signed"),
        rows_of(
            Pledge, "signed_by_id",
            commitment="commitment_key", title="title", words="words", signed_at="signed_at", **_SIGNED,
        ),
    ),
    Part(
        "submissions", _("Reports that you signed off"),
        rows_of(
            Submission, "submitted_by_id",
            number="number", sha256="sha256", statement="statement", submitted_at="submitted_at",
            name="signatory_name", office="signatory_office", **_OF_REPORT,
        ),
    ),
    Part(
        "replies", _("Replies that you signed"),
        rows_of(
            Response, "signed_by_id",
            text="text", language="language", signed_at="signed_at", name="signatory_name", **_OF_REPORT,
        ),
    ),
    Part(
        "answers", _("Answers in drafts whose last wording is yours"),
        rows_of(Answer, "updated_by_id", text="text", language="language", at="updated_at", **_OF_REPORT),
    ),
    Part(
        "figures", _("Figures in drafts that you entered last"),
        rows_of(
            Figure, "updated_by_id",
            indicator="indicator__key", cell="cell", value="value", note="note", at="updated_at", **_OF_REPORT,
        ),
    ),
    Part(
        "evidence", _("Evidence that you added"),
        rows_of(
            Evidence, "added_by_id",
            title="title", file="file_name", address="url", sha256="sha256", at="added_at", **_OF_REPORT,
        ),
    ),
    Part(
        "questions", _("Questions that you asked in reviews"),
        rows_of(Question, "asked_by_id", text="text", at="asked_at", **_OF_REPORT),
    ),
    Part(
        "question-answers", _("Questions that you answered in reviews"),
        rows_of(Question, "answered_by_id", answer="answer", at="answered_at", **_OF_REPORT),
    ),
    Part(
        "verdicts", _("Verdicts that you gave"),
        rows_of(Verdict, "given_by_id", value="value", reason="reason", at="given_at", **_OF_REPORT),
    ),
    Part(
        "changes", _("Changes that you asked for"),
        rows_of(ChangesRequest, "requested_by_id", text="summary", at="requested_at", **_OF_REPORT),
    ),
    Part(
        "notes", _("Internal notes that you wrote"),
        rows_of(InternalNote, "written_by_id", text="text", at="written_at", **_OF_REPORT),
    ),
)  # fmt: skip
