"""What a line of the inbox is about, in the reader's language."""

from django import template

from portal.kernel import notices

register = template.Library()
register.filter("subject", notices.subject_of)
