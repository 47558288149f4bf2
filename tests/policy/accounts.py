"""The lines of signing in, personal pages, second factors, leaving and the secretariat's page of an account.

Places: tests/support/world_accounts.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import (
    ALL,
    ALL_GO,
    DESK,
    DESK_REFUSED,
    HOST,
    HOST_REFUSED,
    MANAGER,
    MANAGER_DOES,
    MANAGER_FORM,
    OWN_SIGNATORY,
    OWN_SIGNATORY_FORM,
    Line,
)

# everybody who is signed in, whether they belong to an organisation or not
SELF = "L ooo o ooo o ooL"
SELF_FORM = "L 222 2 222 2 22L"
SELF_DOES = "L >>> > >>> > >>L"
SELF_REFUSED = "L 555 5 555 5 55L"
AGAIN = SELF_DOES  # first to saying once more who one is
REASON = {"reason": "She called from her office; I called back."}

ACCOUNTS = (
    Line("account_login", get="o >>> > >>> > >>o", post="o >>> > >>> > >>o"),
    Line("account_logout", get="> ooo o ooo o oo>", post=ALL_GO),
    Line("account_change_password", get="L ooo o ooo o ooL", post="L ooo o ooo o ooL"),
    Line("account_reset_password", get=ALL, post=ALL),
    Line("account_reset_password_done", get=ALL),
    Line("account_reset_password_from_key", "reset", get=ALL_GO, post=ALL_GO),
    Line("account_reset_password_from_key_done", get=ALL),
    Line("invitation-accept", "invitation.token", get=ALL, post=ALL),
    Line("session-corner", get=ALL),
    Line("session-start", get="L >>> > >>> > ooL", post="L 555 5 555 5 55L"),
    Line(
        "session-switch",
        get="L 555 5 555 5 55L",
        post="L >>> 4 444 4 44L",
        data={"organisation": "aurora-video"},
    ),
    Line("set_language", post=ALL_GO, data={"language": "en"}),
    Line("account-profile", get=SELF, post=SELF_FORM),
    Line("email-change", get=AGAIN, post=AGAIN),
    Line("email-change-cancel", get=SELF_REFUSED, post=SELF_DOES),
    Line("email-change-confirm", "email.token", get=ALL, post=ALL),
    Line("account-sessions", get=SELF, post=SELF_REFUSED),
    Line("session-end", get=SELF_REFUSED, post=SELF_DOES),
    Line("session-end-others", get=SELF_REFUSED, post=SELF_DOES),
    Line("account_reauthenticate", get=SELF, post=SELF),
    Line("mfa_reauthenticate", get="L >>o > >>> > >>L", post="L >>o > >>> > >>L"),  # Bob has an app
    Line("mfa_reauthenticate_webauthn", get=AGAIN, post=AGAIN),
    Line("mfa_authenticate", get=ALL_GO, post=ALL_GO),
    Line("mfa_login_webauthn", get=ALL_GO, post=ALL_GO),
    Line("mfa_index", get=SELF, post=SELF_REFUSED),
    Line("mfa_activate_totp", get=AGAIN, post=AGAIN),
    Line("app-picture", get="L 444 4 444 4 44L", post=SELF_REFUSED),
    Line("mfa_deactivate_totp", get=AGAIN, post=AGAIN),
    Line("mfa_add_webauthn", get=AGAIN, post=AGAIN),
    Line("mfa_remove_webauthn", "passkey", get=AGAIN, post=AGAIN),
    Line("mfa_view_recovery_codes", get=AGAIN, post=AGAIN),
    Line("mfa_download_recovery_codes", get=AGAIN, post=AGAIN),
    Line("mfa_generate_recovery_codes", get=AGAIN, post=AGAIN),
)

WORKSPACE = (
    Line("workspace:membership-hand-over", "membership", get=OWN_SIGNATORY, post=OWN_SIGNATORY_FORM),
    Line("workspace:membership-leave", get=DESK, post="L >2> 2 444 > 44L"),  # the last who sign stay
    Line("workspace:work", get=DESK, post=DESK_REFUSED),
)

SECRETARIAT = (
    Line("secretariat:membership-hand-over", "membership", get=MANAGER, post=MANAGER_FORM),
    Line("secretariat:membership-leave", get=HOST, post="L 444 4 >2> 4 44L"),
    Line("secretariat:work", get=HOST, post=HOST_REFUSED),
    Line("secretariat:person", "person", get=HOST, post=HOST_REFUSED),
    Line("secretariat:person-reset-factors", "person", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:person-confirm-email", "person", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:person-close", "person", get=MANAGER, post=MANAGER_DOES, data=REASON),
    Line("secretariat:person-reopen", "person.closed", get=MANAGER, post=MANAGER_DOES, data=REASON),
)
