"""`manage.py init`: asks what a new portal needs, and makes the site, the secretariat and its first manager."""

import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from getpass import getpass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser, SystemCheckError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import get_language_info

from alliance.enums import TextKind
from alliance.models import Person
from alliance.services import open_data
from alliance.services.setup import SITE_FIELDS, has_manager, set_up_portal
from alliance.services.site import check_logo
from alliance.services.texts import MAX_LENGTH
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from portal.kernel.text import LANGUAGES, clean_name, clean_text

Question = tuple[str, str, str]

# What may be written from the beginning; the other texts are drafts that a manager reads first.
TEXTS = {TextKind.HOME: "home page", TextKind.ABOUT: "page about the portal"}


def _name_questions(option: str, question: str, default: str) -> list[Question]:
    """A name in the first language, then in each other one."""
    others = [(f"{option}-{code}", f"And in {_language_name(code)}?", "") for code in LANGUAGES[1:]]
    return [(option, question, default), *others]


def _language_name(code: str) -> str:
    return str(get_language_info(code)["name"])


# What is asked, in this order: option, question, what is taken for an empty answer.
QUESTIONS: tuple[Question, ...] = (
    *_name_questions("site-name", "What is the portal called?", "Alliance Portal"),
    *_name_questions("short-name", "What is it called where there is little room?", ""),
    ("logo", "Which picture stands for it? A PNG or JPEG file", ""),
    ("contact", "To which e-mail address do readers write?", ""),
    ("time-zone", "In which time zone do days end?", settings.TIME_ZONE),
    ("sender-name", "Under which name do letters leave?", ""),
    ("sender-address", "From which e-mail address do letters leave?", ""),
    *(
        (f"{kind}-{code}", f"What does the {page} say in {_language_name(code)}? A Markdown file", "")
        for kind, page in TEXTS.items()
        for code in LANGUAGES
    ),
    *_name_questions("organisation", "What is the body that runs it called?", "Secretariat"),
    ("name", "Your name", ""),
    ("language", f"Your language ({' or '.join(LANGUAGES)})", LANGUAGES[0]),
    ("office", "Your office", "Manager"),
    ("email", "Your e-mail address", ""),
)
# What is said before a question: what the next answers are for.
EXPLANATIONS = {
    "site-name": "The site. Its name stands at the top of each page and in each letter; the short one where there is "
    "little room.",
    "contact": "Readers. The address stands on the page “Contact”. Deadlines end at 24:00 in the time zone.",
    "sender-name": f"Letters. Empty: they leave as {settings.DEFAULT_FROM_EMAIL}.",
    f"{TextKind.HOME}-{LANGUAGES[0]}": "Texts. Those of a new portal are drafts for a manager to read; a file of your "
    "own takes the place of one.",
    "organisation": "The secretariat: the body that runs the portal, admits members and reviews their reports.",
    "name": "You, as its first manager: you invite everybody else.",
}
# Texts and the logo are read from files.
TEXT_OPTIONS = tuple(f"{kind}-{code}" for kind in TEXTS for code in LANGUAGES)
# What may stay empty: one name serves for all, the settings file has a sender, and the settings page asks again.
OPTIONAL = (
    "short-name", "contact", "sender-name", "sender-address", "logo", *TEXT_OPTIONS,
    *(f"{option}-{code}" for option in ("site-name", "short-name", "organisation") for code in LANGUAGES[1:]),
)  # fmt: skip
_MOST_NAMED = 3  # files of another portal
ADDRESSES = ("email", "contact", "sender-address")


def answer_fault(option: str, answer: str) -> str:
    """What is wrong with an answer, or nothing."""
    if not answer and option in OPTIONAL:
        return ""
    if option == "language" and answer not in LANGUAGES:
        return f"Not one of the portal's languages: {', '.join(LANGUAGES)}."
    if option == "time-zone" and answer not in available_timezones():
        return "Not a time zone of the IANA list, such as Europe/Moscow."
    try:
        _CHECKS.get(option, clean_name)(answer)
    except ValidationError as error:
        return " ".join(error.messages)
    except DomainError as refusal:
        return str(refusal)
    except UnicodeDecodeError:
        return f"{answer} is no text in UTF-8."
    except OSError as error:
        return f"{answer} cannot be read: {error.strerror}."
    return ""


def _open_logo(path: str) -> UploadedFile:
    return SimpleUploadedFile(Path(path).name, Path(path).read_bytes())


def _read_text(path: str) -> str:
    """The text of a file; refuses what the settings page would refuse."""
    text = clean_text(Path(path).read_text(encoding="utf-8"))
    if len(text) > MAX_LENGTH:
        raise DomainError(f"{path} is longer than {MAX_LENGTH} characters.")
    return text


_CHECKS: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(ADDRESSES, validate_email),
    **dict.fromkeys(TEXT_OPTIONS, _read_text),
    "logo": lambda path: check_logo(_open_logo(path)),
}


def password_fault(password: str, answers: dict[str, str]) -> str:
    """What is wrong with a password for this person, or nothing."""
    try:
        validate_password(password, Person(email=answers["email"], name=answers["name"]))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _stopped(answers: Mapping[str, str]) -> str:
    """What was stopped, and the command that goes on with what was answered."""
    program = Path(sys.argv[0]).name
    program = f"python3 {program}" if program.endswith(".py") else program
    given = " ".join(f"--{option}={shlex.quote(answer)}" for option, answer in answers.items() if answer)
    return "\nStopped; nothing was made." + (
        f" To go on from here:\n    {program} init {given}" if given else ""
    )


def _refuse_storage() -> None:
    """A new portal gets no files of another one, and loses none to a restore that comes to its end later."""
    try:
        files.refuse_unfinished_restore()
        # workers that run already make the open data of a portal in which there is nothing yet
        with acting_as(SYSTEM):
            strange = files.bulk.unreferenced_files(_MOST_NAMED + 1, besides=open_data.FOLDER)
    except files.RestoreUnfinished as refusal:
        raise CommandError(str(refusal)) from refusal
    except files.StorageError as refusal:
        raise CommandError(
            f"Uploads and documents cannot be read in {files.storage_place()}: {_cause(refusal)}. Nothing was made. "
            f"Put {_place_variables()} right, or what is there; `check --deploy --database default` says more."
        ) from refusal
    if strange:
        raise CommandError(_strange_files(strange))


def _cause(refusal: BaseException) -> str:
    """What store or disk have said; the innermost says most."""
    while refusal.__cause__ is not None:
        refusal = refusal.__cause__
    return str(refusal).strip().rstrip(".") or type(refusal).__name__


def _strange_files(paths: Sequence[str]) -> str:
    named = ", ".join(paths[:_MOST_NAMED]) + (" and more" if len(paths) > _MOST_NAMED else "")
    return (
        f"There are files in {files.storage_place()}: {named}. The database that DATABASE_URL names knows nothing of "
        "them: they are another portal's, or that of this portal is another database. Nothing was made. To go on\n"
        f"  - with a new portal beside that one: set {_place_variables()} to a place of its own;\n"
        "  - with the portal whose files these are: set DATABASE_URL to its database; a restore of its backup begins "
        "with an empty database and an empty place;\n"
        "  - where nobody needs these files any more: remove them, and start `init` again."
    )


def _place_variables() -> str:
    return "FILES_S3_BUCKET or FILES_S3_PREFIX" if files.is_storage_shared() else "PORTAL_DATA_DIR"


def _in_languages(option: str, answers: dict[str, str]) -> dict[str, str]:
    first = answers[option]
    return {LANGUAGES[0]: first, **{code: answers[f"{option}-{code}"] or first for code in LANGUAGES[1:]}}


class Command(BaseCommand):
    """Asks for what no option and no environment variable (PORTAL_INIT_NAME, …) has answered."""

    help = "Name and set up the site, and make the secretariat and its first manager."

    def add_arguments(self, parser: CommandParser) -> None:
        for option, question, default in QUESTIONS:
            parser.add_argument(f"--{option}", help=f"{question} ({default})" if default else question)
        parser.add_argument("--password", help="better PORTAL_INIT_PASSWORD: others can read a command line")
        parser.add_argument("--no-input", action="store_true", help="ask nothing; take the defaults")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SYSTEM):
            if has_manager():
                raise CommandError(
                    "The secretariat already has a manager, who can invite others on the portal."
                )
        _refuse_storage()
        ask = not options["no_input"] and sys.stdin.isatty()
        answers: dict[str, str] = {}
        try:
            if ask:
                self._begin()
            for option, question, default in QUESTIONS:
                if ask and option in EXPLANATIONS:
                    self.stdout.write(f"\n{EXPLANATIONS[option]}")
                answers[option] = self._answer(option, question, default, options, ask)
            password = options["password"] or os.environ.get("PORTAL_INIT_PASSWORD", "")
            if not password and ask:
                password = self._ask_password(answers)
            if ask:
                self._confirm(answers)
        except (EOFError, KeyboardInterrupt):
            raise CommandError(_stopped(answers)) from None
        self._check(answers, password)
        self._set_up(answers, password)
        where = f"{settings.ORIGIN}{reverse('account_login')}"
        self.stdout.write(f"{answers['name']} can sign in at {where} as {answers['email']}.")

    def _begin(self) -> None:
        """Say what comes, and look at the installation where it is a real one."""
        self.stdout.write(
            "A new portal is set up in some twenty questions. Enter takes what stands in brackets, or leaves out what "
            "may wait; all of it can be changed later under Settings. Nothing is made before the end; Ctrl-C stops."
        )
        if settings.SECURE and self._agrees("Look first at whether this installation is right?"):
            try:
                call_command(
                    "check", deploy=True, databases=["default"], fail_level="WARNING", stdout=self.stdout
                )
            except SystemCheckError as faults:
                self.stderr.write(str(faults))
                if not self._agrees("Go on all the same?", default=False):
                    raise KeyboardInterrupt from None

    def _confirm(self, answers: Mapping[str, str]) -> None:
        """Show everything, and stop unless it is right."""
        self.stdout.write("\nThis is what will be made:")
        for option, question, _default in QUESTIONS:
            if answers[option]:
                mark = "" if question.endswith("?") else ":"
                self.stdout.write(f"  {question}{mark} {answers[option]}")
        if not self._agrees("Is it right?"):
            raise KeyboardInterrupt

    def _agrees(self, question: str, *, default: bool = True) -> bool:
        """Ask until it is yes or no."""
        while True:
            answer = input(f"{question} [{'yes' if default else 'no'}]: ").strip().lower()
            if answer in ("", "yes", "y", "no", "n"):
                return answer.startswith("y") if answer else default

    def _answer(self, option: str, question: str, default: str, options: dict[str, Any], ask: bool) -> str:
        name = option.replace("-", "_")
        answer: str = options[name] or os.environ.get(f"PORTAL_INIT_{name.upper()}", "")
        while not answer and ask:
            answer = input(f"{question}{f' [{default}]' if default else ''}: ").strip() or default
            if not answer and option in OPTIONAL:
                return ""
            if fault := answer_fault(option, answer):
                self.stderr.write(fault)
                answer = ""
        return answer or default

    def _ask_password(self, answers: dict[str, str]) -> str:
        """Ask until it is good and repeated correctly; earlier answers are not asked again."""
        while True:
            password = getpass("A password (at least 12 characters): ")
            fault = password_fault(password, answers)
            if not fault and password == getpass("The same password again: "):
                return password
            self.stderr.write(fault or "The two passwords differ.")

    def _check(self, answers: dict[str, str], password: str) -> None:
        """Refuse before anything is written, naming what is missing or wrong."""
        missing = [option for option in ("name", "email") if not answers[option]]
        if missing or not password:
            names = ", ".join(f"--{option}" for option in [*missing, *([] if password else ["password"])])
            raise CommandError(f"Not given: {names}.")
        faults = {option: answer_fault(option, answer) for option, answer in answers.items()}
        faults["password"] = password_fault(password, answers)
        messages = [f"--{option}: {fault}" for option, fault in faults.items() if fault]
        if messages:
            raise CommandError(" ".join(messages))

    def _set_up(self, answers: dict[str, str], password: str) -> None:
        """Save it all; a name in one language alone is used in every one."""
        texts = {kind: {code: answers[f"{kind}-{code}"] for code in LANGUAGES} for kind in TEXTS}
        try:
            files.prepare_storage()
            with acting_as(SYSTEM):
                set_up_portal(
                    site=_in_languages("site-name", answers),
                    short_names=_in_languages("short-name", answers),
                    secretariat=_in_languages("organisation", answers),
                    logo=_open_logo(answers["logo"]) if answers["logo"] else None,
                    texts={
                        kind: {code: _read_text(path) if path else "" for code, path in paths.items()}
                        for kind, paths in texts.items()
                        if any(paths.values())
                    },
                    email=answers["email"],
                    name=answers["name"],
                    language=answers["language"],
                    office=answers["office"],
                    password=password,
                    **{name: answers[name.replace("_", "-")] for name in SITE_FIELDS},
                )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
