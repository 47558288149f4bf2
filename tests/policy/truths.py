"""The full truth of who may do what (each rule) and who sees what (each model), written out by hand.

A row has `y` or `.` for each actor; blanks only group them. Rules are asked twice: about what is Aurora's, and
about what is Beacon's.
"""

from dataclasses import dataclass

from alliance.enums import Grant
from portal.kernel.access import ANYONE, Actor, ActorKind

AURORA, BEACON, PETALS, HOST = 101, 102, 103, 104
ALICE = 1  # whose own a thing is, where that matters


def _person(
    number: int, tenant: int, *grants: str, kind: str = "member", ties: tuple[int, ...] = ()
) -> Actor:
    return Actor(
        ActorKind.PERSON,
        person_id=number,
        tenant_id=tenant,
        tenant_kind=kind,
        is_host=tenant == HOST,
        grants=frozenset(grants),
        ties=frozenset((tenant, *ties)),
    )


_PARTNER = {"kind": "partner"}
_HOST = {"kind": "secretariat"}
# One grant each, so that none hides behind another; Nora has just been invited, Theo was of Aurora last year.
ACTORS = {
    "vera": ANYONE,
    "alice": _person(ALICE, AURORA, Grant.EDITOR),
    "sven": _person(2, AURORA, Grant.SIGNATORY),
    "bob": _person(3, AURORA, Grant.READER),
    "ada": _person(4, AURORA, Grant.ADMINISTRATOR),
    "nora": _person(5, AURORA),
    "carol": _person(6, BEACON, Grant.EDITOR, Grant.SIGNATORY, Grant.ADMINISTRATOR),
    "rita": _person(7, HOST, Grant.REVIEWER, **_HOST),
    "theo": _person(8, HOST, Grant.REVIEWER, ties=(AURORA,), **_HOST),
    "mona": _person(9, HOST, Grant.MANAGER, **_HOST),
    "otto": _person(10, HOST, Grant.AUDITOR, **_HOST),
    "petra": _person(11, PETALS, Grant.READER, **_PARTNER),
    "paul": _person(12, PETALS, Grant.EDITOR, Grant.ADMINISTRATOR, **_PARTNER),
}
#          vera | alice sven bob ada nora | carol | rita theo mona otto | petra paul
NOBODY = ". ..... . .... .."


@dataclass(frozen=True)
class Row:
    """Who may do it with a thing of Aurora's, and with one of Beacon's; `organisation`: with the body itself."""

    aurora: str
    beacon: str
    organisation: bool = False


_MANAGER = Row(". ..... . ..y. ..", ". ..... . ..y. ..")
_EDITOR = Row(". yy... . .... ..", ". ..... y .... ..")
_SIGNATORY = Row(". .y... . .... ..", ". ..... y .... ..")
_PEOPLE = Row(". ...y. . ..y. ..", ". ..... y ..y. ..")
_REVIEWER = Row(". ..... . y... ..", ". ..... . yy.. ..")


def _body(row: Row) -> Row:
    return Row(row.aurora, row.beacon, organisation=True)


RULES = {
    "charter.load": _MANAGER,
    "charter.put_in_force": _MANAGER,
    "charter.supersede": _MANAGER,
    "organisation.add": _MANAGER,
    "organisation.change": _body(_PEOPLE),
    "organisation.admit": _MANAGER,
    "organisation.suspend": _MANAGER,
    "organisation.reinstate": _MANAGER,
    "organisation.withdraw": _MANAGER,
    "organisation.expel": _MANAGER,
    "service.add": Row(". y..y. . ..y. ..", ". ..... y ..y. ..", organisation=True),
    "membership.invite": _body(_PEOPLE),
    "membership.grant": _PEOPLE,
    "membership.appoint": _MANAGER,
    "membership.end": _PEOPLE,
    "membership.retry_mail": _PEOPLE,
    "membership.hand_over": _PEOPLE,
    "membership.leave": Row(". y.... . .... ..", NOBODY),  # the membership is Alice's
    "person.reset_factors": _MANAGER,
    "person.confirm_email": _MANAGER,
    "person.close": _MANAGER,
    "person.reopen": _MANAGER,
    "invitation.revoke": _PEOPLE,
    "invitation.resend": _PEOPLE,
    "invitation.accept": Row(". ....y . .... ..", NOBODY),
    "accession.draft": _body(_SIGNATORY),
    "accession.sign": _SIGNATORY,
    "accession.publish": _MANAGER,
    "accession.end": _MANAGER,
    "pledge.draft": _body(_EDITOR),
    "pledge.edit": _EDITOR,
    "pledge.discard": _EDITOR,
    "pledge.sign": _SIGNATORY,
    "pledge.return": _MANAGER,
    "pledge.publish": _MANAGER,
    "pledge.revise": _EDITOR,
    "pledge.replace": _MANAGER,
    "pledge.fulfil": _MANAGER,
    "pledge.withdraw": _SIGNATORY,
    "cycle.plan": _MANAGER,
    "cycle.edit": _MANAGER,
    "cycle.open": _MANAGER,
    "cycle.remind": _MANAGER,
    "cycle.close": _MANAGER,
    "cycle.publish": _MANAGER,
    "report.edit": _EDITOR,
    "report.disclose": _SIGNATORY,
    "report.confirm": _EDITOR,
    "report.ask_for_sign_off": _EDITOR,
    "report.send_back": _SIGNATORY,
    "report.submit": _SIGNATORY,
    "report.start_review": _REVIEWER,
    "report.review": _REVIEWER,
    "report.request_changes": _REVIEWER,
    "report.conclude": _REVIEWER,
    "report.publish": _MANAGER,
    "report.exempt": _MANAGER,
    "report.extend": _MANAGER,
    "report.miss": Row(NOBODY, NOBODY),  # the clock's: SYSTEM alone
    "report.respond": _SIGNATORY,
    "question.ask": _REVIEWER,
    "question.answer": _EDITOR,
    "question.close": _REVIEWER,
    "note.write": Row(". ..... . y.y. ..", ". ..... . yyy. .."),
    "token.create": Row(". yyyy. . .... ..", ". ..... y .... ..", organisation=True),
    "token.revoke": Row(". y..y. . ..y. ..", _PEOPLE.beacon),  # the token is Alice's
    "token.allow": Row(". ...y. . .... ..", ". ..... y .... ..", organisation=True),
    "reference.load": _MANAGER,
    "cycle.export": Row(". ..... . yyyy ..", ". ..... . yyyy .."),
    "report.export": Row(". yyyy. . .... ..", ". ..... y .... .."),
    "document.oversee": Row(". ..... . ..yy ..", ". ..... . ..yy .."),
    "document.request": Row(". yyyyy y yyyy yy", ". yyyyy y yyyy yy"),
    "file.flag": Row(". yyyyy y yyyy yy", ". yyyyy y yyyy yy"),
    "file.dismiss": _MANAGER,
    "file.quarantine": _MANAGER,
    "file.release": _MANAGER,
    "file.purge": _MANAGER,
    "person.erase": _MANAGER,  # and everybody themselves
    "site.change": _MANAGER,
    "site.write_text": _MANAGER,
    "site.test_mail": _MANAGER,
    "person.agree": Row(". yyyyy y yyyy yy", ". yyyyy y yyyy yy"),  # for themselves
    "job.retry": _MANAGER,
    "job.cancel": _MANAGER,
    "job.release": _MANAGER,
    "journal.read": Row(". ..... . yyyy ..", ". ..... . yyyy .."),
    "operations.read": Row(". ..... . yyyy ..", ". ..... . yyyy .."),
}

# --- Seeing ----------------------------------------------------------------------------------

# the public | editor, signatory, reader of Aurora | rival | reviewer, manager, auditor | partner's reader
SEERS = ("vera", "alice", "sven", "bob", "carol", "rita", "mona", "otto", "petra")
_WORLD = "y yyy y yyy y"
_HOST_ONLY = ". ... . yyy ."
_OWN_ONLY = ". yyy . ... ."
_OWN_AND_HOST = ". yyy . yyy ."

# For each model, things of the world (tests/support/world.py) by a lookup, and who sees them.
SIGHTS: dict[str, tuple[tuple[dict[str, object], str], ...]] = {
    "Organisation": (({"slug": "aurora-video"}, _WORLD), ({"slug": "applicant"}, _HOST_ONLY)),
    "Person": (({"name": "Bob"}, _OWN_AND_HOST), ({"name": "Carol"}, ". ... y yyy ."), ({"name": "Rita"}, _HOST_ONLY)),
    "Membership": (({"person__name": "Bob"}, _OWN_AND_HOST),),
    "ApiToken": (
        ({"name": "Alice's script"}, ". yy. . .y. ."),
        ({"name": "Rita's script"}, ". ... . yy. ."),
    ),
    "EmailChange": (({"person__name": "Bob"}, ". ..y . yyy ."),),
    "AccountDecision": (({}, _HOST_ONLY),),
    "Invitation": (({"organisation__slug": "aurora-video"}, _OWN_AND_HOST),),
    "Charter": (({"key": "test-charter"}, _WORLD), ({"key": "next-charter"}, _HOST_ONLY)),
    "Chapter": (({"charter__key": "next-charter"}, _HOST_ONLY),),
    "Commitment": (({"charter__key": "next-charter"}, _HOST_ONLY), ({"charter__key": "test-charter"}, _WORLD)),
    "Measure": (({"charter__key": "next-charter"}, _HOST_ONLY), ({"charter__key": "test-charter"}, _WORLD)),
    "Indicator": (({"charter__key": "next-charter"}, _HOST_ONLY), ({"charter__key": "test-charter"}, _WORLD)),
    "Harm": (({"charter__key": "next-charter"}, _HOST_ONLY),),
    "Mapping": (({"charter__key": "next-charter"}, _HOST_ONLY),),
    "Cycle": (({"slug": "2026-h1"}, _WORLD), ({"slug": "2027-h1"}, _HOST_ONLY)),
    "Accession": (({"organisation__slug": "aurora-video"}, _WORLD), ({"state": "signed"}, _HOST_ONLY)),
    "Pledge": (
        ({"state": "draft"}, _OWN_ONLY),
        ({"state": "signed"}, _OWN_AND_HOST),
        ({"state": "published"}, _OWN_AND_HOST),
    ),
    "Report": (({"cycle__slug": "2025-h2"}, _OWN_AND_HOST),),
    "Answer": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "Figure": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "MeasureConfirmation": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "Evidence": (({"submitted_at": None}, _OWN_ONLY), ({"submitted_at__isnull": False}, _OWN_AND_HOST)),
    "Submission": (({"report__cycle__slug": "2025-h1"}, _OWN_AND_HOST),),
    "Verdict": (({"report__cycle__slug": "2024-h1"}, _OWN_AND_HOST), ({"report__cycle__slug": "2024-h2"}, _HOST_ONLY)),
    "Question": (({"state": "open"}, _OWN_AND_HOST),),
    "ChangesRequest": (({}, _OWN_AND_HOST),),
    "InternalNote": (({}, _HOST_ONLY),),
    "Response": (({}, _OWN_AND_HOST),),
    "Service": (({"slug": "aurora-kids"}, _WORLD),),
    "Agreement": (({"person__name": "Alice"}, ". y.. . yyy ."),),
    "MailTest": (({}, _HOST_ONLY),),
    "ContactMessage": (({}, ". ... . ... ."),),  # on its way to a mailbox
}  # fmt: skip

# What is seen by all as a whole: counts that others have published, names of products.
OPEN = {"ReferenceCount", "ReferenceLoad", "Service", "SiteText"}
