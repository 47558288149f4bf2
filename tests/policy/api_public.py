"""The lines of the public record in the policy table of the API."""

from tests.policy.api_rows import ApiCase, hidden, public

RECORD: tuple[ApiCase, ...] = (
    public("api:charter-list"),
    public("api:charter", "charter"),
    hidden("api:charter", "charter.draft"),
    public("api:pledge-list"),
    public("api:pledge", "own pledge"),
    hidden("api:pledge", "pledge.signed.record"),
    public("api:cycle-list"),
    public("api:cycle", "cycle.published"),
    hidden("api:cycle", "cycle.planned"),
    public("api:report-list"),
    public("api:report", "public.report"),
    hidden("api:report", "public.report.concluded"),
    public("api:figure-list"),
    public("api:verdict-list"),
    public("api:reference-list"),
    public("api:supporter-list"),
    public("api:question-list"),
    public("api:comment-list"),
    public("api:publication-list"),
    public("api:change-feed"),
    public("api:publication", "public.publication"),
)
