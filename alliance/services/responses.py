"""The member's right of reply: signed, once for each commitment, published beside the verdict."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import ReportDecisionKind, ReportState
from alliance.models import Commitment, Report, Response
from alliance.queries.local_dates import today
from alliance.queries.replies import ReplyOpening, reply_openings, standing_replies, with_commitments
from alliance.queries.signatures import signature_of
from alliance.services.public_documents import prepare_public_report
from alliance.services.publications import record_response_publication
from portal.kernel import clock, journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import clean_text, format_date, format_moment, refuse_long

MAX_LENGTH = 4000


@transaction.atomic
def respond_to_verdicts(
    actor: Actor, report: Report, commitment: Commitment | None, text: str, language: str
) -> Response:
    """Reply to one commitment's verdict, or to all (no commitment), until the response window closes.

    A reply cannot be changed once signed; one that was signed before the review was reopened, or before the verdict was
    corrected in public, is replaced; not while it is withdrawn. It is published at once when the report is public
    already, else with it. Raises Forbidden, WrongState when there is no verdict yet, the window has closed or the
    earlier one is withdrawn, and DomainError for an empty or too long text or when one stands already.
    """
    require(actor, "report.respond", report)
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    opening = check_open_to_reply(locked, commitment)
    clean = clean_text(text, field="text").strip()
    if not clean:
        raise DomainError(_("Write a reply."), field="text")
    refuse_long(clean, MAX_LENGTH, field="text")
    signature = signature_of(actor)
    if signature is None:
        raise DomainError(_("You no longer belong to this organisation."))
    locked.responses.filter(commitment=commitment, replaced_at=None).update(replaced_at=clock.now())
    response = Response.objects.create(
        report=locked,
        organisation_id=locked.organisation_id,
        commitment=commitment,
        text=clean,
        language=language,
        signatory_name=signature.name,
        signatory_office=signature.office,
        signed_by_id=signature.person_id,
        signed_at=clock.now(),
    )
    after = {"correction": opening.correction.pk} if opening else {}
    journal.record(actor, "report.respond", locked, response=response.pk, **after)
    if locked.state == ReportState.PUBLISHED:
        record_response_publication(actor, response)
        prepare_public_report(locked.organisation.slug, locked.cycle.slug)
    return response


def _withdrawn_reply_message() -> str:
    return _(
        "Your earlier reply is withdrawn from the public pages: you can sign a new one once the secretariat has "
        "published it again. Keep what you have written."
    )


def _ended_message(report: Report, openings: Sequence[ReplyOpening]) -> str:
    """That it is too late for this reply; and until when those are open that corrections have opened anew."""
    sentences = [_("The time for a reply has ended.")]
    for opening, commitment in with_commitments(report, openings):
        sentence = (
            _("A verdict on commitment %(code)s was corrected: you can reply to it until %(day)s.")
            if commitment
            else _("A verdict on a pledge was corrected: you can reply to all verdicts until %(day)s.")
        )
        code = commitment.code if commitment else ""
        sentences.append(sentence % {"code": code, "day": format_date(opening.until)})
    return " ".join(sentences)


def check_open_to_reply(report: Report, commitment: Commitment | None) -> ReplyOpening | None:
    """Refuse, WrongState or DomainError, when no reply can be signed now; what a correction of the verdict has opened.

    None where the reply is to the verdicts as the review was concluded.
    """
    if report.state not in (ReportState.CONCLUDED, ReportState.PUBLISHED):
        if report.decisions.filter(kind=ReportDecisionKind.REOPEN).exists():
            raise WrongState(
                _(
                    "The review was reopened: you can reply once it is concluded again. Keep what you have written."
                )
            )
        raise WrongState(_("There are no verdicts to reply to yet."))
    if report.is_withdrawn:
        raise WrongState(
            _(
                "The report is withdrawn from the public pages: you can reply once it is public again. Keep what you "
                "have written."
            )
        )
    openings = reply_openings([report])
    key = commitment.key if commitment else ""
    opening = next((each for each in openings if each.commitment_key == key), None)
    if opening and opening.is_in_time and opening.is_withdrawn:  # a new one would undo what two have decided
        raise WrongState(_withdrawn_reply_message())
    if opening and opening.is_open:
        return opening
    if report.respond_by and today() > report.respond_by:
        raise WrongState(_ended_message(report, [each for each in openings if each.is_open]))
    if standing := standing_replies().filter(report=report, commitment=commitment).first():
        message = _("A reply has already been signed (%(name)s, %(at)s) and cannot be changed.")
        facts = {"name": standing.signatory_name, "at": format_moment(standing.signed_at)}
        raise DomainError(message % facts)
    return None
