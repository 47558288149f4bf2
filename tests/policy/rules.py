"""The full truth of who may do what: each rule of the alliance and of the kernel, written out by hand.

A row has `y` or `.` for each actor; blanks only group them. Rules are asked twice: about what is Aurora's, and
about what is Beacon's. Those of practices depend on labels too: tests/practices/test_rules.py.
"""

from dataclasses import dataclass

from alliance.enums import Role
from portal.kernel.access import ANYONE, Actor, ActorKind

AURORA, BEACON, PETALS, HOST = 101, 102, 103, 104
ALICE = 1  # whose own a record is, where that matters
RITA, THEO = 7, 8  # who reviews the report, and who reads it for the second time


def _person(
    number: int, tenant: int, *roles: str, kind: str = "member", conflicts: tuple[int, ...] = ()
) -> Actor:
    return Actor(
        ActorKind.PERSON,
        person_id=number,
        tenant_id=tenant,
        tenant_kind=kind,
        is_host=tenant == HOST,
        roles=frozenset(roles),
        conflicts=frozenset((tenant, *conflicts)),
    )


_PARTNER = {"kind": "partner"}
_HOST = {"kind": "secretariat"}
# One role each, so that none hides behind another; Nora has just been invited, Theo was of Aurora last year.
ACTORS = {
    "vera": ANYONE,
    "alice": _person(ALICE, AURORA, Role.EDITOR),
    "sven": _person(2, AURORA, Role.SIGNATORY),
    "bob": _person(3, AURORA, Role.READER),
    "ada": _person(4, AURORA, Role.ADMINISTRATOR),
    "nora": _person(5, AURORA),
    "carol": _person(6, BEACON, Role.EDITOR, Role.SIGNATORY, Role.ADMINISTRATOR),
    "rita": _person(RITA, HOST, Role.REVIEWER, **_HOST),
    "theo": _person(THEO, HOST, Role.REVIEWER, conflicts=(AURORA,), **_HOST),
    "mona": _person(9, HOST, Role.MANAGER, **_HOST),
    "otto": _person(10, HOST, Role.AUDITOR, **_HOST),
    "petra": _person(11, PETALS, Role.READER, **_PARTNER),
    "paul": _person(12, PETALS, Role.EDITOR, Role.ADMINISTRATOR, **_PARTNER),
}
#          vera | alice sven bob ada nora | carol | rita theo mona otto | petra paul
NOBODY = ". ..... . .... .."


@dataclass(frozen=True)
class RuleRow:
    """Who may do it with a record of Aurora's, and with one of Beacon's; `organisation`: with the body itself."""

    aurora: str
    beacon: str
    organisation: bool = False


_MANAGER = RuleRow(". ..... . ..y. ..", ". ..... . ..y. ..")
_EDITOR = RuleRow(". yy... . .... ..", ". ..... y .... ..")
_COLLEAGUES = RuleRow(". yyyy. . .... ..", ". ..... y .... ..")  # everybody with a role
_SIGNATORY = RuleRow(". .y... . .... ..", ". ..... y .... ..")
_PEOPLE = RuleRow(". ...y. . ..y. ..", ". ..... y ..y. ..")
_WEBHOOK = RuleRow(". ...y. . .... ..", ". ..... y .... ..")  # of an organisation that is not the secretariat
_REVIEWER = RuleRow(". ..... . y... ..", ". ..... . yy.. ..")
_ITS_REVIEWER = RuleRow(". ..... . y... ..", ". ..... . y... ..")  # the reports are Rita's
_ITS_REVIEWER_OR_MANAGER = RuleRow(". ..... . y.y. ..", ". ..... . y.y. ..")
_SECOND_READER = RuleRow(NOBODY, ". ..... . .y.. ..")  # Theo, who was of Aurora last year


_DESK = RuleRow(". ..... . y.y. ..", ". ..... . yyy. ..")
_ANY_DESK = RuleRow(". ..... . yyy. ..", ". ..... . yyy. ..")
_SECOND_PERSON = RuleRow(". ..... . ..yy ..", ". ..... . ..yy ..")
# a manager who has no interest in the organisation; nobody of the cast is one with a conflict: MAX is, and OLGA
_INDEPENDENT_MANAGER = _MANAGER
MAX = _person(13, HOST, Role.MANAGER, conflicts=(AURORA,), **_HOST)
OLGA = _person(14, HOST, Role.AUDITOR, conflicts=(AURORA,), **_HOST)
# the rules of which a conflict of interest takes a manager out, with who proposed the correction
INDEPENDENT_RULES = (
    ("correction.agree", "member"),
    ("correction.object", "member"),
    ("correction.publish", "member"),
    ("correction.publish", "secretariat"),
    ("correction.drop", "member"),
    ("correction.drop", "secretariat"),
    ("invited_comment.publish", "member"),
    ("pledge.decide_target", "member"),
    ("publication.withdraw", "member"),
    ("withdrawal.publish", "member"),
    ("withdrawal.refuse", "member"),
    ("withdrawal.undo", "member"),
)


def _of_organisation(row: RuleRow) -> RuleRow:
    return RuleRow(row.aurora, row.beacon, organisation=True)


RULES = {
    "invited_comment.invite": _DESK,
    "invited_comment.withdraw": _DESK,
    "invited_comment.withdraw_published": _DESK,
    "invited_comment.give": RuleRow(". ..... . .... .y", ". ..... . .... .y"),  # Petals is the partner of all
    "invited_comment.decline": RuleRow(". ..... . .... .y", ". ..... . .... .y"),
    "invited_comment.partner_agree": RuleRow(". ..... . .... .y", ". ..... . .... .y"),
    "invited_comment.member_agree": _SIGNATORY,
    "invited_comment.publish": _INDEPENDENT_MANAGER,
    "public_question.confirm": RuleRow(NOBODY, NOBODY),
    "public_question.withdraw": RuleRow(NOBODY, NOBODY),
    "public_question.forward": _ANY_DESK,
    "public_question.take_back": _ANY_DESK,
    "public_question.answer": _EDITOR,  # the record of the table is forwarded; else the secretariat's desk
    "public_question.close": _ANY_DESK,
    "public_question.reopen": _ANY_DESK,
    "public_question.reopen_published": _ANY_DESK,
    "public_question.agree": _SIGNATORY,
    "public_question.publish": _MANAGER,
    "public_question.hide": _MANAGER,
    "service.transfer": _MANAGER,
    "application.confirm": RuleRow(NOBODY, NOBODY),
    "application.answer": RuleRow(NOBODY, NOBODY),
    "application.withdraw": RuleRow(NOBODY, NOBODY),
    "application.read": RuleRow(". ..... . yyyy ..", ". ..... . yyyy .."),
    "application.ask": _MANAGER,
    "application.admit": _MANAGER,
    "application.decline": _MANAGER,
    "application.reopen": _MANAGER,
    "supporter.confirm": RuleRow(NOBODY, NOBODY),
    "supporter.take_back_merger": RuleRow(NOBODY, NOBODY),
    "supporter.hide": _MANAGER,
    "supporter.show": _MANAGER,
    "supporter.end": _MANAGER,
    "supporter.merge": _MANAGER,
    "supporter.correct": _MANAGER,
    "supporter.keep_apart": _MANAGER,
    "supporter.import": _MANAGER,
    "supporter.export": RuleRow(". ..... . yyyy ..", ". ..... . yyyy .."),
    "charter.load": _MANAGER,
    "charter.discard": _MANAGER,
    "charter.edit_mapping": _MANAGER,
    "charter.check": _MANAGER,
    "charter.correct_translation": _MANAGER,
    "charter.announce": _MANAGER,
    "charter.recall_announcement": _MANAGER,
    "charter.plan": _MANAGER,
    "charter.cancel_plan": _MANAGER,
    "charter.put_in_force": _MANAGER,
    "charter.supersede": _MANAGER,
    "charter.export": RuleRow(". ..... . yyyy ..", ". ..... . yyyy .."),
    "organisation.add": _MANAGER,
    "organisation.change": _of_organisation(_PEOPLE),
    "organisation.admit": _MANAGER,
    "organisation.suspend": _MANAGER,
    "organisation.reinstate": _MANAGER,
    "organisation.withdraw": _MANAGER,
    "organisation.expel": _MANAGER,
    "organisation.merge": _MANAGER,
    "organisation.take_back_merger": _MANAGER,
    "organisation.archive": RuleRow(". .y.y. . .... ..", ". ..... y .... ..", organisation=True),
    "organisation.export": RuleRow(". ..... . yyyy ..", ". ..... . yyyy .."),
    "service.add": RuleRow(". y..y. . ..y. ..", ". ..... y ..y. ..", organisation=True),
    "service.remove": RuleRow(". y..y. . ..y. ..", ". ..... y ..y. ..", organisation=True),
    "service.change": _of_organisation(_PEOPLE),
    "service.correct_start": _of_organisation(_PEOPLE),
    "service.end": _of_organisation(_PEOPLE),
    "service.resume": _of_organisation(_PEOPLE),
    "membership.invite": _of_organisation(_PEOPLE),
    "membership.grant": _PEOPLE,
    "membership.appoint": _MANAGER,
    "membership.end": _PEOPLE,
    "membership.read_notices": _of_organisation(_PEOPLE),
    "membership.retry_mail": _PEOPLE,
    "membership.hand_over": _PEOPLE,
    "membership.leave": RuleRow(". y.... . .... ..", NOBODY),  # the membership is Alice's
    "person.reset_factors": _MANAGER,
    "person.confirm_email": _MANAGER,
    "person.close": _MANAGER,
    "person.reopen": _MANAGER,
    "person.freeze": _MANAGER,  # and everybody their own
    "membership.freeze": RuleRow(". ...y. . .... ..", ". ..... y .... .."),
    "person.thaw": _MANAGER,
    "invitation.revoke": _PEOPLE,
    "invitation.resend": _PEOPLE,
    "invitation.accept": RuleRow(". ....y . .... ..", NOBODY),
    "membership.join": RuleRow(". ....y . .... ..", NOBODY),
    "identity_provider.add": _of_organisation(_PEOPLE),
    "identity_provider.change": _PEOPLE,
    "identity_provider.test": _PEOPLE,
    "identity_provider.turn_on": _MANAGER,
    "identity_provider.turn_off": _PEOPLE,
    "email_domain.add": _MANAGER,
    "email_domain.remove": _MANAGER,
    "email_domain.enforce": _MANAGER,
    "email_domain.suspend": _MANAGER,
    "email_domain.relax": _MANAGER,
    "accession.draft": _of_organisation(_SIGNATORY),
    "accession.sign": _SIGNATORY,
    "accession.publish": _MANAGER,
    "accession.carry_over": _MANAGER,
    "objection.make": _of_organisation(_SIGNATORY),
    "objection.withdraw": _SIGNATORY,
    "accession.end": _MANAGER,
    "member_letter.send": _ANY_DESK,
    "pledge.draft": _of_organisation(_EDITOR),
    "pledge.edit": _EDITOR,
    "pledge.discard": _EDITOR,
    "pledge.sign": _SIGNATORY,
    "pledge.return": _MANAGER,
    "pledge.publish": _MANAGER,
    "pledge.revise": _EDITOR,
    "pledge.replace": _MANAGER,
    "pledge.decide_target": _INDEPENDENT_MANAGER,
    "pledge.fulfil": _MANAGER,
    "pledge.withdraw": _SIGNATORY,
    "cycle.plan": _MANAGER,
    "cycle.edit": _MANAGER,
    "cycle.reschedule": _MANAGER,
    "cycle.open": _MANAGER,
    "cycle.remind": _MANAGER,
    "cycle.extend": _MANAGER,
    "cycle.decide_joiners": _MANAGER,
    "cycle.close": _MANAGER,
    "cycle.reopen": _MANAGER,
    "cycle.publish": _MANAGER,
    "cycle.plan_publication": _MANAGER,
    "cycle.cancel_publication": _MANAGER,
    "report.edit": _EDITOR,
    "report.disclose": _SIGNATORY,
    "report.confirm": _EDITOR,
    "report.ask_for_sign_off": _EDITOR,
    "report.withdraw_sign_off": _EDITOR,
    "report.send_back": _SIGNATORY,
    "report.submit": _SIGNATORY,
    "report.recall": _SIGNATORY,
    "report.start_review": _ITS_REVIEWER,
    "report.review": _ITS_REVIEWER,
    "report.request_changes": _ITS_REVIEWER,
    "report.resume_review": _ITS_REVIEWER,
    "report.take_back_request": _ITS_REVIEWER,
    "report.conclude": _ITS_REVIEWER,
    "report.reopen": _ITS_REVIEWER,
    "report.assign": RuleRow(". ..... . y.y. ..", ". ..... . yyy. .."),
    "report.allocate": _INDEPENDENT_MANAGER,
    "report.hand_over": _ITS_REVIEWER_OR_MANAGER,
    "report.take_over": _REVIEWER,
    "report.unassign": _ITS_REVIEWER_OR_MANAGER,
    "report.pause_review": _ITS_REVIEWER_OR_MANAGER,
    "report.end_pause": _ITS_REVIEWER_OR_MANAGER,
    "second_reading.ask": _ITS_REVIEWER_OR_MANAGER,
    "second_reading.read": _SECOND_READER,
    "second_reading.agree": _SECOND_READER,
    "second_reading.differ": _SECOND_READER,
    "second_reading.settle": _ITS_REVIEWER_OR_MANAGER,
    "second_reading.withdraw": RuleRow(". ..... . ..y. ..", ". ..... . .yy. .."),  # Theo asked, Rita reviews
    "interest.declare": RuleRow(". ..... . yyy. ..", ". ..... . yyy. .."),  # each their own
    "interest.record": _MANAGER,
    "interest.end": _MANAGER,
    "person.read_review_figures": _MANAGER,  # and everybody their own
    "report.publish": _MANAGER,
    "report.exempt": _MANAGER,
    "report.include": _MANAGER,
    "report.extend": _MANAGER,
    "report.ask_extension": _EDITOR,
    "correction.draft": RuleRow(". yy... . y.y. ..", ". ..... y yyy. .."),
    "correction.edit": _EDITOR,
    "correction.discard": _EDITOR,
    "correction.propose": _SIGNATORY,
    "correction.withdraw": _SIGNATORY,
    "correction.agree": _INDEPENDENT_MANAGER,
    "correction.object": _INDEPENDENT_MANAGER,
    "correction.add_note": RuleRow(". yy... . y.y. ..", ". ..... y yyy. .."),
    "correction.consent": _REVIEWER,
    "correction.uphold_verdicts": _ITS_REVIEWER_OR_MANAGER,
    "correction.publish": _INDEPENDENT_MANAGER,
    "correction.drop": _INDEPENDENT_MANAGER,
    "correction.lapse": RuleRow(NOBODY, NOBODY),  # a part of declaring an interest
    "publication.withdraw": _INDEPENDENT_MANAGER,
    "withdrawal.publish": _SECOND_PERSON,
    "withdrawal.refuse": _SECOND_PERSON,
    "withdrawal.take_back": _MANAGER,
    "withdrawal.undo": _INDEPENDENT_MANAGER,
    **dict.fromkeys(
        (f"report_upload.{act}" for act in ("choose", "map", "reread", "save", "cancel", "take_back")),
        _EDITOR,
    ),
    "table_mapping.delete": _EDITOR,
    # the worker's, and the clock's: SYSTEM alone
    **dict.fromkeys(
        (f"report_upload.{act}" for act in ("ask", "finish", "fail", "expire")), RuleRow(NOBODY, NOBODY)
    ),
    "extension_request.grant": _MANAGER,
    "extension_request.refuse": _MANAGER,
    "extension_request.withdraw": _EDITOR,
    "extension_request.lapse": RuleRow(NOBODY, NOBODY),  # once the report itself has ended it
    "extension_request.reopen": RuleRow(NOBODY, NOBODY),  # once the report is required again
    "report.miss": RuleRow(NOBODY, NOBODY),  # the clock's: SYSTEM alone
    "report.restore": RuleRow(NOBODY, NOBODY),  # a part of reopening a cycle
    "report.correct_notice": RuleRow(NOBODY, NOBODY),  # a part of publishing a correction
    "report.respond": _SIGNATORY,
    "question.ask": _ITS_REVIEWER,
    "question.answer": _EDITOR,
    "question.close": _ITS_REVIEWER,
    "question.reopen": _ITS_REVIEWER,
    "delegation.give": _EDITOR,
    "delegation.change": _EDITOR,
    "delegation.finish": RuleRow(". y.... . .... ..", NOBODY),  # they are Alice's
    "delegation.reopen": _EDITOR,
    "delegation.take_back": _EDITOR,
    "delegation.remind": _EDITOR,
    "delegation.return": RuleRow(NOBODY, NOBODY),
    "measure_comment.write": _COLLEAGUES,
    "measure_comment.edit": RuleRow(". y.... . .... ..", NOBODY),
    "measure_comment.delete": RuleRow(". y.... . .... ..", NOBODY),
    "measure_comment.settle": _COLLEAGUES,
    "measure_comment.reopen": _COLLEAGUES,
    "finding.open": _ITS_REVIEWER,
    "finding.edit": _ITS_REVIEWER,
    "finding.claim": _EDITOR,
    "finding.complete": _REVIEWER,
    "finding.carry": _REVIEWER,
    "finding.reopen": _REVIEWER,  # of one that was withdrawn a manager too: tests/test_rules.py
    "finding.withdraw": _ITS_REVIEWER,  # a manager once it is concluded: tests/test_rules.py
    "finding.remind": RuleRow(". ..... . yyy. ..", ". ..... . yyy. .."),  # it judges nothing
    "review_draft.save": RuleRow(". ..... . y.y. ..", ". ..... . yyy. .."),
    "verdict.take_back": _ITS_REVIEWER,
    "verdict.confirm": _ITS_REVIEWER,
    "note.write": RuleRow(". ..... . y.y. ..", ". ..... . yyy. .."),
    "token.create": RuleRow(". yyyy. . .... ..", ". ..... y .... ..", organisation=True),
    "client.create": RuleRow(". ...y. . .... ..", ". ..... y .... ..", organisation=True),
    "client.rotate": RuleRow(". y.... . .... ..", NOBODY),  # the client is Alice's
    "token.revoke": RuleRow(". y..y. . ..y. ..", _PEOPLE.beacon),  # the token is Alice's
    "token.allow": RuleRow(". ...y. . .... ..", ". ..... y .... ..", organisation=True),
    **dict.fromkeys(("webhook.list", "webhook.create"), RuleRow(". ...y. y ..y. .y", ". ...y. y ..y. .y")),
    **dict.fromkeys(
        (f"webhook.{act}" for act in ("edit", "rotate", "pause", "resume", "end", "test", "replay")), _WEBHOOK
    ),
    "webhook.switch_off": RuleRow(NOBODY, NOBODY),
    "reference.load": _MANAGER,
    "cycle.export": RuleRow(". ..... . yyyy ..", ". ..... . yyyy .."),
    "report.export": RuleRow(". yyyy. . .... ..", ". ..... y .... .."),
    "document.oversee": RuleRow(". ..... . ..yy ..", ". ..... . ..yy .."),
    "document.request": RuleRow(". yyyyy y yyyy yy", ". yyyyy y yyyy yy"),
    "file.await_scan": RuleRow(NOBODY, NOBODY),
    "file.pass_scan": RuleRow(NOBODY, NOBODY),
    "file.flag": RuleRow(". yyyyy y yyyy yy", ". yyyyy y yyyy yy"),
    "file.dismiss": _MANAGER,
    "file.quarantine": _MANAGER,
    "file.release": _MANAGER,
    "file.purge": _MANAGER,
    "file.repair": _MANAGER,
    "person.erase": _MANAGER,  # and everybody themselves
    "site.change": _MANAGER,
    "site.write_text": _MANAGER,
    "site.test_mail": _MANAGER,
    "person.agree": RuleRow(". yyyyy y yyyy yy", ". yyyyy y yyyy yy"),  # for themselves
    "job.retry": _MANAGER,
    "job.cancel": _MANAGER,
    "job.release": _MANAGER,
    "journal.read": RuleRow(". ..... . yyyy ..", ". ..... . yyyy .."),
    "operations.read": RuleRow(". ..... . yyyy ..", ". ..... . yyyy .."),
}

# The same rules where the secretariat has proposed the correction.
RULES_OF_SECRETARIATS_CORRECTION = {
    "correction.edit": _DESK,
    "correction.discard": _DESK,
    "correction.propose": _DESK,
    "correction.withdraw": _DESK,
    "correction.agree": _SIGNATORY,
    "correction.object": _SIGNATORY,
    "correction.publish": _SECOND_PERSON,
    "correction.drop": _SECOND_PERSON,
}
