#!/usr/bin/env python3
"""The one command of the portal: needs Python 3.11 and nothing else, and fetches the rest by itself."""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python reads this far, and is told what is wrong
    sys.exit("The portal needs Python 3.11 or newer; this is Python " + sys.version.split()[0] + ".")


def main() -> int:
    """Enter the environment, then run one of the launcher's own commands or Django's."""
    from portal.local import commands, environment, venv

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        venv.enter(sys.argv[1:])
        return commands.run(sys.argv)
    except environment.LauncherError as refusal:
        print(refusal, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
