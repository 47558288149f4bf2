"""The command `alliance`: chooses the language, runs the command, and says in a sentence what went wrong."""

import json
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from alliance_client import words
from alliance_client.config import ORIGIN_VARIABLE, TOKEN_VARIABLE
from alliance_client.errors import INTERRUPTED, OK, UNEXPECTED, AllianceError, Problem, SignInNeeded


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command, and end the process with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run one command; gives back its exit code."""
    words.use_language(words.language_of(arguments, os.environ))
    signal.signal(signal.SIGTERM, _end)
    try:
        return _run(arguments)
    except KeyboardInterrupt:  # also while it begins
        print(words.say("Stopped."), file=sys.stderr)
        return INTERRUPTED


def _run(arguments: Sequence[str]) -> int:
    # the help of commands is written in the language when they are imported, which takes a moment
    import click

    from alliance_client.commands import alliance

    try:
        code = alliance.main(list(arguments), prog_name="alliance", standalone_mode=False)
        return code if isinstance(code, int) else OK
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except AllianceError as error:
        _show(error, as_json="--json" in arguments)
        return error.exit_code
    except click.Abort as error:
        raise KeyboardInterrupt from error
    except BrokenPipeError:  # whoever read the output has enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - until the process ends
        return OK
    except OSError as error:  # of files: no room, no right
        _show(AllianceError(str(error)), as_json="--json" in arguments)
        return UNEXPECTED


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """Leave as by an exception, so that what was begun is cleared away."""
    sys.exit(128 + number)


def _show(error: AllianceError, *, as_json: bool) -> None:
    if not as_json:
        print(words.plain(str(error)), file=sys.stderr)
        if isinstance(error, SignInNeeded):
            print(_how_to_sign_in(), file=sys.stderr)
        return
    content: dict[str, object] = {"error": str(error), "exit_code": error.exit_code}
    if isinstance(error, Problem):
        content |= {
            "status": error.status,
            "type": error.slug,
            "errors": [
                {"pointer": fault.pointer, "field": fault.field, "detail": fault.detail}
                for fault in error.faults
            ],
        }
    print(json.dumps(content, ensure_ascii=False), file=sys.stderr)


def _how_to_sign_in() -> str:
    if os.environ.get(ORIGIN_VARIABLE) and os.environ.get(TOKEN_VARIABLE):
        return words.say(
            "The token is that of {variable}, which comes before what is stored.", variable=TOKEN_VARIABLE
        )
    return words.say("Then sign in again: alliance login")


if __name__ == "__main__":
    main()
