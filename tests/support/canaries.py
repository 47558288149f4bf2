"""Words and numbers that stand in confidential fields alone: wherever else one turns up, something leaked."""

from collections.abc import Iterable

# In figures: each looks the same in no language, so it is looked for with the separators of both.
NUMBERS = ("73158264", "64829517")
_SEPARATORS = ("", ",", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "&nbsp;", "'")


def canary(field: str) -> str:
    """A word that names the field it stands in."""
    return f"canary-{field}-7f3a"


def leaks(text: str, others: Iterable[str] = ()) -> set[str]:
    """The canaries that the text carries; `others` are looked for as they are."""
    found = {part.split("7f3a")[0] for part in text.split("canary-")[1:]}
    numbers = {number for number in NUMBERS if any(_grouped(number, mark) in text for mark in _SEPARATORS)}
    return found | numbers | {other for other in others if other in text}


def _grouped(number: str, mark: str) -> str:
    return f"{int(number):,}".replace(",", mark)
