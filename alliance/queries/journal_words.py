"""The alliance's lines of the journal in words, and where the things in them are shown on the secretariat's desk."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.models import (
    Accession,
    Charter,
    Cycle,
    Evidence,
    Membership,
    Organisation,
    Pledge,
    Question,
    Report,
    Verdict,
)
from portal.kernel.access import Actor
from portal.kernel.journal_words import Leads, Words
from portal.kernel.models import FileCase

SENTENCES = {
    "portal.found": _("The portal was founded"),
    "organisation.add": _("An organisation was added"),
    "organisation.rename": _("An organisation took another name"),
    "organisation.change": _("Facts about an organisation were changed"),
    "organisation.admit": _("An organisation was admitted"),
    "organisation.suspend": _("An organisation was suspended"),
    "organisation.reinstate": _("An organisation was reinstated"),
    "organisation.withdraw": _("An organisation withdrew"),
    "organisation.expel": _("An organisation was expelled"),
    "service.add": _("A service was added"),
    "membership.invite": _("Somebody was invited"),
    "membership.grant": _("Somebody’s rights were changed"),
    "membership.end": _("A membership ended"),
    "membership.appoint": _("The secretariat gave somebody rights"),
    "membership.hand_over": _("Somebody’s work was handed over"),
    "invitation.accept": _("An invitation was accepted"),
    "invitation.revoke": _("An invitation was revoked"),
    "invitation.resend": _("An invitation was sent again"),
    "invitation.bounce": _("The letter with an invitation came back"),
    "person.agree": _("Somebody agreed to a text"),
    "person.ask_email_change": _("A change of address was asked for"),
    "person.change_email": _("An address was changed"),
    "person.stop_email_change": _("A change of address was stopped"),
    "person.confirm_email": _("The secretariat confirmed a new address"),
    "person.change_factors": _("Second factors were changed"),
    "person.reset_factors": _("The secretariat removed second factors"),
    "person.change_profile": _("A profile was changed"),
    "person.choose_notices": _("Somebody chose what comes by e-mail"),
    "person.bounce": _("Letters to an address came back"),
    "person.retry_mail": _("An address that took no letters is tried again"),
    "person.end_session": _("A session was ended"),
    "person.end_sessions": _("All other sessions were ended"),
    "person.close": _("An account was closed"),
    "person.reopen": _("An account was opened again"),
    "person.set_password": _("A new password was set"),
    "person.erase": _("A person was erased"),
    "charter.load": _("A charter was loaded"),
    "charter.put_in_force": _("A charter was put in force"),
    "charter.supersede": _("A charter was superseded"),
    "accession.draft": _("An accession was drafted"),
    "accession.sign": _("An accession was signed"),
    "accession.publish": _("An accession was published"),
    "accession.end": _("An accession ended"),
    "pledge.draft": _("A pledge was drafted"),
    "pledge.edit": _("A draft of a pledge was changed"),
    "pledge.discard": _("A draft of a pledge was discarded"),
    "pledge.sign": _("A pledge was signed"),
    "pledge.return": _("A pledge was returned"),
    "pledge.publish": _("A pledge was countersigned and published"),
    "pledge.revise": _("A pledge is being revised"),
    "pledge.replace": _("A pledge was replaced by its next revision"),
    "pledge.fulfil": _("A pledge was recorded as fulfilled"),
    "pledge.withdraw": _("A pledge was withdrawn"),
    "pledge.follow": _("A pledge followed the charter’s next version"),
    "cycle.plan": _("A cycle was planned"),
    "cycle.edit": _("A planned cycle was changed"),
    "cycle.open": _("A cycle was opened"),
    "cycle.remind": _("Members were reminded of their reports"),
    "cycle.close": _("A cycle was closed"),
    "cycle.publish": _("A cycle was published"),
    "report.ask_for_sign_off": _("Sign-off of a report was asked for"),
    "report.send_back": _("A report was sent back to its writers"),
    "report.submit": _("A report was signed off and submitted"),
    "report.start_review": _("The review of a report began"),
    "report.request_changes": _("Changes of a report were requested"),
    "report.conclude": _("The review of a report was concluded"),
    "report.publish": _("A report was published"),
    "report.exempt": _("A member was exempted from a report"),
    "report.extend": _("A report was given a later day"),
    "report.miss": _("A report was recorded as not filed"),
    "report.respond": _("A reply to verdicts was signed"),
    "report.disclose": _("What of a report becomes public was changed"),
    "report.confirm": _("A measure of a report was confirmed by a second person"),
    "question.ask": _("A question was asked"),
    "question.answer": _("A question was answered"),
    "question.close": _("A question was closed"),
    "note.write": _("An internal note was written"),
    "verdict.give": _("A verdict was given"),
    "evidence.add": _("Evidence was added"),
    "evidence.remove": _("Evidence was taken back"),
    "evidence.open": _("Evidence was opened"),
    "reference.load": _("Reference counts were loaded"),
    "site.rename": _("The portal’s names were changed"),
    "site.set_sender": _("The sender of letters was changed"),
    "site.set_time_zone": _("The portal’s time zone was changed"),
    "site.set_mark": _("The portal was given a mark of its own"),
    "site.remove_mark": _("The portal’s own mark was removed"),
    "site.test_mail": _("A test letter was sent"),
    "site.write_text": _("A text of the portal was written anew"),
    "token.allow": _("Access for programs was allowed or forbidden"),
    "token.create": _("A token for a program was made"),
    "token.remind": _("A token’s owner was reminded that it runs out soon"),
    "token.revoke": _("A token for a program was revoked"),
}

DETAILS: dict[str, Words] = {
    "allowed": pgettext_lazy("journal", "allowed"),
    "before": pgettext_lazy("journal", "before that"),
    "by": pgettext_lazy("journal", "replaced by"),
    "change": pgettext_lazy("journal", "what"),
    "changed": pgettext_lazy("journal", "what"),
    "charter": pgettext_lazy("journal", "charter"),
    "code": pgettext_lazy("journal", "answer of the mail server"),
    "commitment": pgettext_lazy("journal", "commitment"),
    "days": pgettext_lazy("journal", "days"),
    "decision": pgettext_lazy("journal", "decision"),
    "disclosure": pgettext_lazy("journal", "disclosure"),
    "due_on": pgettext_lazy("journal", "due"),
    "fields": pgettext_lazy("journal", "what"),
    "format": pgettext_lazy("journal", "format"),
    "former_name": pgettext_lazy("journal", "former name"),
    "four_eyes": pgettext_lazy("journal", "four eyes"),
    "grants": pgettext_lazy("journal", "rights"),
    "kind": pgettext_lazy("journal", "kind"),
    "measure": pgettext_lazy("journal", "measure"),
    "membership": pgettext_lazy("journal", "membership"),
    "number": pgettext_lazy("journal", "number"),
    "on": pgettext_lazy("journal", "day"),
    "organisation": pgettext_lazy("journal", "organisation"),
    "outcome": pgettext_lazy("journal", "outcome"),
    "person": pgettext_lazy("journal", "person"),
    "replaced": pgettext_lazy("journal", "replaced"),
    "report": pgettext_lazy("journal", "report"),
    "reports": pgettext_lazy("journal", "reports"),
    "respond_by": pgettext_lazy("journal", "reply until"),
    "response": pgettext_lazy("journal", "reply"),
    "revises": pgettext_lazy("journal", "revises"),
    "revision": pgettext_lazy("journal", "revision"),
    "rows": pgettext_lazy("journal", "rows"),
    "scopes": pgettext_lazy("journal", "scopes"),
    "sessions": pgettext_lazy("journal", "sessions"),
    "sha256": "SHA-256",
    "submission": pgettext_lazy("journal", "submission"),
    "text_kind": pgettext_lazy("journal", "text"),
    "text_revision": pgettext_lazy("journal", "revision of the text"),
    "value": pgettext_lazy("journal", "verdict"),
    "version": pgettext_lazy("journal", "version"),
}

THINGS = {
    "portal": pgettext_lazy("journal", "Portal"),
    "organisation": pgettext_lazy("journal", "Organisation"),
    "service": pgettext_lazy("journal", "Service"),
    "membership": pgettext_lazy("journal", "Membership"),
    "invitation": pgettext_lazy("journal", "Invitation"),
    "person": pgettext_lazy("journal", "Person"),
    "charter": pgettext_lazy("journal", "Charter"),
    "accession": pgettext_lazy("journal", "Accession"),
    "pledge": pgettext_lazy("journal", "Pledge"),
    "cycle": pgettext_lazy("journal", "Cycle"),
    "report": pgettext_lazy("journal", "Report"),
    "question": pgettext_lazy("journal", "Question"),
    "note": pgettext_lazy("journal", "Internal note"),
    "internalnote": pgettext_lazy("journal", "Internal note"),
    "verdict": pgettext_lazy("journal", "Verdict"),
    "evidence": pgettext_lazy("journal", "Evidence"),
    "reference": pgettext_lazy("journal", "Reference counts"),
    "referenceload": pgettext_lazy("journal", "Reference counts"),
    "site": pgettext_lazy("journal", "Settings"),
    "sitetext": pgettext_lazy("journal", "Text of the portal"),
    "mailtest": pgettext_lazy("journal", "Test letter"),
    "agreement": pgettext_lazy("journal", "Agreement"),
    "token": pgettext_lazy("journal", "Token for a program"),
    "apitoken": pgettext_lazy("journal", "Token for a program"),
}


def _by(model: Any, route: str, *fields: str) -> Leads:
    """Each row that the actor may see is shown at the route, which these fields fill in, or its number."""

    def leads(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
        rows = model.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", *fields)
        return {pk: reverse(f"secretariat:{route}", args=values or [pk]) for pk, *values in rows}

    return leads


def _files(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    del actor
    rows = FileCase.objects.filter(pk__in=ids).values_list("pk", "sha256")
    return {pk: reverse("secretariat:file", args=[sha256]) for pk, sha256 in rows}


def _reports(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    """What was filed has a page on this desk; what was not stands in its cycle."""
    rows = (
        Report.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "cycle__slug", "submitted_at")
    )
    return {
        pk: reverse("secretariat:review", args=[pk]) if filed else reverse("secretariat:cycle", args=[slug])
        for pk, slug, filed in rows
    }


def _numbers(route: str) -> Callable[[Actor, Collection[int]], Mapping[int, str]]:
    """Publications are everybody's, and their number is their key."""
    return lambda actor, ids: {pk: reverse(route, args=[pk]) for pk in ids}


LEADS: dict[str, Leads] = {
    "alliance.organisation": _by(Organisation, "member"),
    "alliance.membership": _by(Membership, "member", "organisation_id"),
    "alliance.accession": _by(Accession, "member", "organisation_id"),
    "alliance.charter": _by(Charter, "charter", "key", "version"),
    "alliance.cycle": _by(Cycle, "cycle", "slug"),
    "alliance.pledge": _by(Pledge, "pledge"),
    "alliance.report": _reports,
    "alliance.question": _by(Question, "review", "report_id"),
    "alliance.verdict": _by(Verdict, "review", "report_id"),
    "alliance.evidence": _by(Evidence, "review-measure", "report_id", "measure__key"),
    "portal.filecase": _files,
    "portal.publication": _numbers("public:publication"),
}
