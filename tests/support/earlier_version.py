"""Run by the code of an earlier version, in its own folder, on a database that has moved on: it reads, writes, works.

Prints as JSON what it met. Only what every version has is used: addresses, forms, jobs.
"""

import json
import sys

import django

django.setup()  # before anything that needs the settings

from django.conf import settings  # noqa: E402 - after setup
from django.core import mail  # noqa: E402 - after setup
from django.db.models import Max  # noqa: E402 - after setup
from django.db.models.functions import Now  # noqa: E402 - after setup
from django.test import Client  # noqa: E402 - after setup

import portal  # noqa: E402 - after setup
from portal.kernel.access import ANYONE, SYSTEM, acting_as  # noqa: E402 - after setup
from portal.kernel.jobs import Job, run_job  # noqa: E402 - after setup

# plain names: nothing is collected for a program that shows nobody its pages
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
mail.outbox = []
facts = json.loads(sys.argv[1])
client = Client(SERVER_NAME=settings.ORIGIN.split("://")[1].split(":")[0])
with acting_as(SYSTEM):
    last_job = Job.objects.aggregate(last=Max("pk"))["last"] or 0


def run_new_jobs() -> list[tuple[str, str, str]]:
    """Do what has been queued since, and what that queues in turn; each with its state and its error."""
    done: set[int] = set()
    for _round in range(10):
        with acting_as(SYSTEM):
            due = Job.objects.filter(pk__gt=last_job, state="ready", next_at__lte=Now())
            waiting = list(due.exclude(pk__in=done))
        for job in waiting:
            with acting_as(ANYONE):
                run_job(job.pk)
            done.add(job.pk)
    with acting_as(SYSTEM):
        return list(Job.objects.filter(pk__in=done).values_list("kind", "state", "last_error"))


answers = {
    url: client.get(url).status_code for url in facts["urls"]
}  # an error ends the program, and is shown
asked = client.post("/accounts/password/reset/", {"email": facts["email"]}).status_code
signed_in = client.post(
    "/accounts/login/", {"login": facts["email"], "password": facts["password"]}
).status_code
inside = {
    url: client.get(url).status_code for url in ("/workspace/", "/workspace/inbox/", "/workspace/reports/")
}
written = client.post(facts["conversation"], {"text": facts["words"]}).status_code
has_words = facts["words"] in client.get(facts["conversation"]).content.decode()
jobs = run_new_jobs()
health = client.get("/health/ready").json()
left = client.post("/accounts/logout/").status_code
print(
    json.dumps(
        {
            "version": portal.__version__,
            "place": portal.__file__,
            "answers": answers,
            "asked": asked,
            "signed_in": signed_in,
            "inside": inside,
            "written": written,
            "words": has_words,
            "jobs": jobs,
            "letters": [address for letter in mail.outbox for address in letter.to],
            "missing": health.get("missing_migrations"),
            "left": left,
        }
    )
)
