"""How often each door may be tried, and how whoever knocks is told apart: by network address, and by account."""

from django.http import HttpRequest

from portal.kernel.limits import Limit, address_of, spend

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60

# by the network address; an office behind one address has many people
SIGN_IN_FROM = Limit("sign-in-from", 30, MINUTE)
LETTER_FROM = Limit("letter-from", 20, MINUTE)
LINK_FROM = Limit("link-from", 20, MINUTE)  # links that are no good: somebody may be guessing
PASSKEY_FROM = Limit("passkey-from", 30, MINUTE)
CONTACT_FROM = Limit("contact-from", 5, HOUR)
# by the account, or by the address that was typed: whether anybody has it makes no difference
SIGN_IN_WRONG = Limit("sign-in-wrong", 5, 5 * MINUTE)
LETTER_OF = Limit("letter-of", 5, 10 * MINUTE)
AGAIN_WRONG = Limit("again-wrong", 5, 5 * MINUTE)
SECOND_WRONG = (Limit("second-wrong", 5, 5 * MINUTE), Limit("second-wrong-day", 50, DAY))
EMAIL_CHANGE_OF = Limit("email-change-of", 5, HOUR)
# of all together: what the secretariat can read
CONTACT_OF_ALL = Limit("contact-of-all", 100, HOUR)


def spend_from(request: HttpRequest, limit: Limit) -> None:
    """Count a try of this network address."""
    spend(address_of(request), limit)
