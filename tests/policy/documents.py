"""The lines of generated documents: their pages, their files, and asking for them. Places: tests/support/world.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, ALL_GO, DESK_REFUSED, HOST_REFUSED, NOBODY, Line

# a document is its asker's alone, colleagues and the secretariat included
_ASKER = "4 o44 4 444 4 444"
_ASKER_GOES = "4 >44 4 444 4 444"

ACCOUNTS = (
    Line("document", "document", get=_ASKER),
    Line("document-progress", "document", get=_ASKER),
    Line("document-file", "document", get=_ASKER),
    Line("document-retry", "document.failed", post=_ASKER_GOES),
    Line("document-numbered", "document.number", get=_ASKER_GOES),
)

PUBLIC = (
    Line("public:report-document", "public.report", get=ALL, post=ALL_GO),
    Line("public:report-document", "public.report.concluded", get=NOBODY, post=NOBODY),
    Line("public:report-document-progress", "public.report", get=ALL),
    Line("public:report-file-pdf", "public.report", get=ALL_GO),
    Line("public:report-file-xlsx", "public.report", get=ALL_GO),
    Line("public:report-file-json", "public.report", get=ALL_GO),
    Line("public:cycle-document", "public.cycle", get=ALL, post=ALL_GO),
    Line("public:cycle-document", "public.cycle.planned", get=NOBODY, post=NOBODY),
    Line("public:cycle-document-progress", "public.cycle", get=ALL),
    Line("public:cycle-file", "public.cycle", get=ALL_GO),
)

WORKSPACE = (
    Line("workspace:report-document", "report.submitted", get=DESK_REFUSED, post="L >>> 4 444 4 44L"),
    Line(
        "workspace:report-document",
        "report",
        get=DESK_REFUSED,
        post="L >>> 4 444 4 44L",
        data={"document": "working.xlsx"},
    ),
)

SECRETARIAT = (
    Line("secretariat:report-document", "report.submitted", get=HOST_REFUSED, post="L 444 4 >>> 4 44L"),
    Line(  # the working copy is its organisation's alone
        "secretariat:report-document",
        "report",
        get=HOST_REFUSED,
        post="L 444 4 333 4 44L",
        data={"document": "working.xlsx"},
    ),
    Line("secretariat:generated-list", get="L 444 4 3oo 4 44L", post=HOST_REFUSED),
    Line("secretariat:cycle-export", "cycle.open", get=HOST_REFUSED, post="L 444 4 >>> 4 44L"),
)
