"""Who gets what: every route and method, and what the portal answers to each actor. A test walks all of it.

The letters and the rows that come again and again stand in tests/policy_rows.py, the lines of the practices in
tests/policy_practices.py, of their public pages in tests/policy_public_practices.py.
"""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.policy_accounts import ACCOUNTS_SECRETARIAT, LEAVING_WORKSPACE, OWN_PAGES
from tests.policy_care import CARE_ACCOUNTS, CARE_SECRETARIAT, CARE_WORKSPACE
from tests.policy_documents import (
    DOCUMENTS,
    DOCUMENTS_PUBLIC,
    DOCUMENTS_SECRETARIAT,
    DOCUMENTS_WORKSPACE,
)
from tests.policy_pages import PAGES_PUBLIC, PAGES_ROOF, PAGES_SECRETARIAT
from tests.policy_practices import PRACTICES_SECRETARIAT, PRACTICES_WORKSPACE
from tests.policy_public_practices import PRACTICES_PUBLIC
from tests.policy_rows import (
    ACTORS,
    ALL,
    ALL_GO,
    DESK,
    DESK_REFUSED,
    HERE_CHIEF,
    HERE_CHIEF_FORM,
    HERE_EDITOR,
    HERE_EDITOR_FORM,
    HOST,
    HOST_HIDDEN,
    HOST_REFUSED,
    MANAGER,
    MANAGER_DOES,
    MANAGER_FORM,
    NOBODY,
    OWN,
    OWN_EDITOR,
    OWN_EDITOR_DOES,
    OWN_EDITOR_FORM,
    OWN_SIGNATORY,
    OWN_SIGNATORY_DOES,
    OWN_SIGNATORY_FORM,
    REVIEWER,
    REVIEWER_DOES,
    REVIEWER_FORM,
    Line,
)
from tests.policy_running import RUNNING, RUNNING_SECRETARIAT
from tests.policy_time import TIME_ACCOUNTS, TIME_SECRETARIAT, TIME_WORKSPACE
from tests.policy_tokens import TOKENS_SECRETARIAT, TOKENS_WORKSPACE

__all__ = ["ACCOUNTS", "ACTORS", "EXEMPT", "LINES", "SECRETARIAT", "WORKSPACE", "Line"]


def _table() -> SimpleUploadedFile:
    return SimpleUploadedFile("table.csv", b"a,b\n1,2\n", content_type="text/csv")


REASON = {"reason": "It has to be."}
TEXT = {"text": "What do you mean?"}
VERDICT = {"value": "limited", "reason": "Half of it is done.", "version": "0"}

ROOF = (
    *PAGES_ROOF,
    Line("root", get=ALL_GO),
    Line("health-live", get=ALL),
    *RUNNING,
    Line("display-css", get=ALL),
    Line("display", get=ALL, post=ALL_GO),
    Line("components", get=NOBODY),  # in the demonstration alone
    Line("dev-mail", get=NOBODY),
    Line("dev-mail-message", get=NOBODY, also={"name": "0" * 32}),
    Line("dev-mail-html", get=NOBODY, also={"name": "0" * 32}),
)

ACCOUNTS = (
    *TIME_ACCOUNTS,
    *OWN_PAGES,
    *CARE_ACCOUNTS,
    Line("account_login", get="o >>> > >>> > >>o", post="o >>> > >>> > >>o"),
    Line("account_logout", get="> ooo o ooo o oo>", post=ALL_GO),
    Line("account_change_password", get="L ooo o ooo o ooL", post="L ooo o ooo o ooL"),
    Line("account_reset_password", get=ALL, post=ALL),
    Line("account_reset_password_done", get=ALL),
    Line("account_reset_password_from_key", "reset", get=ALL_GO, post=ALL_GO),
    Line("account_reset_password_from_key_done", get=ALL),
    Line("invitation-accept", "invitation.token", get=ALL, post=ALL),
    Line("session-corner", get=ALL),
    Line("session-start", get="L >>> > >>> > ooL", post="L 555 5 555 5 55L"),
    Line(
        "session-switch",
        get="L 555 5 555 5 55L",
        post="L >>> 4 444 4 44L",
        data={"organisation": "aurora-video"},
    ),
    Line("set_language", post=ALL_GO, data={"language": "en"}),
    *DOCUMENTS,
)

PUBLIC = (
    *PRACTICES_PUBLIC,
    *PAGES_PUBLIC,
    Line("public:home", get=ALL),
    Line("public:commitment-list", get=ALL),
    Line("public:commitment", "public.commitment", get=ALL),
    Line("public:commitment-figures", "public.figures", get=ALL),
    Line("public:member-list", get=ALL),
    Line("public:member", "public.member", get=ALL),
    Line("public:member", "public.applicant", get=NOBODY),
    Line("public:cycle-list", get=ALL),
    Line("public:cycle", "public.cycle", get=ALL),
    Line("public:cycle", "public.cycle.planned", get=NOBODY),
    Line("public:cycle-matrix", "public.cycle", get=ALL),
    Line("public:report-list", get=ALL),
    Line("public:report", "public.report", get=ALL),
    Line("public:report", "public.report.concluded", get=NOBODY),
    Line("public:report-data", "public.report", get=ALL),
    Line("public:report-data", "public.report.concluded", get=NOBODY),
    Line("public:report-figures", "public.report", get=ALL),
    Line("public:report-figures", "public.report.concluded", get=NOBODY),
    *DOCUMENTS_PUBLIC,
    Line("public:report-evidence", "public.evidence", get=ALL),
    Line("public:report-evidence", "public.evidence.kept", get=NOBODY),
    Line("public:publication-list", get=ALL),
    Line("public:publication", "public.publication", get=ALL),
    Line("public:publication-body", "public.publication", get=ALL),
    Line("public:compare", get=ALL),
    Line("public:compare-table", get=ALL, query="?indicator=content-actioned"),
    Line("public:about", get=ALL),
    Line("public:method", get=ALL),
    Line("public:accessibility", get=ALL),
    Line("public:feed", get=ALL),
)

WORKSPACE = (
    *LEAVING_WORKSPACE,
    *PRACTICES_WORKSPACE,
    *TIME_WORKSPACE,
    *CARE_WORKSPACE,
    Line("workspace:home", get=DESK, post=DESK_REFUSED),
    Line("workspace:report-list", get=DESK, post=DESK_REFUSED),
    Line("workspace:report", "report", get=OWN, post=DESK_REFUSED),
    Line("workspace:report-check", "report", get=OWN, post=DESK_REFUSED),
    Line("workspace:report-preview", "report", get=OWN, post=DESK_REFUSED),
    Line("workspace:report-ask-for-sign-off", "report", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Line("workspace:report-send-back", "report.awaiting", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Line("workspace:report-submit", "report", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES, data={"stated": "on"}),
    Line("workspace:report-receipt", "receipt", get=OWN, post=DESK_REFUSED),
    Line("workspace:report-submission", "receipt", get=OWN, post=DESK_REFUSED),
    Line("workspace:report-verdicts", "report.concluded", get=OWN, post=DESK_REFUSED),
    Line("workspace:report-respond", "report.concluded", get=OWN_SIGNATORY_DOES, post=OWN_SIGNATORY_FORM),  # is signed
    Line("workspace:report-respond-to", "report.respond", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES,
         data={"text": "We shall.", "language": "en"}),
    Line("workspace:report-disclose", "report.text", get=OWN_SIGNATORY, post=OWN_SIGNATORY_FORM),
    Line("workspace:report-disclose", "report.figure", get=OWN_SIGNATORY, post=OWN_SIGNATORY_FORM),
    Line("workspace:report-measure", "report.measure", get=OWN, post="L 993 4 444 4 44L"),
    Line("workspace:measure-confirm", "report.measure", get=DESK_REFUSED, post=OWN_EDITOR_DOES),
    Line("workspace:report-presence", "report.measure", get=OWN, post=DESK_REFUSED),
    Line("workspace:evidence-add-file", "report.measure", get=DESK_REFUSED, post=OWN_EDITOR_DOES,
         data={"file": _table, "title": "A table"}),
    Line("workspace:evidence-add-link", "report.measure", get=DESK_REFUSED, post=OWN_EDITOR_DOES,
         data={"url": "https://example.org/", "title": "A page"}),
    Line("workspace:evidence-add-practice", "report.measure", get=DESK_REFUSED, post=OWN_EDITOR_DOES),
    Line("workspace:report-pledge", "report.pledge", get=OWN, post=OWN_EDITOR_DOES,
         data={"text": "We did it.", "language": "en", "version": "1"}),
    Line("workspace:evidence", "evidence", get=OWN, post=DESK_REFUSED),
    Line("workspace:evidence-remove", "evidence", get=DESK_REFUSED, post=OWN_EDITOR_DOES),
    Line("workspace:question-answer", "question", get=DESK_REFUSED, post=OWN_EDITOR_DOES, data=TEXT),
    *DOCUMENTS_WORKSPACE,
    Line("workspace:people", get=DESK, post=DESK_REFUSED),
    Line("workspace:membership-invite", get=HERE_CHIEF, post=HERE_CHIEF_FORM),
    Line("workspace:membership-grant", "membership", get=OWN_SIGNATORY, post=OWN_SIGNATORY_FORM),
    Line("workspace:membership-end", "membership", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Line("workspace:invitation-revoke", "invitation", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Line("workspace:invitation-resend", "invitation", get=DESK_REFUSED, post=OWN_SIGNATORY_DOES),
    Line("workspace:organisation-change", get=HERE_CHIEF, post="L 3>3 > 444 3 44L"),
    Line("workspace:service-add", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Line("workspace:inbox", get=DESK, post=DESK_REFUSED),
    Line("workspace:inbox-read", "line", get=DESK_REFUSED, post="L >44 4 444 4 44L"),
    Line("workspace:inbox-read-all", get=DESK_REFUSED, post="L >>> > 444 > 44L"),
    Line("workspace:document-list", get=DESK, post=DESK_REFUSED),
    *TOKENS_WORKSPACE,
    Line("workspace:accession", "charter", get=DESK, post=DESK_REFUSED),
    Line("workspace:accession", "charter.draft", get=HOST_HIDDEN, post=DESK_REFUSED),
    Line("workspace:accession-sign", "charter", get=HERE_CHIEF, post=HERE_CHIEF_FORM),
    Line("workspace:pledge-list", get=DESK, post=DESK_REFUSED),
    Line("workspace:pledge-draft", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Line("workspace:pledge", "pledge", get=OWN, post=DESK_REFUSED),
    Line("workspace:pledge-edit", "pledge", get=OWN_EDITOR, post=OWN_EDITOR_FORM),
    Line("workspace:pledge-discard", "pledge.new", get=OWN_EDITOR, post=OWN_EDITOR_DOES, data={"version": "1"}),
    Line("workspace:pledge-discard", "pledge", get=OWN_EDITOR, post=OWN_EDITOR_FORM),  # was signed, and returned
    Line("workspace:pledge-sign", "pledge", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES),
    Line("workspace:pledge-revise", "pledge.published", get=OWN_EDITOR, post=OWN_EDITOR_DOES),
    Line("workspace:pledge-withdraw", "pledge.published", get=OWN_SIGNATORY, post=OWN_SIGNATORY_DOES, data=REASON),
)  # fmt: skip

SECRETARIAT = (
    *ACCOUNTS_SECRETARIAT,
    *PRACTICES_SECRETARIAT,
    *TIME_SECRETARIAT,
    *CARE_SECRETARIAT,
    *PAGES_SECRETARIAT,
    Line("secretariat:home", get=HOST, post=HOST_REFUSED),
    Line("secretariat:member-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:member", "member", get=HOST, post=HOST_REFUSED),
    Line("secretariat:member-add", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:member-rename", "member", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:member-step", "member.suspend", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:member-step", "member.admit", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:organisation-change", "member", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:service-add", "member", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:membership-invite", "member", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:membership-grant", "membership", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:membership-end", "membership", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:invitation-revoke", "invitation", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:invitation-resend", "invitation", get=HOST_REFUSED, post=MANAGER_DOES),
    Line("secretariat:inbox", get=HOST, post=HOST_REFUSED),
    Line("secretariat:inbox-read", "line", get=HOST_REFUSED, post=HOST_HIDDEN),  # another person's line
    Line("secretariat:inbox-read", "line.mona", get=HOST_REFUSED, post="L 444 4 4>4 4 44L"),
    Line("secretariat:inbox-read-all", get=HOST_REFUSED, post="L 444 4 >>> 4 44L"),
    Line("secretariat:document-list", get=HOST, post=HOST_REFUSED),
    *TOKENS_SECRETARIAT,
    *DOCUMENTS_SECRETARIAT,
    Line("secretariat:cycle-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:cycle-plan", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:cycle", "cycle.planned", get=HOST, post=HOST_REFUSED),
    Line("secretariat:cycle-edit", "cycle.planned", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:cycle-open", "cycle.planned", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:cycle-remind", "cycle.open", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:cycle-close", "cycle.open", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:cycle-publish", "cycle.concluded", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:report-extend", "report", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:report-exempt", "report", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:report-publish", "report.late", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:review-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:review", "report.in_review", get=HOST, post=HOST_REFUSED),
    Line("secretariat:review", "report", get=HOST_HIDDEN, post=HOST_REFUSED),  # nothing was submitted yet
    Line("secretariat:review-start", "report.submitted", get=HOST_REFUSED, post=REVIEWER_DOES),
    Line("secretariat:review-measure", "review.measure", get=HOST, post=REVIEWER_DOES, data=VERDICT),
    Line("secretariat:review-commitment", "review.commitment", get=HOST, post=REVIEWER_FORM, data=VERDICT),
    Line("secretariat:review-pledge", "review.pledge", get=HOST, post=REVIEWER_DOES, data=VERDICT),
    Line("secretariat:review-request-changes", "report.in_review", get=REVIEWER, post=REVIEWER_DOES,
         data={"summary": "Say more."}),
    Line("secretariat:review-conclude", "report.in_review", get=REVIEWER, post=REVIEWER_FORM),
    Line("secretariat:question-ask", "report.in_review", get=HOST_REFUSED, post=REVIEWER_DOES, data=TEXT),
    Line("secretariat:note-write", "report.in_review", get=HOST_REFUSED, post="L 444 4 >>3 4 44L", data=TEXT),
    Line("secretariat:question-close", "question", get=HOST_REFUSED, post=REVIEWER_DOES),
    Line("secretariat:evidence", "evidence.submitted", get=HOST, post=HOST_REFUSED),
    Line("secretariat:evidence", "evidence", get=HOST_HIDDEN, post=HOST_REFUSED),  # not submitted yet
    Line("secretariat:pledge-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:pledge", "pledge.signed", get=HOST, post=HOST_REFUSED),
    Line("secretariat:pledge", "pledge", get=HOST_HIDDEN, post=HOST_REFUSED),  # a draft is the member's alone
    Line("secretariat:pledge-publish", "pledge.signed", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:pledge-return", "pledge.signed", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:pledge-fulfil", "pledge.published", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:accession-publish", "accession.signed", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:accession-end", "accession", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:charter-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:charter", "charter.draft", get=HOST, post=HOST_REFUSED),
    Line("secretariat:charter-put-in-force", "charter.draft", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:journal", get=HOST, post=HOST_REFUSED),
    *RUNNING_SECRETARIAT,
    Line("secretariat:job-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:job-retry", "job", get=HOST_REFUSED, post=MANAGER_DOES),
    Line("secretariat:job-cancel", "job", get=MANAGER, post=MANAGER_DOES, data=REASON),
)  # fmt: skip

LINES = (*ROOF, *ACCOUNTS, *PUBLIC, *WORKSPACE, *SECRETARIAT)

# Routes without a line, each with its reason. There is none at present.
EXEMPT: dict[str, str] = {}
