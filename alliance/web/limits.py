"""How often sign-in and the like may be tried: by network address, by account, and by device.

Wrong passwords and codes are counted so that whoever guesses never stops the owner: `alliance.web.account.guesses`.
"""

from django.http import HttpRequest

from portal.kernel.limits import Limit, address_of, spend

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60

# by the network address; an office behind one address has many people
SIGN_INS_PER_ADDRESS = Limit("sign-in-from", 30, MINUTE)
LETTERS_PER_ADDRESS = Limit("letter-from", 20, MINUTE)
CALENDARS_PER_ADDRESS = Limit("calendar-from", 120, MINUTE)  # an office reads its people’s calendars at once
FEEDS_PER_ADDRESS = Limit("feed-from", 120, MINUTE)
LINKS_PER_ADDRESS = Limit("link-from", 20, MINUTE)  # links that are no good: somebody may be guessing
PASSKEYS_PER_ADDRESS = Limit("passkey-from", 30, MINUTE)
RESPONSES_PER_ADDRESS = Limit("saml-from", 30, MINUTE)
CONTACT_MESSAGES_PER_ADDRESS = Limit("contact-from", 5, HOUR)
APPLICATIONS_PER_ADDRESS = Limit("application-from", 5, HOUR)
SUPPORTER_FORMS_PER_ADDRESS = Limit("supporter-from", 20, HOUR)  # an office may accede for many schools
FOLLOWS_PER_ADDRESS = Limit("follow-from", 20, HOUR)
PUBLIC_QUESTIONS_PER_ADDRESS = Limit("public-question-from", 5, HOUR)
VERIFIED_FILES_PER_ADDRESS = Limit("verified-file-from", 60, HOUR)  # posts of up to twenty files
CLIENTS_PER_ADDRESS = Limit("oauth-client-from", 60, MINUTE)  # programs of one house, each every ten minutes
CSP_REPORTS_PER_ADDRESS = Limit("csp-report-from", 60, MINUTE)
PENDING_POSTS_PER_ADDRESS = Limit("pending-post-from", 60, HOUR)
# by the account, or by the address that was typed: whether anybody has it makes no difference
LETTERS_PER_ACCOUNT = Limit("letter-of", 5, 10 * MINUTE)
APPLICATIONS_PER_EMAIL = Limit("application-of", 5, HOUR)
SUPPORTER_LETTERS_PER_EMAIL = Limit("supporter-letter-of", 10, HOUR)
FOLLOWS_PER_EMAIL = Limit("follow-of", 10, DAY)
PUBLIC_QUESTIONS_PER_EMAIL = Limit("public-question-of", 5, DAY)
EMAIL_CHANGES_PER_ACCOUNT = Limit("email-change-of", 5, HOUR)
# by the account and the device on which it was signed in with before
WRONG_PASSWORDS_PER_KNOWN_DEVICE = Limit("sign-in-wrong-known", 5, 5 * MINUTE)
# by the account, on all other devices: from one network, and from all of them together
WRONG_PASSWORDS_PER_NETWORK = Limit("sign-in-wrong-from", 5, 5 * MINUTE)
WRONG_PASSWORDS_ON_UNKNOWN_DEVICES = Limit("sign-in-wrong", 20, 15 * MINUTE)
# by the account and the known device, or by the account on all other devices together
WRONG_REAUTHENTICATIONS = Limit("again-wrong", 5, 5 * MINUTE)
WRONG_SECOND_FACTORS = (Limit("second-wrong", 5, 5 * MINUTE), Limit("second-wrong-day", 50, DAY))
# of all together: what the secretariat can read
CONTACT_MESSAGES_IN_ALL = Limit("contact-of-all", 100, HOUR)
APPLICATIONS_IN_ALL = Limit("application-of-all", 100, HOUR)
SUPPORTER_FORMS_IN_ALL = Limit("supporter-of-all", 3000, HOUR)  # what the mail server can send
FOLLOWS_IN_ALL = Limit("follow-of-all", 1000, HOUR)  # what the mail server can send
PUBLIC_QUESTIONS_IN_ALL = Limit("public-question-of-all", 200, HOUR)
CSP_REPORTS_IN_ALL = Limit("csp-report-of-all", 600, MINUTE)  # of which the log has a line each


def spend_per_address(request: HttpRequest, limit: Limit) -> None:
    """Count a try of this network address."""
    spend(address_of(request), limit)
