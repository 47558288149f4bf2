"""A request that is repeated acts once: a form's own token, and the API's `Idempotency-Key`.

That work in the background is done once is `jobs`.
"""

from portal.kernel.idempotency.api import HEADER, KEY_LIFETIME, IdempotencyKeyMiddleware
from portal.kernel.idempotency.forms import FIELD, FormTokenMiddleware, seconds_since_taken
from portal.kernel.idempotency.models import FormToken, IdempotencyKey

__all__ = [
    "FIELD",
    "HEADER",
    "KEY_LIFETIME",
    "FormToken",
    "FormTokenMiddleware",
    "IdempotencyKey",
    "IdempotencyKeyMiddleware",
    "seconds_since_taken",
]
