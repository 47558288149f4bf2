"""The lines of single sign-on: the way to a provider and back, providers of an organisation, their e-mail domains.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, HOST_REFUSED, MANAGER, MANAGER_FORM, MEMBER_REFUSED, Case

REASON = {"reason": "Their provider has been away since nine."}
OIDC = {"protocol": "oidc"}
FAULT = "2 222 2 222 2 222"  # nobody has begun a sign-in, or the provider is off
# a provider is there for those who administer its organisation
OURS, OURS_FORM, OURS_DOES = "L 4o4 4 444 4 44L", "L 424 4 444 4 44L", "L 4>4 4 444 4 44L"
ALL_OF_THEM, ALL_FORM, ALL_DOES = "L 444 4 4o4 4 44L", "L 444 4 424 4 44L", "L 444 4 4>4 4 44L"

ACCOUNTS = (
    Case("sso-start", get=ALL, post=FAULT),
    Case("sso-own-sign-in", get="L ooo o ooo o ooL", post="L 555 5 555 5 55L"),
    Case("sso-login", "provider.key", get=FAULT),
    Case("sso-callback", "provider.key", get=FAULT),
    Case("saml-acs", "provider.saml-key", post=FAULT),
    Case("saml-finish", "provider.saml-key", get=FAULT),
    Case("saml-metadata", "provider.saml-key", get=ALL),
)

WORKSPACE = (
    Case("workspace:single-sign-on", get="L 3o3 o 444 3 44L", post=MEMBER_REFUSED),
    Case("workspace:provider-add", extra_kwargs=OIDC, get="L 3o3 o 444 3 44L", post="L 323 2 444 3 44L"),
    Case("workspace:provider", "provider", get=OURS, post=MEMBER_REFUSED),
    Case("workspace:provider-edit", "provider", get=OURS, post=OURS_FORM),
    Case("workspace:provider-turn-off", "provider.on", get=OURS, post=OURS_DOES),
)

SECRETARIAT = (
    Case("secretariat:single-sign-on", "member", get=MANAGER, post=HOST_REFUSED),
    Case("secretariat:provider-add", "member", extra_kwargs=OIDC, get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:provider", "provider", get=ALL_OF_THEM, post=HOST_REFUSED),
    Case("secretariat:provider-edit", "provider", get=ALL_OF_THEM, post=ALL_FORM),
    Case("secretariat:provider-turn-on", "provider", get=ALL_OF_THEM, post=ALL_DOES),
    Case("secretariat:provider-turn-off", "provider.on", get=ALL_OF_THEM, post=ALL_DOES),
    Case("secretariat:domain-add", "provider", get=ALL_OF_THEM, post=ALL_FORM),
    Case("secretariat:domain-remove", "domain", get=ALL_OF_THEM, post=ALL_DOES),
    Case("secretariat:domain-enforce", "domain", get=ALL_OF_THEM, post=ALL_DOES),
    Case("secretariat:domain-suspend", "domain.enforced", get=ALL_OF_THEM, post=ALL_DOES, data=REASON),
    Case("secretariat:domain-relax", "domain.enforced", get=ALL_OF_THEM, post=ALL_DOES),
)
