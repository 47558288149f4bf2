"""A public practice as a file: what the record says of it, and no more."""

from practices.content import in_field_order
from practices.files import FileRelation, Handling, format_markdown
from practices.models import PublishedPractice
from practices.queries.exports import file_stem_of


def file_of(row: PublishedPractice) -> tuple[str, str]:
    """The Markdown, and the name of the file."""
    handling = Handling(
        label=row.label,
        language=row.language,
        key=str(row.record),
        version=row.number,
        source=row.organisation.name if row.organisation else "",
        expires_on=row.expires_on.isoformat() if row.expires_on else "",
        relations=tuple(FileRelation(relation["kind"], relation["practice"]) for relation in row.relations),
    )
    return format_markdown(in_field_order(row.content), handling), f"{file_stem_of(row.title, row.number)}.md"
