"""A file of supporters as a manager sends it for import, and the directory in which two of its rows may be already."""

from django.core.files.uploadedfile import SimpleUploadedFile

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.models import Charter, Site, Supporter, SupporterImport
from alliance.queries.site import read_site
from alliance.services import supporter_imports as services
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.world_supporters import make_supporter

HEADING = "Название;Kind;region;Town;e-mail;acceded on;Notes\n"
ROWS = (
    "School 1;school;Eastport;;one@a.example;2026-03-01;x\n"
    "МБОУ «Школа 2»;Школа;Eastport;;two@a.example;04.03.2026;\n"
    "School 1;school;Eastport;;again@a.example;;\n"  # twice in the file
    "Harbour Club;culture;Eastport;;office@harbour.example;;\n"  # is here: the same name and e-mail
    "Lighthouse;library;Eastport;;lib@light.example;;\n"  # may be here: another e-mail
    "School 3;детсад;Eastport;;three@a.example;;\n"
    "School 4;детсад;Eastport;;four@a.example;;\n"
    "School 5;school;Eastport;;five@a.example;03/04/25;\n"
    "School 6;school;Eastport;;six@@a.example;;\n"
    "School 7;school;Eastport;;seven@a.example;31.02.2026;\n"
    ";school;Eastport;;eight@a.example;;\n"
)


def make_directory(charter: Charter) -> None:
    """Two that the file names too."""
    Site.objects.update_or_create(id=1, defaults={"supporters_charter": charter.key})
    read_site.forget()
    make_supporter(charter, "Harbour Club", email="office@harbour.example")
    make_supporter(charter, "Lighthouse", email="other@light.example")


def send(cast: Cast, content: bytes = (HEADING + ROWS).encode(), name: str = "march.csv") -> SupporterImport:
    """The file that Mona has sent, once it is checked."""
    with acting_as(cast.actor("mona")) as mona:
        upload = services.send_supporters(mona, SimpleUploadedFile(name, content))
    return checked(upload)


def checked(upload: SupporterImport) -> SupporterImport:
    """After the jobs that check it or bring its rows in."""
    run_all_jobs()
    with acting_as(SYSTEM):
        upload.refresh_from_db()
    return upload


def imported_names(upload: SupporterImport) -> set[str]:
    with acting_as(SYSTEM):
        return set(Supporter.objects.filter(import_number=upload.pk).values_list("name", flat=True))
