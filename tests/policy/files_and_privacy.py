"""The lines of files that may not stand here, retention, a person's own data, the journal as a file, failed work.

Places: tests/support/world_files.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, HOST, HOST_REFUSED, MANAGER, MANAGER_DOES, MANAGER_FORM, MEMBER, Case

_REASON = {"reason": "It has to be."}
_CONCERN = {"concern": "illegal", **_REASON}

ACCOUNTS = (
    Case("personal-data", get="L ooo o ooo o ooL", post="L >>> > >>> > >>L"),
    Case("personal-data-progress", get="L ooo o ooo o ooL", post="L 555 5 555 5 55L"),
    # Alice alone has had one built; everybody finds their own, and nobody another's
    Case("personal-data-file", get="L o44 4 444 4 44L", post="L 555 5 555 5 55L"),
    Case(
        "personal-data-erase", get="L ooo o ooo o ooL", post="L 222 2 222 2 22L"
    ),  # not without the password
    Case("personal-data-erased", get=ALL),
)

WORKSPACE = (
    Case("workspace:file-flag", get=MEMBER, post="L >>> > 444 > 44L", data={"file": "7" * 64, **_CONCERN}),
)

SECRETARIAT = (
    Case("secretariat:file-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:file", "file.quarantined", get=HOST, post=HOST_REFUSED),
    Case("secretariat:file-step", "file.flag", get=HOST, post="L 444 4 >>> 4 44L", data=_CONCERN),
    Case("secretariat:file-step", "file.dismiss", get=MANAGER, post=MANAGER_DOES, data=_REASON),
    Case("secretariat:file-step", "file.quarantine", get=MANAGER, post=MANAGER_DOES, data=_CONCERN),
    Case("secretariat:file-step", "file.release", get=MANAGER, post=MANAGER_DOES, data=_REASON),
    Case("secretariat:file-step", "file.purge", get=MANAGER, post=MANAGER_DOES, data=_CONCERN),
    Case("secretariat:file-repair", "file.quarantined", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:file-recheck", "file.quarantined", get=HOST_REFUSED, post=MANAGER_DOES),
    Case("secretariat:retention", get=HOST, post=HOST_REFUSED),
    Case("secretariat:person-erase", "membership", get=MANAGER, post=MANAGER_DOES, data=_REASON),
    Case("secretariat:journal-export", "journal.csv", get=HOST_REFUSED, post=HOST),
    Case("secretariat:journal-export", "journal.jsonl", get=HOST_REFUSED, post=HOST),
    Case("secretariat:job-retry-kind", "job.kind", get=HOST_REFUSED, post=MANAGER_DOES),
)
