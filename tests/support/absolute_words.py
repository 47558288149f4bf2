"""Sentences of the public record with "all", "every", "no" that state nothing: links, columns, choices, meanings of
terms, what somebody undertakes."""

WORDS = {
    "In place of {{ prefix_sample }} write the first {{ prefix_length }} characters of the digest, or search the list "
    "of all digests for it.",
    "{{ all }} row",
    "{{ all }} rows",
    "All tables in one package",
    "all digests",
    *("All links (JSON)", "Only what got worse", "For each service, as reported", "All figures (open data)"),
    "{{ worse }} of {{ all }} figures that can be compared got worse by a tenth or more.",
    "Figures of chosen indicators, of all members and cycles, in one table.",
    "These figures of all members in one table",
    *("End all letters", "No longer follow", "Everything that is published"),
    "Where are all figures in one table?",
    "All of them, as CSV",
    "never",
    "no figure",
    "yes/no",
    "All formats",
    "PDF, XLSX, JSON, CSV, ZIP or an attachment; up to {{ most_megabytes }} MB each, {{ most_files }} at once.",
    "The digest of a file, its SHA-256, changes with every single letter.",
    *("All", "All answers", "All display settings", "All figures", "All findings", "All members"),
    "Schools, libraries and other organisations that only support the charter <a href=\"{{ accede }}\">accede as "
    "supporters</a>.",
    "all members",
    *("All indicators", "All promises", "All members’ promises", "All side by side", "All, and beyond the charter"),
    *("Show more of each", "{{ all }} target", "{{ all }} targets", "of {{ all }} member", "of {{ all }} members"),
    "{{ moved }} of {{ all }} figure that can be compared moved by a tenth or more.",
    "{{ moved }} of {{ all }} figures that can be compared moved by a tenth or more.",
    "Of %(all)d that can be compared, %(rose)d rose and %(fell)d fell.",
    "Of %(all)d that can be compared, %(better)d became better and %(worse)d worse.",
    # meanings of signs and headings
    *("no figure, though a report", "a period between has no figure"),
    "the day is over, and no published figure shows whether it was kept",
    *("All practices", "All publications", "All reports", "All services", "Complete", "None"),
    *("Nothing found", "Nothing here yet"),
    *("All {{ all }}", "{{ all }} result", "{{ all }} results", "Only the words themselves, {{ all }}"),
    *("Search for “{{ asked }}” all the same", "Searched with it, in all languages:"),
    *("Parts exclude each other", "No", "No evidence", "Why there is no figure", "No figure"),
    *("Each member’s verdict on each commitment, on pages across.", "Figures: how many members gave each"),
    "No longer agree to publication",
    "no figure, or no total because such figures are not added up",
    "No illegal material and no personal data of children may be uploaded.",
    *("Reply to all verdicts", "Secretariat only", "Services in all", "Show all", "verdicts complete or substantial"),
    *("%(n)s item only for the secretariat", "%(n)s items only for the secretariat"),
    *("{{ n }} item only for the secretariat", "{{ n }} items only for the secretariat"),
    *("{{ all }} organisation", "{{ all }} organisations", "{{ all }} practice", "{{ all }} practices"),
    *("{{ all }} supporter", "{{ all }} supporters", "{{ all }} joined this month", "of {{ all }}"),
    *("All {{ n }} region", "All {{ n }} regions"),
    *("{{ all }} byte", "{{ all }} bytes", "{{ first }}–{{ last }} of {{ all }}"),
    *("{{ good }} of {{ due }} verdict is complete or substantial",),
    *("{{ good }} of {{ due }} verdicts are complete or substantial",),
    *("Each bead is {{ each }} member", "Each bead is about {{ each }} members"),
    "For programs: every key with the text of the charter.",
    "From no evidence through not started, limited and substantial to complete; not due is outside the scale.",
    "Stacked bars: number of verdicts of each kind for every commitment. The numbers are beside the chart.",
    # what a verdict means
    "What the measure asks is done, on every service that it applies to, and the evidence shows it.",
    "A part is done, or only on some services.",
    "Nothing was done in the period.",
    "Nothing was required in this period: a new member, or a measure that does not apply. It is outside "
    "the scale and is "
    "not counted.",
    # what somebody may, must or undertakes
    "Anyone may read, quote, copy and reuse what is published here, if they name the source and the number of the "
    "publication, and do not change what it says.",
    "Each person has their own account, keeps its password secret, and acts for an organisation only as long as that "
    "organisation allows it.",
    "What is shared under a label (TLP) may be passed on only as far as the label allows.",
    "Anyone who breaks these terms may lose access.",
    "We cannot promise that the portal is always available.",
    "it reports in every cycle on what it has undertaken, truthfully and in time;",
    "For people who act for an organisation we keep their name, e-mail address, job title, language, time zone, "
    "the hour at which reminders may come, and rights, and a password that no one can read.",
    "Only those that the portal needs to work:",
    "They are not passed to anyone else.",
    # of a page that keeps what was typed: tests/browser/test_editor.py, tests/alliance/web/test_acting_for.py
    "Your rights no longer allow this. What you typed is still here: copy it.",
    "You no longer have access for the organisation that you opened this page for. What you typed is still here: copy "
    "it.",
}  # fmt: skip
# Sentences that have such a word in Russian alone, and state nothing in it.
RUSSIAN_WORDS = {
    *("Not in the record", "This page opens by the link in your letters alone."),
    "{{ all }} row",
    "{{ all }} rows",
    "All tables in one package",
    "all digests",
    "never",
    "yes/no",
    "Not a file of this record, as far as publication No. %(number)s",
    "That need not mean that anything is wrong with it.",
    "Was it published just now?",
    "You are offline, or the portal does not answer. Whether the file is of the record, and whether it is current, is "
    "not known now.",
    "You are offline, or the portal does not answer. Its digest is among those that have come to this page. Whether "
    "something newer stands in its place, or it was withdrawn, the portal can say.",
    "You are offline, or the portal does not answer. The file may have been published after the list, or not belong to "
    "this record: that is not known now.",
    "Not in the list that this page has",
    "The report in this document was published under the number at the foot of its pages. To verify it, download that "
    "content and calculate its SHA-256: it must match this digest. Earlier reports, later replies and independent "
    "counts have numbers of their own. This file has a digest of its own too: whoever drops it on the page “Check a "
    "document” learns whether it is genuine and still current.",
    "not yet published",
    "Who reported and who did not, verdicts with charts, corrections, method; for print (PDF/UA-1).",
    "A spreadsheet keeps fifteen digits. Longer numbers are given in full as text.",
    "Most of it is done; the review names what is missing.",
    "%(cycle)s: reports, verdicts, who submitted a report and who did not.",
    # of a page that keeps what was typed: tests/portal/kernel/web
    "The form has a field that we do not know: %(names)s. An extension of the browser may have added it; what you "
    "typed is still here.",
    "This page was opened for %(made_for)s; you have since switched in another window. What you typed is still here:",
    # and of the same where a second factor is due: tests/alliance/web/account/test_required_factors.py
    "Your rights require a second factor, which is not set up yet. What you typed is still here:",
}
