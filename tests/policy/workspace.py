"""The lines of the workspace: reports, people, inbox, accessions, pledges. Places: tests/support/world.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.policy.rows import (
    HERE_EDITOR,
    HERE_EDITOR_FORM,
    HERE_SIGNATORY,
    HERE_SIGNATORY_FORM,
    HOST_HIDDEN,
    MEMBER,
    MEMBER_REFUSED,
    OWN,
    OWN_EDITOR,
    OWN_EDITOR_DOES,
    OWN_EDITOR_FORM,
    OWN_SIGNATORY,
    OWN_SIGNATORY_DOES,
    OWN_SIGNATORY_FORM,
    Case,
)


def _table() -> SimpleUploadedFile:
    return SimpleUploadedFile("table.csv", b"a,b\n1,2\n", content_type="text/csv")


REASON = {"reason": "It has to be."}
TEXT = {"text": "What do you mean?"}

WORKSPACE = (
    Case("workspace:home", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:report-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:report-calendar-file", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:report", "report", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:report-check", "report", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:report-preview", "report", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:report-ask-for-sign-off", "report", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Case("workspace:report-send-back", "report.awaiting", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:report-submit", "report", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES, data={"stated": "on"}),
    Case("workspace:report-recall", "report.submitted", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:earlier-verdicts", "earlier_verdicts", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:extension-ask", "report", get=OWN_EDITOR, post=OWN_EDITOR_FORM, data=REASON),
    Case("workspace:extension-withdraw", "extension", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:correction-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:correction-values", "report.published", get=OWN_EDITOR, post=MEMBER_REFUSED),
    Case("workspace:correction-new", "report.published", get=OWN_EDITOR_DOES, post=OWN_EDITOR_DOES),
    Case("workspace:correction", "correction", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:correction", "correction.desk_draft", get="L 444 4 444 4 44L", post=MEMBER_REFUSED),
    Case("workspace:correction-edit", "correction.draft", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Case("workspace:correction-file", "correction", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:correction-step", "correction.propose", get=OWN_SIGNATORY, post=OWN_SIGNATORY_FORM),
    Case("workspace:correction-step", "correction.discard", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Case("workspace:correction-step", "correction.agree", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:correction-step", "correction.object", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES, data=REASON),
    Case("workspace:correction-step", "correction.withdraw", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:correction-step", "correction.add_note", get=OWN_EDITOR, post=OWN_EDITOR_DOES, data=TEXT),
    Case("workspace:correction-step", "correction.publish", get="L 333 4 444 4 44L", post="L 333 4 444 4 44L"),
    Case("workspace:report-receipt", "receipt", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:report-submission", "receipt", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:report-verdicts", "report.concluded", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:report-respond", "report.concluded", get=OWN_SIGNATORY_DOES, post=OWN_SIGNATORY_FORM),  # is signed
    Case("workspace:report-respond-to", "report.respond", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES,
         data={"text": "We shall.", "language": "en"}),
    Case("workspace:report-disclose", "report.text", get=OWN_SIGNATORY, post=OWN_SIGNATORY_FORM),
    Case("workspace:report-disclose", "report.figure", get=OWN_SIGNATORY, post=OWN_SIGNATORY_FORM),
    Case("workspace:report-measure", "report.measure", get=OWN, post=OWN_EDITOR_DOES),
    Case("workspace:measure-confirm", "report.measure", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:report-presence", "report.measure", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:evidence-add-file", "report.measure", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES,
         data={"file": _table, "title": "A table"}),
    Case("workspace:evidence-add-link", "report.measure", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES,
         data={"url": "https://example.org/", "title": "A page"}),
    Case("workspace:evidence-add-practice", "report.measure", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:report-pledge", "report.pledge", get=OWN, post=OWN_EDITOR_DOES,
         data={"text": "We did it.", "language": "en", "version": "1"}),
    Case("workspace:evidence", "evidence", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:evidence-remove", "evidence", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:report-filed", "receipt", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:finding-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:finding-claim", "finding", get=OWN_EDITOR, post=OWN_EDITOR_DOES, data=TEXT),
    Case("workspace:question-answer", "question", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES, data=TEXT),
    Case("workspace:people", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:notice-recipients", get=HERE_SIGNATORY, post=MEMBER_REFUSED),
    Case("workspace:membership-invite", get=HERE_SIGNATORY, post=HERE_SIGNATORY_FORM),
    Case("workspace:membership-grant", "membership", get=OWN_SIGNATORY, post=OWN_SIGNATORY_FORM),
    Case("workspace:membership-end", "membership", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:invitation-revoke", "invitation", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:invitation-resend", "invitation", get=MEMBER_REFUSED, post=OWN_SIGNATORY_DOES),
    Case("workspace:organisation-change", get=HERE_SIGNATORY, post="L 3>3 > 444 3 44L"),
    Case("workspace:service-add", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Case("workspace:inbox", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:inbox-read", "line", get=MEMBER_REFUSED, post="L >44 4 444 4 44L"),
    Case("workspace:inbox-read-all", get=MEMBER_REFUSED, post="L >>> > 444 > 44L"),
    Case("workspace:document-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:accession", "charter", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:accession", "charter.draft", get=HOST_HIDDEN, post=MEMBER_REFUSED),
    Case("workspace:charter-object", "charter.announced", get=HERE_SIGNATORY, post=HERE_SIGNATORY_FORM, data=REASON),
    Case("workspace:objection-withdraw", "objection", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:accession-sign", "charter", get=HERE_SIGNATORY, post=HERE_SIGNATORY_FORM),
    Case("workspace:pledge-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:pledge-draft", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Case("workspace:pledge", "pledge", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:pledge-edit", "pledge", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Case("workspace:pledge-discard", "pledge.new", get=OWN_EDITOR, post=OWN_EDITOR_DOES, data={"version": "1"}),
    Case("workspace:pledge-discard", "pledge", get=OWN_EDITOR, post=OWN_EDITOR_FORM),  # was signed, and returned
    Case("workspace:pledge-sign", "pledge", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:pledge-revise", "pledge.published", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Case("workspace:pledge-withdraw", "pledge.published", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES, data=REASON),
)  # fmt: skip
