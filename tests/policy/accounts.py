"""The lines of signing in, personal pages, second factors, leaving and the secretariat's page of an account.

Places: tests/support/world_accounts.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import (
    ALL,
    ALL_GO,
    HOST,
    HOST_REFUSED,
    MANAGER,
    MANAGER_DOES,
    MANAGER_FORM,
    MEMBER,
    MEMBER_REFUSED,
    OWN_SIGNATORY,
    OWN_SIGNATORY_FORM,
    Case,
)

# everybody who is signed in, whether they belong to an organisation or not
SELF = "L ooo o ooo o ooL"
SELF_FORM = "L 222 2 222 2 22L"
SELF_DOES = "L >>> > >>> > >>L"
SELF_REFUSED = "L 555 5 555 5 55L"
CODES = "L 44o 4 444 4 44L"  # Bob has an app, and codes
NOBODY = "L 444 4 444 4 44L"  # of these: the passkey is Dora's
_IN_A_FEED = ("practice-green", "practice-proposed")
REASON = {"reason": "She called from her office; I called back."}

ACCOUNTS = (
    Case("account_login", get="o >>> > >>> > >>o", post="o >>> > >>> > >>o"),
    Case("account_logout", get="> ooo o ooo o oo>", post=ALL_GO),
    Case("account_change_password", get="L ooo o ooo o ooL", post="L ooo o ooo o ooL"),
    Case("account_reset_password", get=ALL, post=ALL),
    Case("account_reset_password_done", get=ALL),
    Case("account_reset_password_from_key", "reset", get=ALL_GO, post=ALL_GO),
    Case("account_reset_password_from_key_done", get=ALL),
    Case("invitation-accept", "invitation.token", get=ALL, post=ALL, link_shows=("invitation", "invited")),
    # whoever has the address reads what its owner may read
    Case("library-feed-atom", "feed.token", get=ALL, link_shows=_IN_A_FEED),
    Case("library-feed-json", "feed.token", get=ALL, link_shows=_IN_A_FEED),
    Case("calendar-feed", "calendar.token", get=ALL),  # whoever has the address reads days alone
    Case("session-account-menu", get=ALL),
    Case("session-start", get="L >>> > >>> > ooL", post="L 555 5 555 5 55L"),
    Case("session-token", get=ALL),
    Case("session-taken", get="L ooo o ooo o ooL", post="L 555 5 555 5 55L"),
    Case("pending-post", "pending.token", get="L >>> > >>> > >>L", post="L 555 5 555 5 55L"),
    Case("session-organisation", get="L ooo o ooo o >>L", post="L 555 5 555 5 55L"),
    Case(
        "session-switch",
        get="L 555 5 555 5 55L",
        post="L >>> 4 444 4 44L",
        data={"organisation": "aurora-video"},
    ),
    Case("set_language", post=ALL_GO, data={"language": "en"}),
    Case("account-profile", get=SELF, post=SELF_FORM),
    Case("email-change", get=SELF, post=SELF_FORM),
    Case("email-change-cancel", get=SELF_REFUSED, post=SELF_DOES),
    Case("email-change-confirm", "email.token", get=ALL, post=ALL, link_shows=("new-address",)),
    Case("account-sessions", get=SELF, post=SELF_REFUSED),
    Case("session-end", get=SELF_DOES, post=SELF_DOES),
    Case("session-end-others", get=SELF_DOES, post=SELF_DOES),
    Case("account-freeze", get=SELF, post=SELF_DOES),
    Case("account-freeze-link", "freeze.token", get=ALL, post=ALL_GO),
    Case("account-frozen", get=ALL),
    Case("device-forget", get=SELF_DOES, post=SELF_DOES),
    Case("device-forget-others", get=SELF_DOES, post=SELF_DOES),
    Case("account_reauthenticate", get=SELF, post=SELF),
    Case("mfa_reauthenticate", get="L >>o > >>> > >>L", post="L >>o > >>> > >>L"),  # Bob has an app
    Case("mfa_reauthenticate_webauthn", get=SELF_DOES, post=SELF_DOES),
    Case("reauthenticated", get=SELF, post=SELF_REFUSED),
    Case("mfa_authenticate", get=ALL_GO, post=ALL_GO),
    Case("mfa_login_webauthn", get=ALL_GO, post=ALL_GO),
    Case("mfa_index", get=SELF, post=SELF_REFUSED),
    Case("second-factor-required", get=SELF_DOES, post=SELF_REFUSED),  # not required here
    Case("mfa_activate_totp", get="L oo> o ooo o ooL", post="L oo> o ooo o ooL"),
    Case("app-picture", get=NOBODY, post=SELF_REFUSED),
    Case("mfa_deactivate_totp", get=CODES, post="L 44> 4 444 4 44L"),
    Case("mfa_add_webauthn", get=SELF, post=SELF),
    Case("mfa_remove_webauthn", "passkey", get=NOBODY, post=NOBODY),
    Case("mfa_view_recovery_codes", get=CODES, post=SELF_REFUSED),
    Case("mfa_download_recovery_codes", get=CODES, post="L 445 4 444 4 44L"),
    Case("mfa_generate_recovery_codes", get=SELF, post="L oo> o ooo o ooL"),
)

WORKSPACE = (
    Case("workspace:membership-hand-over", "membership", get=OWN_SIGNATORY, post=OWN_SIGNATORY_FORM),
    Case("workspace:membership-freeze", "membership", get=OWN_SIGNATORY, post=OWN_SIGNATORY_FORM),
    Case("workspace:membership-leave", get=MEMBER, post="L >2> 2 444 > 44L"),  # the last who sign stay
    Case("workspace:work", get=MEMBER, post=MEMBER_REFUSED),
)

SECRETARIAT = (
    Case("secretariat:membership-hand-over", "membership", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:membership-leave", get=HOST, post="L 444 4 >2> 4 44L"),
    Case("secretariat:work", get=HOST, post=HOST_REFUSED),
    Case("secretariat:person", "person", get=HOST, post=HOST_REFUSED),
    Case("secretariat:person-reset-factors", "person", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:person-confirm-email", "person", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:person-close", "person", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:person-freeze", "person", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:person-thaw", "person.frozen", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Case("secretariat:person-reopen", "person.closed", get=MANAGER, post=MANAGER_DOES, data=REASON),
)
