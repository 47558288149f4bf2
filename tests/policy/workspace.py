"""The lines of the workspace: reports, people, inbox, accessions, pledges. Places: tests/support/world.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.models import MeasureComment
from portal.kernel.access import SYSTEM, acting_as
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
from tests.support.canaries import canary


def _last_message() -> int:
    """As the page has shown it: nothing is settled over an answer that came meanwhile."""
    with acting_as(SYSTEM):
        return MeasureComment.objects.get(text=canary("colleague-message")).pk


def _table() -> SimpleUploadedFile:
    return SimpleUploadedFile("table.csv", b"a,b\n1,2\n", content_type="text/csv")


REASON = {"reason": "It has to be."}
TEXT = {"text": "What do you mean?"}

WORKSPACE = (
    Case("workspace:home", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:report-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:report-calendar-file", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:report", "report", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:report-figures", "report", get=OWN, post=OWN_EDITOR_DOES),
    # in the measure's page, for whoever has no script
    Case("workspace:report-figure-details", "report.figure_details", get="L >>> 4 444 4 44L", post=MEMBER_REFUSED),
    Case("workspace:report-figures-paste", "report", get=MEMBER_REFUSED, post=OWN_EDITOR),
    Case("workspace:report-spreadsheet", "report", get=OWN, post=OWN_EDITOR_FORM),
    Case("workspace:report-figures-file", "report", get=OWN_EDITOR, post=MEMBER_REFUSED),
    Case("workspace:report-upload", "upload", get=OWN, post=OWN_EDITOR_DOES, data={"act": "keep"}),
    Case("workspace:report-upload", "upload.failed", get=OWN, post=OWN_EDITOR_DOES, data={"act": "keep"}),
    Case("workspace:report-upload", "upload.saved", get=OWN, post=OWN_EDITOR_DOES, data={"act": "save"}),
    Case("workspace:table-mapping", "upload.table", get=OWN, post=OWN_EDITOR, data={"act": "look"}),
    Case("workspace:table-mapping-delete", "table_mapping", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Case("workspace:report-upload-progress", "upload", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:report-upload-refused", "upload", get=OWN_EDITOR, post=MEMBER_REFUSED),
    Case("workspace:report-upload-refused-workbook", "upload", get=OWN_EDITOR, post=MEMBER_REFUSED),
    Case("workspace:report-upload-cancel", "upload", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Case("workspace:report-upload-take-back", "upload.saved", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Case("workspace:report-check", "report", get=OWN, post=OWN_EDITOR_DOES),
    Case("workspace:report-differences", "report", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:report-preview", "report", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:report-ask-for-sign-off", "report", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    # Alice has asked, and is there to take it back
    Case("workspace:report-withdraw-sign-off", "report.awaiting", get=OWN_EDITOR, post="L >23 4 444 4 44L"),
    Case("workspace:report-send-back", "report.awaiting", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES, data=REASON),
    # without the working copy that the page has shown, nothing is signed
    Case("workspace:report-submit", "report", get=OWN_SIGNATORY, post=OWN_SIGNATORY_FORM, data={"stated": "on"}),
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
    Case("workspace:correction-step", "correction.discard", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"version": "1"}),
    Case("workspace:correction-step", "correction.agree", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:correction-step", "correction.object", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES, data=REASON),
    Case("workspace:correction-step", "correction.withdraw", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:correction-step", "correction.add_note", get=OWN_EDITOR, post=OWN_EDITOR_DOES, data=TEXT),
    Case("workspace:correction-step", "correction.uphold_verdicts", get="L 333 4 444 4 44L", post="L 333 4 444 4 44L"),
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
    Case("workspace:report-delegation", "report", get=OWN, post=OWN_EDITOR_FORM),
    Case("workspace:delegation-remind", "report", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:delegation-as-last-time", "report", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:delegation", "section", get=OWN, post=OWN_EDITOR_FORM),
    Case("workspace:delegation-finish", "section", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),  # it is Alice’s
    Case("workspace:delegation-reopen", "section.done", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:delegation-take-back", "section", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:measure-comments", "report.measure", get=OWN, post="L >>> 4 444 4 44L", data={"text": "Whose?"}),
    Case("workspace:measure-comment-edit", "colleague_message", get="L o33 4 444 4 44L", post="L >33 4 444 4 44L",
         data={"text": "Whose clock?"}),
    Case("workspace:measure-comment-delete", "colleague_message", get="L o33 4 444 4 44L", post="L >33 4 444 4 44L"),
    Case("workspace:measure-comment-settle", "colleague_message", get=MEMBER_REFUSED, post="L >>> 4 444 4 44L",
         data={"number": _last_message}),
    Case("workspace:measure-comment-reopen", "colleague_message.settled", get=MEMBER_REFUSED,
         post="L >>> 4 444 4 44L"),
    Case("workspace:field-history", "report.field", get=OWN, post=OWN_EDITOR_DOES),
    Case("workspace:measure-confirm", "report.measure", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:report-presence", "report.measure", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:evidence-history", "report.measure", get=OWN, post=OWN_EDITOR_DOES),
    Case("workspace:evidence-add-file", "report.measure", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"file": _table, "title": "A table"}),
    Case("workspace:evidence-add-link", "report.measure", get=OWN_EDITOR, post=OWN_EDITOR_DOES,
         data={"url": "https://example.org/", "title": "A page"}),
    Case("workspace:evidence-add-practice", "report.measure", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Case("workspace:report-pledge", "report.pledge", get=OWN, post=OWN_EDITOR_DOES),
    Case("workspace:evidence", "evidence", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:evidence-remove", "evidence", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:evidence-include", "evidence", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:evidence-disclose", "evidence", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES,
         data={"disclosure": "secretariat"}),
    Case("workspace:evidence-confirm", "evidence", get=MEMBER_REFUSED, post=OWN_EDITOR_DOES),
    Case("workspace:report-filed", "receipt", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:comment-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:comment", "invited_comment.given", get="L ooo 4 444 o 44L", post=MEMBER_REFUSED),
    Case(
        "workspace:comment-act",
        "invited_comment.agree",
        get="L 3o3 4 444 3 44L",
        post="L 3>3 4 444 3 44L",
    ),
    Case("workspace:public-question-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:public-question", "public_question.forwarded", get="L ooo 4 444 4 44L", post="L 223 4 444 4 44L"),
    Case("workspace:public-question", "public_question.taken_back", get="L ooo 4 444 4 44L", post="L 222 4 444 4 44L"),
    Case(
        "workspace:public-question-agree",
        "public_question.answered",
        get="L 3o3 4 444 4 44L",
        post="L 3>3 4 444 4 44L",
    ),
    Case("workspace:finding-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:finding-claim", "finding", get=OWN_EDITOR, post=OWN_EDITOR_DOES, data=TEXT),
    Case("workspace:question-answer", "question", get=OWN_EDITOR, post=OWN_EDITOR_DOES, data=TEXT),
    Case("workspace:people", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:notice-recipients", get=HERE_SIGNATORY, post=MEMBER_REFUSED),
    Case("workspace:membership-invite", get=HERE_SIGNATORY, post=HERE_SIGNATORY_FORM),
    Case("workspace:membership-grant", "membership", get=OWN_SIGNATORY, post=OWN_SIGNATORY_FORM),
    Case("workspace:membership-end", "membership", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:invitation-revoke", "invitation", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:invitation-resend", "invitation", get=MEMBER_REFUSED, post=OWN_SIGNATORY_DOES),
    Case("workspace:organisation-change", get=HERE_SIGNATORY, post="L 3>3 > 444 3 44L"),
    Case("workspace:organisation-archive", get=HERE_SIGNATORY, post="L 3>3 > 444 3 44L"),
    Case("workspace:service-add", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Case("workspace:service-change", "service.own", get="L 3o3 4 444 3 44L", post="L 323 4 444 3 44L"),
    Case("workspace:service-start", "service.own", get="L 3o3 4 444 3 44L", post="L 323 4 444 3 44L"),
    Case("workspace:service-end", "service.own", get="L 3o3 4 444 3 44L", post="L 323 4 444 3 44L"),
    Case("workspace:service-resume", "service.own", get="L 3o3 4 444 3 44L", post="L 323 4 444 3 44L"),
    Case("workspace:service-remove", "service.own", get="L oo3 4 444 3 44L", post="L 223 4 444 3 44L"),
    Case("workspace:search", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:inbox", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:device-words", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:inbox-read", "line", get=MEMBER_REFUSED, post="L >44 4 444 4 44L"),
    Case("workspace:inbox-read-all", get=MEMBER_REFUSED, post="L >>> > 444 > 44L"),
    Case("workspace:document-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:accession", "charter", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:accession", "charter.draft", get=HOST_HIDDEN, post=MEMBER_REFUSED),
    Case("workspace:charter-object", "charter.announced", get=HERE_SIGNATORY, post=HERE_SIGNATORY_FORM, data=REASON),
    Case("workspace:objection-withdraw", "objection", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Case("workspace:accession-sign", "charter", get=HERE_SIGNATORY, post=HERE_SIGNATORY_FORM),
    Case("workspace:member-letter", "letter", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:pledge-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:pledge-draft", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Case("workspace:pledge", "pledge", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:pledge-history", "pledge", get=OWN, post=OWN_EDITOR_DOES),
    Case("workspace:pledge-edit", "pledge", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Case("workspace:pledge-discard", "pledge.new", get=OWN_EDITOR, post=OWN_EDITOR_DOES, data={"version": "1"}),
    Case("workspace:pledge-discard", "pledge", get=OWN_EDITOR, post=OWN_EDITOR_FORM),  # was signed, and returned
    Case("workspace:pledge-sign", "pledge", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES, data={"version": "1"}),
    Case("workspace:pledge-revise", "pledge.published", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Case("workspace:pledge-withdraw", "pledge.published", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES, data=REASON),
)  # fmt: skip
