"""URLs of the public area; each is below the prefix of its language."""

from django.urls import URLPattern, URLResolver, path, re_path

from alliance.web.public import (
    about,
    accession,
    applications,
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
    path("apply/", applications.application_new, name="application-new"),
    path("apply/sent/", applications.application_sent, name="application-sent"),
    path("apply/confirmed/", applications.application_confirmed, name="application-confirmed"),
    path("apply/withdrawn/", applications.application_withdrawn, name="application-withdrawn"),
    path("apply/outdated/", applications.application_outdated, name="application-outdated"),
    path("apply/link/<str:token>/", applications.application, name="application"),
    path("apply/link/<str:token>/withdraw/", applications.application_withdraw, name="application-withdraw"),
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
    path("cycles/<slug:cycle>/cycle.xlsx", cycle_documents.cycle_file, name="cycle-file"),
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
