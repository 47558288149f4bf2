"""`manage.py init`: names the site and makes the secretariat and its first manager."""

import os
import sys
from collections.abc import Callable
from getpass import getpass
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from alliance.models import Person
from alliance.services.founding import found_portal, has_manager
from portal.kernel.access import SYSTEM
from portal.kernel.errors import DomainError
from portal.kernel.names import clean_name
from portal.kernel.row_security import acting_as

# What is asked, in this order: option, question, what is taken for an empty answer.
QUESTIONS = (
    ("site-name", "What is the portal called?", "Alliance Portal"),
    ("organisation", "What is the body that runs it called?", "Secretariat"),
    ("name", "Your name", ""),
    ("office", "Your office", "Manager"),
    ("email", "Your e-mail address", ""),
)
Check = Callable[[str], object]
CHECKS: dict[str, Check] = {"email": validate_email}  # all others are names


class Command(BaseCommand):
    """Asks for what no option and no environment variable (PORTAL_INIT_NAME, …) has said."""

    help = "Name the site and make the secretariat and its first manager."

    def add_arguments(self, parser: CommandParser) -> None:
        for option, question, default in QUESTIONS:
            parser.add_argument(f"--{option}", help=f"{question} ({default})" if default else question)
        parser.add_argument("--password", help="better PORTAL_INIT_PASSWORD: others can read a command line")
        parser.add_argument("--no-input", action="store_true", help="ask nothing; take the defaults")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as(SYSTEM):
            if has_manager():
                raise CommandError(
                    "The secretariat has a manager already; managers invite others on its members page."
                )
        ask = not options["no_input"] and sys.stdin.isatty()
        answers = {asked[0]: self._answer(*asked, options, ask) for asked in QUESTIONS}
        password = options["password"] or os.environ.get("PORTAL_INIT_PASSWORD", "")
        if not password and ask:
            password = self._asked_password(Person(email=answers["email"], name=answers["name"]))
        self._check(answers, password)
        self._found(answers, password)
        where = f"{settings.ORIGIN}{reverse('account_login')}"
        self.stdout.write(f"{answers['name']} can sign in at {where} as {answers['email']}.")

    def _answer(self, option: str, question: str, default: str, options: dict[str, Any], ask: bool) -> str:
        """What was given beforehand, or asked until it is right; what nobody gave is found missing later."""
        check, name = CHECKS.get(option, clean_name), option.replace("-", "_")
        given: str = options[name] or os.environ.get(f"PORTAL_INIT_{name.upper()}", "")
        if given or not ask:
            answer = given or default
            if answer and (fault := _fault(check, answer)):
                raise CommandError(f"--{option}: {fault}")
            return answer
        asked = f"{question}{f' [{default}]' if default else ''}: "
        while fault := _fault(check, answer := input(asked).strip() or default):
            self.stderr.write(fault)
        return answer

    def _asked_password(self, person: Person) -> str:
        """Asked until it is a good one, typed twice alike."""
        while True:
            password = getpass("A password (at least 12 characters): ")
            if fault := _fault(lambda typed: validate_password(typed, person), password):
                self.stderr.write(fault)
            elif password != getpass("The same password again: "):
                self.stderr.write("The two passwords differ.")
            else:
                return password

    def _check(self, answers: dict[str, str], password: str) -> None:
        """Refuse before anything is written, naming what is missing or wrong."""
        missing = [option for option in ("name", "email") if not answers[option]]
        if missing or not password:
            names = ", ".join(f"--{option}" for option in [*missing, *([] if password else ["password"])])
            raise CommandError(f"Not given: {names}.")
        person = Person(email=answers["email"], name=answers["name"])
        if fault := _fault(lambda given: validate_password(given, person), password):
            raise CommandError(fault)

    def _found(self, answers: dict[str, str], password: str) -> None:
        """Write it all, with the same name in every language."""
        languages = [code for code, _name in settings.LANGUAGES]
        try:
            with acting_as(SYSTEM):
                found_portal(
                    site=dict.fromkeys(languages, answers["site-name"]),
                    secretariat=dict.fromkeys(languages, answers["organisation"]),
                    email=answers["email"],
                    name=answers["name"],
                    office=answers["office"],
                    password=password,
                )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal


def _fault(check: Check, answer: str) -> str:
    """What is wrong with the answer, or nothing."""
    try:
        check(answer)
    except ValidationError as error:
        return " ".join(error.messages)
    except DomainError as refusal:
        return str(refusal)
    return ""
