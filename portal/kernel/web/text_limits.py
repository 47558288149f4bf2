"""What a form says of a text that is longer than its field takes: the same as the services, in every form."""

from collections.abc import Mapping

from django.core.validators import MaxLengthValidator
from django.utils.functional import Promise

from portal.kernel.text import too_long


class _TooLong(Promise):
    """The sentence before Django has put its values into it."""

    def __init__(self) -> None:
        pass

    def __mod__(self, values: Mapping[str, int]) -> Promise:
        return too_long(values["show_value"], values["limit_value"])


def reword_long_texts() -> None:
    """Let Django's validator say by how much a text is too long; its own sentence asks to ensure a value."""
    MaxLengthValidator.message = _TooLong()  # type: ignore[assignment]  # worded when it is read, as Django's own
