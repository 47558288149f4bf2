"""People's words and values in plain form: numbers, dates, times, names, Markdown, strict YAML, differences.

It formats, cleans and refuses; it knows no database, no reader and no page.
"""

from portal.kernel.text.addresses import is_web_address, split_address
from portal.kernel.text.alphabets import ForeignLetter, foreign_letter
from portal.kernel.text.dates import (
    format_date,
    format_end,
    format_local_time,
    format_moment,
    format_short_date,
    format_utc,
)
from portal.kernel.text.differences import TOKEN, DiffMark, DiffPiece, compare_words, shorten_unchanged
from portal.kernel.text.hyphenation import hyphenate_headings
from portal.kernel.text.icalendar import CalendarEvent, to_icalendar
from portal.kernel.text.keyboards import on_other_keyboard
from portal.kernel.text.languages import (
    LANGUAGES,
    Texts,
    language_by_letters,
    probable_language,
    reader_language,
)
from portal.kernel.text.markdown import plain_words, to_html, to_plain
from portal.kernel.text.markdown_blocks import Block, to_blocks
from portal.kernel.text.markdown_warnings import MarkdownWarning, warnings_in
from portal.kernel.text.mentions import called_by_name, unmatched_calls
from portal.kernel.text.merges import (
    MergedText,
    Overlap,
    merge_lists,
    merge_values,
    merge_without_base,
    merge_words,
)
from portal.kernel.text.names import (
    MAX_REASON,
    clean_line,
    clean_name,
    clean_optional_line,
    clean_optional_name,
    clean_text,
    is_storable,
    refuse_long,
    require_reason,
    require_reason_in_languages,
    require_short_reason,
    too_long,
)
from portal.kernel.text.numbers import (
    DECIMALS,
    NO_BREAK,
    SIGNIFICANT_DIGITS,
    WHOLE_DIGITS,
    format_change,
    format_figure,
    format_number,
    is_grouped,
    plain_decimal,
    refuse_too_many_digits,
    significant_digits,
    whole_number,
)
from portal.kernel.text.printing import break_long_words, to_print
from portal.kernel.text.sentences import from_stored, sentence, sentence_of_number, to_stored, worded_later
from portal.kernel.text.separators import split_separator_line
from portal.kernel.text.spans import format_span
from portal.kernel.text.times import CLOCK_12, CLOCK_24, format_time, set_time_format, use_time_format
from portal.kernel.text.transliteration import in_other_alphabet
from portal.kernel.text.values import values_key

__all__ = [
    "CLOCK_12",
    "CLOCK_24",
    "DECIMALS",
    "LANGUAGES",
    "MAX_REASON",
    "NO_BREAK",
    "SIGNIFICANT_DIGITS",
    "TOKEN",
    "WHOLE_DIGITS",
    "Block",
    "CalendarEvent",
    "DiffMark",
    "DiffPiece",
    "ForeignLetter",
    "MarkdownWarning",
    "MergedText",
    "Overlap",
    "Texts",
    "break_long_words",
    "called_by_name",
    "clean_line",
    "clean_name",
    "clean_optional_line",
    "clean_optional_name",
    "clean_text",
    "compare_words",
    "foreign_letter",
    "format_change",
    "format_date",
    "format_end",
    "format_figure",
    "format_local_time",
    "format_moment",
    "format_number",
    "format_short_date",
    "format_span",
    "format_time",
    "format_utc",
    "from_stored",
    "hyphenate_headings",
    "in_other_alphabet",
    "is_grouped",
    "is_storable",
    "is_web_address",
    "language_by_letters",
    "merge_lists",
    "merge_values",
    "merge_without_base",
    "merge_words",
    "on_other_keyboard",
    "plain_decimal",
    "plain_words",
    "probable_language",
    "reader_language",
    "refuse_long",
    "refuse_too_many_digits",
    "require_reason",
    "require_reason_in_languages",
    "require_short_reason",
    "sentence",
    "sentence_of_number",
    "set_time_format",
    "shorten_unchanged",
    "significant_digits",
    "split_address",
    "split_separator_line",
    "to_blocks",
    "to_html",
    "to_icalendar",
    "to_plain",
    "to_print",
    "to_stored",
    "too_long",
    "unmatched_calls",
    "use_time_format",
    "values_key",
    "warnings_in",
    "whole_number",
    "worded_later",
]
