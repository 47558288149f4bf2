"""URLs of the public area; each is below the prefix of its language."""

from django.urls import URLPattern, URLResolver, path, re_path

from alliance.web.public import (
    about,
    accession,
    certificates,
    commitments,
    comparison,
    contact,
    cycle_documents,
    cycles,
    documents,
    evidence,
    feeds,
    home,
    members,
    publications,
    questions,
    reports,
    supporters,
    texts,
)

app_name = "public"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("commitments/", commitments.commitment_list, name="commitment-list"),
    path("commitments/<slug:key>/", commitments.commitment, name="commitment"),
    path(
        "commitments/<slug:key>/<slug:indicator>.csv",
        commitments.commitment_figures,
        name="commitment-figures",
    ),
    path("members/", members.member_list, name="member-list"),
    path("members/<slug:slug>/", members.member, name="member"),
    path("members/<slug:slug>/certificate/", certificates.member_certificate, name="member-certificate"),
    path(
        "members/<slug:slug>/certificate/progress/",
        certificates.member_certificate_progress,
        name="member-certificate-progress",
    ),
    path(
        "members/<slug:slug>/certificate/<int:number>.pdf",
        certificates.member_certificate_file,
        name="member-certificate-file",
    ),
    path("verify/", certificates.verify_form, name="verify-form"),
    re_path(r"^verify/(?P<digest>[0-9a-fA-F]{64})/$", certificates.verify, name="verify"),
    path("supporters/", supporters.supporter_list, name="supporter-list"),
    path("supporters.csv", supporters.supporter_table, name="supporter-table"),
    path("supporters/<int:pk>/", supporters.supporter, name="supporter"),
    path("supporters/accede/", accession.supporter_accede, name="supporter-accede"),
    path("supporters/accede/sent/", accession.supporter_sent, name="supporter-sent"),
    path("supporters/link/", accession.supporter_link_request, name="supporter-link-request"),
    path("supporters/link/<str:token>/", accession.supporter_link, name="supporter-link"),
    path("supporters/link/<str:token>/done/", accession.supporter_link_done, name="supporter-link-done"),
    path("supporters/link/<str:token>/end/", accession.supporter_link_end, name="supporter-link-end"),
    path("supporters/ended/", accession.supporter_ended, name="supporter-ended"),
    path("cycles/", cycles.cycle_list, name="cycle-list"),
    path("cycles/<slug:cycle>/", cycles.cycle, name="cycle"),
    path("cycles/<slug:cycle>/verdicts.csv", cycles.cycle_matrix, name="cycle-matrix"),
    path("cycles/<slug:cycle>/document/", cycle_documents.cycle_document, name="cycle-document"),
    path(
        "cycles/<slug:cycle>/document/progress/",
        cycle_documents.cycle_document_progress,
        name="cycle-document-progress",
    ),
    *(
        path(
            f"cycles/<slug:cycle>/{file_name}",
            cycle_documents.cycle_file,
            {"format": format_},
            name=f"cycle-file-{format_}",
        )
        for format_, file_name in (
            ("pdf", "cycle.pdf"),
            ("xlsx", "cycle.xlsx"),
            ("matrix-pdf", "matrix.pdf"),
            ("matrix-xlsx", "matrix.xlsx"),
        )
    ),
    path("reports/", reports.report_list, name="report-list"),
    path("reports/<slug:slug>/<slug:cycle>/", reports.report, name="report"),
    path("reports/<slug:slug>/<slug:cycle>.json", reports.report_data, name="report-data"),
    path("reports/<slug:slug>/<slug:cycle>.csv", reports.report_figures, name="report-figures"),
    path("reports/<slug:slug>/<slug:cycle>/document/", documents.report_document, name="report-document"),
    path(
        "reports/<slug:slug>/<slug:cycle>/document/progress/",
        documents.report_document_progress,
        name="report-document-progress",
    ),
    *(
        path(
            f"reports/<slug:slug>/<slug:cycle>/report.{format_}",
            documents.report_file,
            {"format": format_},
            name=f"report-file-{format_}",
        )
        for format_ in ("pdf", "xlsx", "json")
    ),
    path(
        "reports/<slug:slug>/<slug:cycle>/evidence/<slug:sha256>",
        evidence.report_evidence,
        name="report-evidence",
    ),
    path("publications/", publications.publication_list, name="publication-list"),
    path("publications/<int:number>/", publications.publication, name="publication"),
    path("publications/<int:number>/body", publications.publication_body, name="publication-body"),
    path("questions/", questions.question_list, name="question-list"),
    path("questions/<int:pk>/", questions.question, name="question"),
    path("questions/ask/", questions.question_ask, name="question-ask"),
    path("questions/sent/", questions.question_sent, name="question-sent"),
    path("questions/outdated/", questions.question_outdated, name="question-outdated"),
    path("questions/withdrawn/", questions.question_withdrawn, name="question-withdrawn"),
    path("questions/status/<str:token>/", questions.question_status, name="question-status"),
    path("questions/status/<str:token>/withdraw/", questions.question_withdraw, name="question-withdraw"),
    path("compare/", comparison.compare, name="compare"),
    path("compare.csv", comparison.compare_table, name="compare-table"),
    path("about/", about.about, name="about"),
    path("about/method/", about.method, name="method"),
    path("about/accessibility/", texts.accessibility, name="accessibility"),
    path("about/privacy/", texts.privacy, name="privacy"),
    path("about/terms/", texts.terms, name="terms"),
    path("about/contact/", contact.contact, name="contact"),
    # where people look for them, whatever the site's own order is
    re_path(r"^(?P<name>accessibility|contact|privacy|terms)/$", texts.short_address, name="short-address"),
    path("about/contact/sent/", contact.contact_sent, name="contact-sent"),
    path("feed.atom", feeds.feed, name="feed"),
]
