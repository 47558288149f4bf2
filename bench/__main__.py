"""Run one bench by its name, on the database that the environment names; it must be one to throw away."""

import sys

import django

django.setup()

from bench import search  # noqa: E402  (models need the settings first)

_BENCHES = {"search": search.main}


def main(arguments: list[str]) -> int:
    """The bench that the first argument names, with the others."""
    if not arguments or arguments[0] not in _BENCHES:
        print(f"Name one of these: {', '.join(_BENCHES)}.", file=sys.stderr)
        return 2
    return _BENCHES[arguments[0]](arguments[1:])


sys.exit(main(sys.argv[1:]))
