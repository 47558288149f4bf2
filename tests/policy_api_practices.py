"""The lines of the practices in the policy table of the API. Places: tests/support/world_practices.py."""

from tests.policy_api_rows import ApiLine, hidden, public

PRACTICES: tuple[ApiLine, ...] = (
    public("api:public-practice-list"),
    public("api:public-practice", "practice.clear"),
    public("api:public-practice", "practice.withdrawn"),
    hidden("api:public-practice", "practice.green"),
    hidden("api:public-practice", "practice.draft"),
    public("api:public-practice-version-list", "practice.clear"),
    hidden("api:public-practice-version-list", "practice.green"),
    public("api:public-practice-version", "practice.clear.version"),
    hidden("api:public-practice-version", "version"),
    public("api:public-practice-markdown", "practice.clear"),
    hidden("api:public-practice-markdown", "practice.withdrawn"),
    hidden("api:public-practice-markdown", "practice.green"),
)
