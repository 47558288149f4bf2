"""A document on paper, from what was collected to its finished bytes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from portal.kernel.documents.kinds import Built, Progress
from portal.kernel.documents.typesetting import typeset

_STORING = 95  # per cent


class Paper(Protocol):
    """What the file says of itself, whatever is on its pages."""

    @property
    def language(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def document_date(self) -> datetime: ...

    @property
    def file_name(self) -> str: ...


def build_pdf(
    paper: Paper,
    template: str,
    data: Mapping[str, object],
    progress: Progress,
    *,
    begin: int,
    assets: Mapping[str, bytes],
    about: str = "",
) -> Built:
    """Typeset the paper, which takes from `begin` per cent on. Raises DomainError where the compiler refuses it."""
    progress(begin, _("Laying out pages"))
    content = typeset(
        template,
        data,
        language=paper.language,
        title=paper.title,
        dated=paper.document_date,
        assets=assets,
    )
    progress(_STORING, _("Storing the document"))
    return Built(content, paper.file_name, "application/pdf", about)
