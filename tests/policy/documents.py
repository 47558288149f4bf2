"""The lines of generated documents (pages, files, asking for them), and of the way to a correction.

Places: tests/support/world.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, ALL_GO, HOST_REFUSED, MEMBER_REFUSED, NOBODY, REFUSED, Case

# a document is its asker's alone, colleagues and the secretariat included
_ASKER = "4 o44 4 444 4 444"
_ASKER_GOES = "4 >44 4 444 4 444"

ACCOUNTS = (
    # from a public page on to one's own form
    Case("correct-published", "public.report", get="L >>> 4 >>> 4 44L", post=REFUSED),
    Case("correct-compared", get="L ooo o ooo o >>L", post=REFUSED),
    Case("document", "document", get=_ASKER),
    Case("document-progress", "document", get=_ASKER),
    Case("document-file", "document", get=_ASKER),
    Case("document-retry", "document.failed", post=_ASKER_GOES),
    Case("document-cancel", "document.queued", post=_ASKER_GOES),
    Case("document-numbered", "document.number", get=_ASKER_GOES),
)

PUBLIC = (
    Case("public:report-document", "public.report", get=ALL, post=ALL_GO),
    Case("public:report-document", "public.report.concluded", get=NOBODY, post=NOBODY),
    Case("public:report-document-progress", "public.report", get=ALL),
    Case("public:report-file-pdf", "public.report", get=ALL_GO),
    Case("public:report-file-xlsx", "public.report", get=ALL_GO),
    Case("public:report-file-json", "public.report", get=ALL_GO),
    Case("public:cycle-document", "public.cycle", get=ALL, post=ALL_GO),
    Case("public:cycle-document", "public.cycle.planned", get=NOBODY, post=NOBODY),
    Case("public:cycle-document-progress", "public.cycle", get=ALL),
    Case("public:cycle-file-pdf", "public.cycle", get=ALL_GO),
    Case("public:cycle-file-pdf", "public.cycle.planned", get=NOBODY),
    Case("public:cycle-file-xlsx", "public.cycle", get=ALL_GO),
    Case("public:cycle-file-matrix-pdf", "public.cycle", get=ALL_GO),
    Case("public:cycle-file-matrix-xlsx", "public.cycle", get=ALL_GO),
)

WORKSPACE = (
    Case("workspace:report-document", "report.submitted", get=MEMBER_REFUSED, post="L >>> 4 444 4 44L"),
    Case(
        "workspace:report-document",
        "report",
        get=MEMBER_REFUSED,
        post="L >>> 4 444 4 44L",
        data={"document": "working.xlsx"},
    ),
)

SECRETARIAT = (
    Case("secretariat:report-document", "report.submitted", get=HOST_REFUSED, post="L 444 4 >>> 4 44L"),
    Case(  # the working copy is its organisation's alone
        "secretariat:report-document",
        "report",
        get=HOST_REFUSED,
        post="L 444 4 333 4 44L",
        data={"document": "working.xlsx"},
    ),
    Case("secretariat:generated-list", get="L 444 4 3oo 4 44L", post=HOST_REFUSED),
    Case("secretariat:member-export", "member", get=HOST_REFUSED, post="L 444 4 >>> 4 44L"),
    Case("secretariat:cycle-export", "cycle.open", get=HOST_REFUSED, post="L 444 4 >>> 4 44L"),
    Case(
        "secretariat:cycle-export",
        "cycle.concluded",
        get=HOST_REFUSED,
        post="L 444 4 >>> 4 44L",
        data={"document": "summary"},
    ),
    Case("secretariat:charter-export", "charter.draft", get=HOST_REFUSED, post="L 444 4 >>> 4 44L"),
)
