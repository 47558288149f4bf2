"""The lines, rules and sights of the settings, of the owed pages, and of what people agree to."""

from tests.policy_rows import (
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

PAGES_ROOF: tuple[Line, ...] = (
    Line("site-mark", "mark", get=NOBODY),  # not the site's
    Line("consent", get="L ooo o ooo o ooL", post="L 222 2 222 2 22L"),  # nothing is ticked
)
PAGES_PUBLIC: tuple[Line, ...] = (
    Line("public:privacy", get=ALL),
    Line("public:terms", get=ALL),
    Line("public:contact", get=ALL, post="2 222 2 222 2 222"),  # nothing is written
    Line("public:contact-sent", get=ALL),
    Line("public:short-address", get=ALL_GO, also={"name": "privacy"}),
)
PAGES_SECRETARIAT: tuple[Line, ...] = (
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

#       vera | alice sven bob ada nora | carol | rita theo mona otto | petra paul
_MANAGES = ". ..... . ..y. .."
_ANYBODY_AT_WORK = ". yyyyy y yyyy yy"
PAGES_RULES = {
    "site.change": (_MANAGES, _MANAGES),
    "site.write_text": (_MANAGES, _MANAGES),
    "site.test_mail": (_MANAGES, _MANAGES),
    "person.agree": (_ANYBODY_AT_WORK, _ANYBODY_AT_WORK),  # for themselves
}

#                                      vera | alice sven bob | carol | rita mona otto | petra
PAGES_SIGHTS: dict[str, tuple[tuple[dict[str, object], str], ...]] = {
    "Agreement": (({"person__name": "Alice"}, ". y.. . yyy ."),),
    "MailTest": (({}, ". ... . yyy ."),),
    "ContactMessage": (({}, ". ... . ... ."),),  # on its way to a mailbox
}
PAGES_OPEN = {"SiteText"}
