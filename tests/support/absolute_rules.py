"""Sentences of the public record with "all", "every", "no" that say how the portal works, each with its test.

Those about what visitors do stand in tests/support/absolute_visitor_rules.py.
"""

_VISIBLE = "tests/test_visibility.py::test_a_row_is_visible_to_whom_its_line_names"
_WITHHELD = "tests/alliance/documents/test_cycle_workbook.py::test_nothing_withheld_gets_into_the_public_one"
_MEDIANS = "tests/alliance/web/public/test_reports.py::test_medians_have_no_total"
_STANDS = "tests/browser/test_pages.py::test_every_page_stands"
_TIE = "tests/alliance/services/test_reviews.py::test_a_tie_of_the_last_two_years_bars_from_reviewing"
_NUMBERS = (
    "tests/portal/kernel/publishing/test_publications.py::test_numbers_have_no_gap_when_many_publish_at_once"
)
_VERDICT_REASON = (
    "tests/alliance/services/test_reviews.py::test_give_verdict_on_a_commitment_that_differs_says_why"
)
_SUMMARY = "tests/alliance/documents/test_cycle_summary.py"
_WORKING_COPY = "tests/alliance/documents/test_cycle_workbook.py::test_nobody_else_asks_for_the_secretariats"
_PROMISES = "tests/alliance/web/public/test_promises.py"
_OUTCOMES = f"{_PROMISES}::test_each_target_stands_under_what_became_of_it"
_UNDECIDED = f"{_PROMISES}::test_a_row_says_why_it_has_no_figure"
_CHANGES = "tests/alliance/web/public/test_changes.py"
_BETWEEN_DAYS = "tests/alliance/web/public/test_changes_between_days.py"
_BEGIN = f"{_BETWEEN_DAYS}::test_days_before_the_record_compare_nothing_and_show_when_it_begins"
_COMPARED = "tests/alliance/web/public/test_compare.py"
_GAPS, _RANKED = (f"tests/alliance/web/public/test_compare_{part}.py" for part in ("gaps", "ranked"))
_ADDRESSES = "tests/alliance/web/public/test_compare_addresses.py"
_READINGS = "tests/alliance/queries/public/test_readings.py"
_DATA, _DATA_PAGE = (
    "tests/alliance/documents/test_open_data.py",
    "tests/alliance/web/public/test_open_data.py",
)
_MEANWHILE = f"{_DATA_PAGE}::test_a_publication_after_a_build_waits_for_the_next_build"
_WITHOUT_ACCESS = (
    "tests/alliance/services/test_correction_answers.py"
    "::test_without_access_it_is_decided_at_once_and_the_record_says_so"
)
RULES = {
    "Members that signed an earlier version of the charter alone report on that version. Where their reports have no "
    "figure to compare, since it did not ask for it, asked for it otherwise, or of those alone that chose the measure, "
    "they are counted under “Earlier version”, not under “No figure”. The page of the cycle shows what they gave.":
        "tests/alliance/web/test_cycle_on_two_versions.py::"
        "test_documents_do_not_say_of_what_an_earlier_version_asked_otherwise_that_there_is_no_figure",
    "Published by the secretariat on {{ day }}. {{ name }} has not agreed: nobody there who could agree had access to "
    "the portal.":
        "tests/alliance/services/test_comments_without_member.py::test_after_thirty_days_everybody_reads_it_and_why",
    "{{ name }} has not been a member since {{ ended }}, before its report was due on {{ day }}. No report "
    "of it stands, and none is due any more.":
        "tests/alliance/web/public/test_ended_memberships.py::test_every_public_place_says_when_the_membership_ended",
    "Closed, not published yet":
        "tests/alliance/web/public/test_record_files.py"
        "::test_a_badge_of_a_cycle_counts_nothing_before_it_is_published",
    "Your program is not notified of anything until you switch the webhook on again. What it has missed is listed for "
    "30 days and can be sent again from there.":
        "tests/alliance/services/webhooks/test_management.py"
        "::test_what_happens_while_it_is_paused_is_sent_only_when_it_is_asked",
    "The last check of the record found that No. {{ number }} is not what it was. Until that is explained there is no "
    "link to keep. One that you kept earlier tells up to where nothing was changed: paste it here.":
        "tests/alliance/web/public/test_verify.py"
        "::test_a_link_after_a_publication_that_was_changed_is_in_the_chain_no_more",
    "A target of a pledge is due until its day is over. Then the published report whose period covers that day "
    "decides, by the figure that the target names: kept, or missed. Of several services the worst counts, never an "
    "average. What is reached later never makes a missed target kept; the period in which it was reached is named "
    "beside it.":
        "tests/alliance/queries/public/test_targets.py::test_of_several_services_the_worst_counts",
    "Overdue is what no published figure decides: withheld, not measured, not filed, or not published yet. A target "
    "that no figure can decide, because it names none or one that is better neither higher nor lower, is decided by "
    "the secretariat once its day is over, with a public reason. Targets without a day are listed and not counted; "
    "withdrawn ones are left out of “kept”.": _OUTCOMES,
    "Every target that a member has set itself, with its day, its figure and what became of it.": _OUTCOMES,
    "Every target that a member has set itself, with its day, its figure and what became of it. A published report "
    "decides; where no figure can, the secretariat does, with its reason.": _OUTCOMES,
    "Nothing was published by then": _BEGIN,
    "The record begins on {{ day }}: all of it is new.":
        f"{_BETWEEN_DAYS}::test_from_a_day_before_the_record_all_of_it_is_new",
    "Of days to come nothing is known: shown is what changed until today.":
        f"{_BETWEEN_DAYS}::test_future_days_are_cut_with_a_note",
    "No promise matches": f"{_PROMISES}::test_the_ledger_is_narrowed",
    "The day of no target is over yet.": f"{_PROMISES}::test_no_day_is_said_to_be_ahead_that_is_over",
    "no figure can decide it: the secretariat does": _UNDECIDED,
    "no figure is named": _UNDECIDED,
    "nothing published yet": _UNDECIDED,
    "nobody outside can tell": _UNDECIDED,
    "There is nothing to compare yet": f"{_CHANGES}::test_an_empty_record_has_nothing_to_compare",
    "Nothing that this page counts changed in between.": f"{_BETWEEN_DAYS}::test_days_compare_the_record_as_it_stood",
    "It had not filed before: its verdicts are new, and none of its figures is compared.":
        f"{_CHANGES}::test_a_member_that_files_again_has_no_verdict_or_figure_to_compare",
    "You have chosen {{ n }} members. Choose six at most, and press “Compare” again: more lines cannot be told apart. "
    "The table of all members has no such limit.":
        f"{_ADDRESSES}::test_a_seventh_member_is_refused_and_the_choice_stays",
    **dict.fromkeys(
        (
            "There is no indicator with the address “%(key)s”.",
            "There is no member with the address “%(slug)s”.",
            "“%(slug)s” is no published cycle with figures of this indicator.",
        ),
        f"{_ADDRESSES}::test_unknown_names_in_an_address_are_listed",
    ),
    "Neither side is better: members stand by name, and none is called best or last.":
        f"{_ADDRESSES}::test_the_page_explains_its_figure_and_can_be_cited_and_embedded",
    "A member’s figure is the sum over its services. Where one gave no number, the page says of how many it is.":
        f"{_READINGS}::test_a_total_with_an_unmeasured_part_says_of_how_many",
    "A member’s figure is what it entered for all its services together: the same people may use several of them.":
        f"{_READINGS}::test_an_entered_total_is_the_organisations_or_that_of_its_only_service",
    "Each service stands for itself: such figures are neither added up nor averaged.": _MEDIANS,
    "The member itself, as the charter words it. What others counted stands beside it, and changes nothing.":
        f"{_COMPARED}::test_reference_counts_stand_next_to_each_figure",
    "Where a member says that it counts differently now, the line stops, and nothing is compared across.":
        f"{_GAPS}::test_a_changed_definition_is_not_compared_with_the_earlier_figure",
    "Per million users a month, as the owner of the service publishes their number now. It publishes a band, so the "
    "rate is a span: between its ends, and no closer.":
        "tests/alliance/queries/public/test_user_spans.py::test_a_rate_is_a_span_between_the_ends_of_the_band",
    "Copy this into your page. The frame runs no scripts and sets no cookies; it shows what holds now, with "
    "corrections. Add theme=light or theme=dark to its address for one colour scheme.":
        "tests/alliance/web/public/test_embeds.py::test_a_frame_runs_nothing_and_any_site_may_show_it",
    "No indicator has these words.":
        "tests/alliance/web/public/test_indicator_menu.py::test_indicators_are_found_by_their_words",
    "no figure in %(cycles)s": f"{_GAPS}::test_a_gap_between_is_named",
    "no earlier figure": f"{_RANKED}::test_the_best_comes_first_in_the_direction_of_the_indicator",
    "CSV is UTF-8 with commas and line feeds; empty cells are missing values. Decimals are digits, and strings in "
    "JSON, so that no place is lost; a share is in per cent. A text that begins like a formula has an apostrophe "
    "before it in CSV, and none in JSON. Names of people stand in the publications alone.":
        f"{_DATA}::test_no_file_has_the_name_of_a_person",
    "The public record as tables: what members promised, what they report, what the secretariat thinks of it. Made "
    "anew with each publication.": _MEANWHILE,
    "Publication No. %(number)s is not in these files yet": _MEANWHILE,
    "CSV of every table with datapackage.json, the dictionary and the licence.":
        f"{_DATA}::test_the_package_holds_what_its_description_says",
    "Withheld figures are in no file: their rows say withheld and hold no value.":
        f"{_DATA}::test_no_file_has_what_is_withheld",
    "Nothing since the tables were first built.":
        f"{_DATA_PAGE}::test_the_feeds_say_which_rows_are_new_and_which_corrected",
    "It shows what the public would read if the report were signed and published as it stood at %(at)s. Only the "
    "organisation can create this document; the secretariat has not received it.":
        "tests/alliance/documents/test_draft_pdf.py::test_only_the_organisation_asks_for_its_draft",
    "The secretariat reviews what was filed and gives a verdict on each measure and each commitment, with "
    "its reason.":
        "tests/alliance/services/test_reviews.py::test_conclude_report_names_the_first_that_is_missing",
    "In every cycle it files a report:":
        "tests/alliance/services/test_cycles.py::test_open_cycle_requires_reports_of_those_who_acceded",
    "Every page can be used with the keyboard alone, without scripts, at 400 % zoom and on a narrow "
    "screen, and read aloud.":
        _STANDS,
    "A verdict is never shown by colour alone:":
        "tests/alliance/documents/test_cycle_workbook.py::_a_verdict_is_a_word_on_its_colour",
    "Every drawing has a title, a description, and the same facts as a table.":
        "tests/portal/kernel/charts/test_charts.py::test_every_drawing_has_its_facts_as_a_table",
    "Tables become one block for each row where the screen is narrow.": _STANDS,
    "At the top of every page:": "tests/portal/test_display.py::test_the_panel_works_without_a_token",
    "You can read everything that is published without signing in, and no one tracks you:":
        "tests/test_permissions.py::test_every_answer_is_as_its_line_says",
    "there is no analytics, no advertising, and nothing is loaded from other sites.":
        "tests/test_headers.py::test_error_pages_carry_the_policy_too",
    "We keep what you entrust to the portal and show it only to those who may see it.": _VISIBLE,
    "Drafts are visible only to their organisation, submissions to that organisation and the secretariat. "
    "Some figures and "
    "texts are not public: only the member and the secretariat see them; they read “withheld”.": _VISIBLE,
    "Each publication gets the next number, without gaps. Its exact content is kept with a SHA-256 "
    "digest, and anyone can "
    "download it. A later revision of a record is a new publication with its own number; the earlier one "
    "remains available "
    "and refers to it.": _NUMBERS,
    "A verdict or its reason is corrected with the consent of a second reviewer. No correction gives a withheld "
    "figure away.":
        "tests/alliance/services/test_corrections.py::test_a_correction_that_gives_a_withheld_figure_away_is_refused",
    "A publication is withdrawn by a manager with a public reason and the consent of a second person. It stays "
    "readable under its number and says first that it is withdrawn; it counts in no list, total or comparison any "
    "more.":
        "tests/alliance/services/test_withdrawals.py::test_a_withdrawn_report_says_so_first_and_leaves_everything_else",
    "Every publication is numbered, hashed and kept for good.":
        "tests/portal/kernel/publishing/test_publications.py::test_not_even_the_owner_changes_an_append_only_table",
    "They are never added up or averaged: each service keeps its own.": _MEDIANS,
    "The member gave the figure only to the secretariat. A total with exactly one such part is withheld "
    "too, so that the "
    "part cannot be worked out.": _WITHHELD,
    "Nothing is withheld here. The column “Disclosure” shows what is not public.":
        _WORKING_COPY,
    "Only the secretariat can have this workbook.": _WORKING_COPY,
    "It shows what the public would read if the report were published as submitted. Only the organisation and the "
    "secretariat can create this document.": _VISIBLE,
    "Not public. Only for the organisation and the secretariat.": _VISIBLE,
    "Draft: not submitted, not public. Only for the organisation.": _VISIBLE,
    "Only what is shared as TLP:CLEAR is published.":
        "tests/practices/web/public/test_practices.py::test_nothing_that_is_not_clear_is_on_any_public_page",
    "Only organisations that have said so publicly are shown.":
        "tests/practices/web/public/test_practices.py::test_nothing_that_is_not_clear_is_on_any_public_page",
    "Only known numbers are shown. A longer bar is not better in itself: see the data dictionary.":
        "tests/alliance/documents/test_cycle_workbook.py::_members_stand_side_by_side_with_their_totals",
    "For each member, the figure as a whole: the total of its services where there is one.":
        "tests/alliance/documents/test_cycle_workbook.py::_members_stand_side_by_side_with_their_totals",
    "Reporting periods: what became of each report, and the verdicts.":
        "tests/alliance/web/public/test_cycles.py::test_the_list_counts_what_was_filed",
    "This correction changed no text, verdict or reply.":
        "tests/alliance/web/test_corrections.py::test_from_the_value_to_the_mark_on_the_page",
    "Nothing is overwritten. Each revision keeps its number, its bytes and its digest.":
        "tests/alliance/web/test_corrections.py::test_the_page_as_it_stood",
    "On this day the report was not public. Choose a later one.":
        "tests/alliance/web/test_corrections.py::test_the_page_as_it_stood",
    "It stays readable here; it counts in no list, total or comparison any more.":
        "tests/alliance/services/test_withdrawals.py::"
        "test_a_withdrawn_report_says_so_first_and_leaves_everything_else",
    "A reviewer of the secretariat reads the report and gives a verdict with its reason on each measure. "
    "For a commitment "
    "the lowest verdict of its due measures is proposed; the reviewer may give another one and then explains why.":
        _VERDICT_REASON,
    "No one reviews an organisation to which they belong or belonged in the last two years.": _TIE,
    "A figure is what the member reported; zero is a reported figure too. Where there is none, the reason is given:":
        f"{_GAPS}::test_a_period_without_a_report_stays_in_table_chart_and_sentence",
    "An estimate is marked “≈” and shown with its bounds. Where the member counts differently than before, the line "
    "breaks, and nothing is compared across the break.":
        "tests/portal/kernel/charts/test_charts.py::test_a_line_stops_at_a_gap_and_at_a_change_of_definition",
    "Counts are added up over services. A total share is calculated from all parts and all wholes, not as a mean of "
    "shares. Medians are never added up or averaged. Where some services did not measure, the total says "
    "how many did: "
    "“2 of 3 services”. Figures of different members are never added up.": _MEDIANS,
    "Each figure and text is either public or kept for the secretariat. A signatory may withhold one with "
    "a reason; it "
    "then reads “withheld” here, and the reviewer still sees it.": _WITHHELD,
    "A withheld figure cannot be worked out from a total: a public total has no withheld part or at least two. Where "
    "one part of a sum is withheld, a second one is withheld with it.":
        "tests/alliance/web/public/test_canaries.py::test_a_withheld_figure_does_not_follow_from_its_total",
    "Others count some things too: a hotline, a regulator. Their count is shown beside the member’s figure. Where the "
    "two differ by more than 10 % of the independent count, the page says so and the member is asked for a note. A "
    "difference is no accusation: the two may count different things, or in different weeks.":
        "tests/alliance/web/public/test_reports.py::test_over_ten_per_cent_apart_is_flagged",
    "difference: at most 10 % of the independent count, no note required":
        "tests/alliance/documents/test_report_reference_counts.py::test_over_ten_per_cent_a_note_is_asked_for",
    "No change is shown across a definition that the member says has changed. Figures of different members are not "
    "added up.":
        f"{_GAPS}::test_a_changed_definition_is_not_compared_with_the_earlier_figure",
    # --- the summary of a cycle
    **dict.fromkeys(
        (
            "No verdict is published yet.",
            "No published report of this cycle was corrected or withdrawn.",
            "Every member that had to report did so on time.",
        ),
        f"{_SUMMARY}::test_absences_in_the_summary_are_stated_only_while_true",
    ),
    **dict.fromkeys(
        (
            "The charter keeps this figure for the secretariat.",
            "Kept for the secretariat, with the member’s reason, or because it would give another withheld figure "
            "away.",
        ),
        "tests/alliance/web/public/test_compare_absences.py::"
        "test_a_withheld_line_says_what_may_be_said_and_each_leads_to_its_promise",
    ),
    "Of each part {{ most }} at most are shown.":
        f"{_CHANGES}::test_reports_that_were_not_filed_are_counted_and_shown_in_part",
    **dict.fromkeys(
        ("{{ all }} line without a figure, with the reason", "{{ all }} lines without a figure, each with its reason"),
        f"{_RANKED}::test_lines_without_a_place_stand_behind_the_order_on_its_pages",
    ),
    **dict.fromkeys(
        (f"{{{{ shown }}}} of {{{{ all }}}} {noun}, those with the most missed and overdue."
         for noun in ("member", "members")),
        f"{_PROMISES}::test_the_strip_of_members_says_of_how_many_it_is",
    ),
    "Of each chapter the figure that most members know. A longer bar is not better in itself.":
        "tests/alliance/documents/test_cycle_workbook.py::_members_stand_side_by_side_with_their_totals",
    "Each report was published under the number in the list above. To verify the publication named at the foot of the "
    "pages, download its content and calculate its SHA-256: it must match this digest.":
        f"{_SUMMARY}::test_every_page_names_the_publication_and_its_digest",
    "Everything here is taken from the numbered public record as of the publication named at the foot of each page. "
    "Later publications do not change this document: they make a new one.":
        f"{_SUMMARY}::test_they_are_built_by_themselves_once_for_each_edition",
    "Members report on the measures of the charter, and a person with the authority to sign does so. The secretariat "
    "reviews each report and gives a verdict with a reason on every commitment. The member may reply, and its reply is "
    "published beside the verdict.":
        "tests/alliance/services/test_reviews.py::test_conclude_report_names_the_first_that_is_missing",
    "A member’s figure is the total of its services where there is one. Figures of different members are never added "
    "up: services, methods and periods of measuring differ.":
        f"{_SUMMARY}::test_members_are_counted_by_what_they_gave_and_never_added_up",
    # these say "no" in Russian alone
    **dict.fromkeys(
        (
            "definition changed, not compared",
            "Definition changed, not compared with the previous period: %(why)s",
        ),
        "tests/alliance/web/public/test_reports.py::test_across_a_changed_definition_nothing_is_compared",
    ),
    **dict.fromkeys(
        ("Not submitted yet", "%(n)s not submitted yet"),
        "tests/alliance/web/public/test_cycles.py::test_a_cycle_says_of_each_member_what_is_so",
    ),
    "no change": "tests/alliance/web/public/test_reports.py::test_a_change_is_against_the_period_before",
    "No report was due":
        "tests/alliance/web/public/test_members.py::test_no_cycle_is_left_out_between_or_after_verdicts",
    "no figure in this period: the table says why":
        f"{_GAPS}::test_a_period_without_a_report_stays_in_table_chart_and_sentence",
    "There is no figure; a reason that was given stands in the figures sheet. Zero is a figure.":
        "tests/alliance/documents/test_cycle_workbook.py::test_what_must_be_known_of_a_number_stands_next_to_it",
    "Organisations that no longer take part in the alliance. Their publications remain available.":
        "tests/alliance/web/public/test_members.py::test_former_members_have_a_list_of_their_own",
    "joined on {{ day }}, no longer takes part":
        "tests/alliance/web/public/test_members.py::test_a_member_that_left_is_not_said_to_be_one_since",
    "no longer takes part":
        "tests/alliance/web/public/test_members.py::test_a_member_that_left_is_not_said_to_be_one_since",
    "%(name)s no longer takes part":
        "tests/alliance/services/test_organisations.py::test_a_former_member_does_not_come_back_by_a_step",
    "You can no longer read this practice.":
        "tests/practices/web/practice/test_exports.py::test_access_lost_before_the_worker_came_ends_the_building",
    "They are remembered and need no script.":
        "tests/portal/test_display.py::test_a_post_goes_back_to_its_page",
    "They apply to every page in this browser for a year.":
        "tests/portal/test_display.py::test_the_cookie_is_closed_to_scripts_and_other_sites",
    "nobody who could answer for the member had access to the portal": _WITHOUT_ACCESS,
    "Nobody who could answer for the member had access to the portal.": _WITHOUT_ACCESS,
    "What is published can be corrected. The member or the secretariat proposes it, the other side agrees or "
    "objects by a date, and the secretariat publishes it as the next revision. Silence is not consent: where the "
    "other side did not answer, the record says so. Where nobody who could answer for the member has access to the "
    "portal, the secretariat decides with a reason, and the record says that instead.": _WITHOUT_ACCESS,
}  # fmt: skip
