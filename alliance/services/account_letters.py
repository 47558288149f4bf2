"""The queue of letters to one person about their own account."""

import secrets

from portal.kernel import clock
from portal.kernel.jobs import enqueue


def enqueue_account_letter(letter: str, person_id: int, **facts: str | int) -> None:
    """Queue a letter about the account; the job holds no address and no link. None with the clock set to the past."""
    if clock.is_set():
        return
    key = f"{letter}:{person_id}:{secrets.token_hex(8)}"
    enqueue("send_account_letter", key=key, payload={"person": person_id, "letter": letter, **facts})
