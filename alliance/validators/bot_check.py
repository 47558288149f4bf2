"""A gentle check that a person fills in a public form: by nobody else's service, and without a picture puzzle.

A form was open for a few seconds, a field that nobody sees is empty, and either the page's script has worked for a
moment (`proof`) or the person has answered a plain question.
"""

import hashlib
from datetime import date, timedelta

from portal.kernel.text import whole_number

PROOF_BITS = 14  # half a second of a telephone's work
OPEN_FOR_SECONDS = (3, 24 * 60 * 60)  # shorter: a program; longer: an old copy of the page
ANSWERS = frozenset({"7", "seven", "семь"})


def is_proof(proof: str, email: str, today: date) -> bool:
    """Whether `<day>:<number>` was found for this e-mail on this day or the one before or after it.

    The SHA-256 of `<e-mail in small letters>:<day>:<number>` begins with PROOF_BITS zero bits.
    """
    day, _colon, number = proof.partition(":")
    near = {(today + timedelta(days=days)).isoformat() for days in (-1, 0, 1)}
    if day not in near or whole_number(number, digits=12) is None:
        return False
    digest = hashlib.sha256(f"{email.strip().lower()}:{day}:{number}".encode()).digest()
    return int.from_bytes(digest[:4]) >> (32 - PROOF_BITS) == 0


def is_answer(answer: str) -> bool:
    """Whether the plain question (how many days a week has) was answered, as a digit or a word."""
    return answer.strip().lower() in ANSWERS
