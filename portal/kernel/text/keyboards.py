"""What was typed while the keyboard was set to the other alphabet: “uhevbyu” is «груминг»."""

_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN = str.maketrans(_LATIN, _RUSSIAN)
_TO_LATIN = str.maketrans(_RUSSIAN, _LATIN)


def on_other_keyboard(text: str) -> str:
    """The text in small letters as the same keys write it in the other alphabet; empty where it has letters of both."""
    lowered = text.lower()
    letters = {letter for letter in lowered if letter.isalpha()}
    if letters and all(letter in _RUSSIAN for letter in letters):
        return lowered.translate(_TO_LATIN)
    if letters and all(letter.isascii() for letter in letters):
        return lowered.translate(_TO_RUSSIAN)
    return ""
