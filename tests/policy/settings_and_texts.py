"""The lines of the settings, of the texts and of what people agree to. Places: tests/support/world_texts.py.

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
    Case,
)

SITE = (
    Case("site-logo", "logo", get=NOBODY),  # not the site's
    Case("consent", get="L ooo o ooo o ooL", post="L 222 2 222 2 22L"),  # nothing is ticked
)
PUBLIC = (
    Case("public:privacy", get=ALL),
    Case("public:terms", get=ALL),
    Case("public:contact", get=ALL, post="2 222 2 222 2 222"),  # nothing is written
    Case("public:contact-sent", get=ALL),
    Case("public:short-address", get=ALL_GO, extra_kwargs={"name": "privacy"}),
)
SECRETARIAT = (
    Case("secretariat:settings", get=HOST, post=HOST_REFUSED),
    Case("secretariat:settings-names", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:settings-sender", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:settings-time-zone", get=MANAGER, post=MANAGER_FORM, query="?zone=Asia/Vladivostok"),
    Case("secretariat:settings-logo", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:settings-synonyms", get=HOST, post=HOST_REFUSED),
    Case(
        "secretariat:settings-synonym", get=MANAGER, post=MANAGER_FORM, extra_kwargs={"key": "harm:grooming"}
    ),
    Case("secretariat:settings-test-mail", get=HOST_REFUSED, post=MANAGER_DOES),
    Case("secretariat:text", "text", get=HOST, post=HOST_REFUSED),
    Case("secretariat:text-write", "text", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:text-revision", "text.revision", get=HOST, post=HOST_REFUSED),
    Case(
        "secretariat:text-revision", "text", get=HOST_HIDDEN, post=HOST_REFUSED, extra_kwargs={"revision": 99}
    ),
)
