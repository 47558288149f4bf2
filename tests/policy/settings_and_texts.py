"""The lines of the settings, of the texts and of what people agree to. Places: tests/support/world_pages.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import (
    ALL,
    ALL_GO,
    HOST,
    HOST_HIDDEN,
    HOST_REFUSED,
    MANAGER,
    MANAGER_DOES,
    MANAGER_FORM,
    NOBODY,
    Line,
)

SITE = (
    Line("site-mark", "mark", get=NOBODY),  # not the site's
    Line("consent", get="L ooo o ooo o ooL", post="L 222 2 222 2 22L"),  # nothing is ticked
)
PUBLIC = (
    Line("public:privacy", get=ALL),
    Line("public:terms", get=ALL),
    Line("public:contact", get=ALL, post="2 222 2 222 2 222"),  # nothing is written
    Line("public:contact-sent", get=ALL),
    Line("public:short-address", get=ALL_GO, also={"name": "privacy"}),
)
SECRETARIAT = (
    Line("secretariat:settings", get=HOST, post=HOST_REFUSED),
    Line("secretariat:settings-names", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:settings-sender", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:settings-time-zone", get=MANAGER, post=MANAGER_FORM, query="?zone=Asia/Vladivostok"),
    Line("secretariat:settings-mark", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:settings-test-mail", get=HOST_REFUSED, post=MANAGER_DOES),
    Line("secretariat:text", "text", get=HOST, post=HOST_REFUSED),
    Line("secretariat:text-write", "text", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:text-revision", "text.revision", get=HOST, post=HOST_REFUSED),
    Line("secretariat:text-revision", "text", get=HOST_HIDDEN, post=HOST_REFUSED, also={"revision": 99}),
)
