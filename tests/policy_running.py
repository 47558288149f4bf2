"""The lines of the policy table about the running portal: health, metrics, what is held after a restore."""

from tests.policy_rows import ALL, HOST, HOST_REFUSED, MANAGER, MANAGER_DOES, NOBODY, Line

RUNNING = (
    Line("robots", get=ALL),
    Line("security-txt", get=ALL),
    Line("sitemap", get=ALL),
    *(
        Line("sitemap-section", get=ALL, also={"section": section})
        for section in ("pages", "commitments", "members", "cycles", "reports", "publications", "practices")
    ),
    Line("sitemap-section", get=NOBODY, also={"section": "drafts"}),
    Line("health-ready", get=ALL),
    Line(
        "metrics", get=ALL
    ),  # from this machine; from elsewhere there is no such page: tests/portal/test_metrics.py
)

RUNNING_SECRETARIAT = (
    Line("secretariat:held-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:held-release", "job.held", get=MANAGER, post=MANAGER_DOES),
    Line(
        "secretariat:held-cancel", "job.held", get=MANAGER, post=MANAGER_DOES, data={"reason": "It went out."}
    ),
    Line("secretariat:held-release-all", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:held-cancel-all", get=MANAGER, post=MANAGER_DOES, data={"reason": "They went out."}),
)
