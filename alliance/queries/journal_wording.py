"""The alliance's journal entries in words, and the secretariat's pages that show their targets."""

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.enums import Disclosure, OrganisationKind, Role, TextKind, VerdictValue
from alliance.models import (
    Accession,
    Charter,
    Cycle,
    EmailDomain,
    Evidence,
    ExtensionRequest,
    IdentityProvider,
    Membership,
    Organisation,
    Pledge,
    Question,
    Report,
    Verdict,
)
from portal.kernel.access import Actor
from portal.kernel.files import FileCase, FileDamage
from portal.kernel.journal import AddressFinder, Wording

SENTENCES = {
    "portal.found": _("Portal set up"),
    "organisation.add": _("Organisation added"),
    "organisation.rename": _("Organisation renamed"),
    "organisation.change": _("Organisation details changed"),
    "organisation.admit": _("Organisation admitted"),
    "organisation.suspend": _("Organisation suspended"),
    "organisation.reinstate": _("Organisation reinstated"),
    "organisation.withdraw": _("Organisation withdrew"),
    "organisation.expel": _("Organisation expelled"),
    "organisation.lose_holder": _("Required right without a holder"),
    "service.add": _("Service added"),
    "membership.invite": _("Invitation sent"),
    "membership.grant": _("Rights changed"),
    "membership.end": _("Membership ended"),
    "membership.appoint": _("Rights granted by the secretariat"),
    "membership.join": _("Joined through an identity provider, without rights"),
    "membership.leave": _("Organisation left"),
    "membership.hand_over": _("Work handed over"),
    "invitation.accept": _("Invitation accepted"),
    "invitation.expire": _("Invitation expired unanswered"),
    "invitation.revoke": _("Invitation revoked"),
    "invitation.resend": _("Invitation sent again"),
    "invitation.bounce": _("Invitation e-mail returned"),
    "person.link_account": _("Linked to an account at an identity provider"),
    "identity_provider.add": _("Identity provider added"),
    "identity_provider.change": _("Identity provider changed"),
    "identity_provider.test": _("Identity provider tested"),
    "identity_provider.turn_on": _("Identity provider turned on"),
    "identity_provider.turn_off": _("Identity provider turned off"),
    "email_domain.add": _("E-mail domain added"),
    "email_domain.remove": _("E-mail domain removed"),
    "email_domain.enforce": _("Single sign-on required"),
    "email_domain.suspend": _("Single sign-on suspended"),
    "email_domain.relax": _("Single sign-on made optional"),
    "invitation.complain": _("Invitation e-mail reported as spam"),
    "person.agree": _("Text agreed to"),
    "person.ask_email_change": _("Change of address requested"),
    "person.change_email": _("Address changed"),
    "person.stop_email_change": _("Change of address stopped"),
    "person.confirm_email": _("Confirmed in place of the old mailbox"),
    "person.change_factors": _("Second factors changed"),
    "person.reset_factors": _("Second factors removed"),
    "person.change_profile": _("Profile changed"),
    "person.choose_notices": _("E-mail notifications changed"),
    "person.bounce": _("E-mail returned"),
    "person.complain": _("E-mail reported as spam; optional e-mails turned off"),
    "person.retry_mail": _("E-mails to an address resumed"),
    "person.end_session": _("Session ended"),
    "person.end_sessions": _("Other sessions ended"),
    "person.forget_devices": _("Known devices removed"),
    "person.freeze": _("Account frozen"),
    "person.thaw": _("Account unfrozen"),
    "person.close": _("Account closed"),
    "person.reopen": _("Account reopened"),
    "person.set_password": _("Password changed"),
    "person.erase": _("Person erased"),
    "charter.load": _("Charter loaded"),
    "charter.put_in_force": _("Charter put in force"),
    "charter.supersede": _("Charter superseded"),
    "accession.draft": _("Accession drafted"),
    "accession.sign": _("Accession signed"),
    "accession.publish": _("Accession published"),
    "accession.end": _("Accession ended"),
    "pledge.draft": _("Pledge drafted"),
    "pledge.edit": _("Draft pledge changed"),
    "pledge.discard": _("Draft pledge deleted"),
    "pledge.sign": _("Pledge signed"),
    "pledge.return": _("Pledge returned"),
    "pledge.publish": _("Pledge countersigned and published"),
    "pledge.revise": _("Pledge revision started"),
    "pledge.replace": _("Pledge replaced by its next revision"),
    "pledge.fulfil": _("Pledge recorded as fulfilled"),
    "pledge.withdraw": _("Pledge withdrawn"),
    "pledge.follow": _("Pledge moved to the charter’s next version"),
    "cycle.plan": _("Cycle planned"),
    "cycle.edit": _("Planned cycle changed"),
    "cycle.reschedule": _("Dates of an open cycle moved"),
    "cycle.open": _("Cycle opened"),
    "cycle.remind": _("Members reminded of their reports"),
    "cycle.close": _("Cycle closed"),
    "cycle.reopen": _("Cycle reopened"),
    "cycle.publish": _("Cycle published"),
    "report.ask_for_sign_off": _("Report sent for sign-off"),
    "report.send_back": _("Report returned to its editors"),
    "report.submit": _("Report signed off and submitted"),
    "report.recall": _("Submission recalled"),
    "report.start_review": _("Review started"),
    "report.request_changes": _("Changes to a report requested"),
    "report.resume_review": _("Review of a returned report resumed"),
    "report.take_back_request": _("Request for changes taken back"),
    "report.conclude": _("Review concluded"),
    "report.reopen": _("Concluded review reopened"),
    "report.publish": _("Report published"),
    "report.exempt": _("Member exempted from a report"),
    "report.include": _("Member that joined later included in the cycle"),
    "report.extend": _("Deadline of a report extended"),
    "report.ask_extension": _("More time for a report asked for"),
    "extension_request.grant": _("Request for more time granted"),
    "extension_request.refuse": _("Request for more time refused"),
    "extension_request.withdraw": _("Request for more time withdrawn"),
    "extension_request.lapse": _("Request for more time closed without an answer"),
    "report.miss": _("Report recorded as not filed"),
    "report.restore": _("Report put back to draft"),
    "report.respond": _("Reply to verdicts signed"),
    "report.disclose": _("Disclosure of an answer changed"),
    "report.confirm": _("Measure confirmed by a second person"),
    "question.ask": _("Question asked"),
    "question.answer": _("Question answered"),
    "question.close": _("Question closed"),
    "note.write": _("Internal note written"),
    "verdict.give": _("Verdict given"),
    "evidence.add": _("Evidence added"),
    "evidence.remove": _("Evidence removed"),
    "evidence.open": _("Evidence opened"),
    "reference.load": _("Independent counts loaded"),
    "site.rename": _("Portal names changed"),
    "site.set_sender": _("E-mail sender changed"),
    "site.set_time_zone": _("Time zone changed"),
    "site.set_logo": _("Logo set"),
    "site.remove_logo": _("Logo removed"),
    "site.test_mail": _("Test e-mail sent"),
    "site.write_text": _("Text of the portal changed"),
    "token.allow": _("API access turned on or off"),
    "token.create": _("Token created"),
    "report.remind_due": _("Reminder of a deadline sent"),
    "report.remind_overdue": _("Reminder of an overdue report sent"),
    "report.remind_changes_due": _("Reminder of the day for requested changes sent"),
    "report.remind_changes": _("Reminder of requested changes sent"),
    "report.remind_response": _("Reminder of the time for a reply sent"),
    "report.remind_review": _("Reminder of a report without a reviewer sent"),
    "report.remind_resume": _("Reminder of a report that was not submitted again sent"),
    "organisation.remind_stalled": _("Managers notified of what nobody takes on"),
    "token.remind": _("Reminder of an expiring token sent"),
    "token.revoke": _("Token revoked"),
}

DETAILS: dict[str, Wording] = {
    "allowed": _("Allowed"),
    "before": _("Previously"),
    "by": _("Replaced by"),
    "change": _("What"),
    "changed": _("What"),
    "changes_due_on": _("Submit again by"),
    "changes_request": _("Request for changes"),
    "charter": _("Charter"),
    "code": _("Mail server’s answer"),
    "commitment": _("Commitment"),
    "date_change": _("Change of dates"),
    "days": _("Days"),
    "decision": _("Decision"),
    "devices": _("Devices"),
    "disclosure": _("Disclosure"),
    "due_on": _("Deadline"),
    "due_on_before": _("Deadline before"),
    "grace_ends_on": _("Grace until"),
    "grace_ends_on_before": _("Grace until, before"),
    "joined_on": _("Joined"),
    "publish_on": _("To be published on"),
    "publish_on_before": _("To be published on, before"),
    "fields": _("What"),
    "format": _("Format"),
    "former_name": _("Former name"),
    "four_eyes": _("Four-eyes rule"),
    "grants": _("Rights"),
    "invitations": _("Invitations"),
    "kind": _("Kind"),
    "measure": _("Measure"),
    "membership": _("Membership"),
    "number": _("Number"),
    "on": _("Day"),
    "planned": _("Planned for"),
    "organisation": _("Organisation"),
    "organisations": _("Organisations"),
    "outcome": _("Result"),
    "person": _("Person"),
    "protocol": _("Protocol"),
    "provider": _("Identity provider"),
    "replaced": _("Superseded"),
    "successor": _("Who takes over"),
    "tokens": _("Tokens"),
    "report": _("Report"),
    "reports": _("Reports"),
    "requested_due_on": _("Requested deadline"),
    "respond_by": _("Replies until"),
    "response": _("Reply"),
    "revises": _("Revises"),
    "revision": _("Revision"),
    "rows": _("Rows"),
    "scopes": _("Permissions"),
    "sessions": _("Sessions"),
    "sha256": "SHA-256",
    "submission": _("Submission"),
    "text_kind": _("Text"),
    "text_revision": _("Revision"),
    "value": _("Verdict"),
    "version": _("Version"),
}

_ROLES: dict[str, Wording] = dict(Role.choices)
# The words of codes, by the name of the fact that has them.
VALUES: dict[str, dict[str, Wording]] = {
    "before": _ROLES,
    "grants": _ROLES,
    "change": {
        "add_app": _("App added"),
        "remove_app": _("App removed"),
        "add_passkey": _("Passkey added"),
        "remove_passkey": _("Passkey removed"),
        "make_codes": _("Recovery codes created"),
        "use_code": _("Recovery code used"),
    },
    "fields": {
        "name": pgettext_lazy("of a person or of a thing", "Name"),
        "language": _("Language"),
        "time_format": _("Time format"),
        "time_zone": _("Time zone"),
        "morning_hour": _("Beginning of the morning"),
    },
    "disclosure": dict(Disclosure.choices),
    "kind": dict(OrganisationKind.choices),
    "text_kind": dict(TextKind.choices),
    "value": dict(VerdictValue.choices),
}

TARGET_NAMES = {
    "portal": _("Portal"),
    "organisation": _("Organisation"),
    "service": _("Service"),
    "membership": _("Membership"),
    "invitation": _("Invitation"),
    "person": _("Person"),
    "identity_provider": _("Identity provider"),
    "identityprovider": _("Identity provider"),
    "email_domain": _("E-mail domain"),
    "emaildomain": _("E-mail domain"),
    "charter": _("Charter"),
    "accession": _("Accession"),
    "pledge": _("Pledge"),
    "cycle": _("Cycle"),
    "report": _("Report"),
    "extension_request": _("Request for more time"),
    "extensionrequest": _("Request for more time"),
    "question": _("Question"),
    "note": _("Internal note"),
    "internalnote": _("Internal note"),
    "verdict": _("Verdict"),
    "evidence": _("Evidence"),
    "reference": _("Independent counts"),
    "referenceload": _("Independent counts"),
    "site": _("Settings"),
    "sitetext": _("Text of the portal"),
    "mailtest": _("Test e-mail"),
    "agreement": _("Agreement"),
    "token": _("Token"),
    "apitoken": _("Token"),
}


def _urls_by(model: Any, route: str, *fields: str) -> AddressFinder:
    """Each row that the actor may see is shown at the route, which these fields fill in, or its number."""

    def leads(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
        rows = model.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", *fields)
        return {pk: reverse(f"secretariat:{route}", args=values or [pk]) for pk, *values in rows}

    return leads


def _file_urls(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    del actor
    rows = FileCase.objects.filter(pk__in=ids).values_list("pk", "sha256")
    return {pk: reverse("secretariat:file", args=[sha256]) for pk, sha256 in rows}


def _damage_urls(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    del actor
    rows = FileDamage.objects.filter(pk__in=ids).values_list("pk", "sha256")
    return {pk: reverse("secretariat:file", args=[sha256]) for pk, sha256 in rows}


def _report_urls(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    """The report's page once it was filed; otherwise the page of its cycle."""
    rows = (
        Report.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "cycle__slug", "submitted_at")
    )
    return {
        pk: reverse("secretariat:review", args=[pk]) if filed else reverse("secretariat:cycle", args=[slug])
        for pk, slug, filed in rows
    }


TARGET_URLS: dict[str, AddressFinder] = {
    "alliance.organisation": _urls_by(Organisation, "member"),
    "alliance.membership": _urls_by(Membership, "member", "organisation_id"),
    "alliance.identityprovider": _urls_by(IdentityProvider, "provider"),
    "alliance.emaildomain": _urls_by(EmailDomain, "provider", "provider_id"),
    "alliance.accession": _urls_by(Accession, "member", "organisation_id"),
    "alliance.charter": _urls_by(Charter, "charter", "key", "version"),
    "alliance.cycle": _urls_by(Cycle, "cycle", "slug"),
    "alliance.pledge": _urls_by(Pledge, "pledge"),
    "alliance.report": _report_urls,
    "alliance.extensionrequest": _urls_by(ExtensionRequest, "cycle", "report__cycle__slug"),
    "alliance.question": _urls_by(Question, "review", "report_id"),
    "alliance.verdict": _urls_by(Verdict, "review", "report_id"),
    "alliance.evidence": _urls_by(Evidence, "review-measure", "report_id", "measure__key"),
    "portal.filecase": _file_urls,
    "portal.filedamage": _damage_urls,
    # publications are everybody's, and their number is their key
    "portal.publication": lambda actor, ids: {pk: reverse("public:publication", args=[pk]) for pk in ids},
}
