"""Every address of the site; each feature folder of web/ brings its own."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from xgz.web.home.views import home
from xgz.web.self_reports.urls import public_urlpatterns

handler500 = "xgz.web.health.outages.fault_page"

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", include("xgz.web.health.urls")),
    path("backups/", include("xgz.web.backups.urls")),
    path("", home, name="home"),
    path("", include("xgz.web.accounts.urls")),
    path("language/", set_language, name="set_language"),
    path("businesses/", include("xgz.web.businesses.urls")),
    path("markets/", include("xgz.web.markets.urls")),
    path("organisations/", include("xgz.web.organisations.urls")),
    path("members/", include("xgz.web.members.urls")),
    path("reveals/", include("xgz.web.reveals.urls")),
    path("transfers/", include("xgz.web.transfers.urls")),
    path("leads/", include("xgz.web.leads.urls")),
    path("bodies/", include("xgz.web.bodies.urls")),
    path("worklists/", include("xgz.web.worklists.urls")),
    path("coverage/", include("xgz.web.coverage.urls")),
    path("snapshots/", include("xgz.web.snapshots.urls")),
    path("imports/", include("xgz.web.imports.urls")),
    path("rules/", include("xgz.web.rules.urls")),
    path("responsibilities/", include("xgz.web.responsibilities.urls")),
    path("reports/", include("xgz.web.reports.urls")),
    path("export-approvals/", include("xgz.web.export_approvals.urls")),
    path("surveys/", include("xgz.web.surveys.urls")),
    path("inbox/", include("xgz.web.inbox.urls")),
    path("closures/", include("xgz.web.closures.urls")),
    path("formations/", include("xgz.web.formations.urls")),
    path("papers/", include("xgz.web.papers.urls")),
    path("planning/", include("xgz.web.planning.urls")),
    path("elections/", include("xgz.web.elections.urls")),
    path("establishing/", include("xgz.web.establishing.urls")),
    path("sites/", include("xgz.web.sites.urls")),
    path("adjustments/", include("xgz.web.adjustments.urls")),
    path("matching/", include("xgz.web.matching.urls")),
    path("cases/", include("xgz.web.cases.urls")),
    path("audit/", include("xgz.web.audit.urls")),
    path("r/", include(public_urlpatterns)),
    path("self-reports/", include("xgz.web.self_reports.urls")),
]
