from django.urls import URLPattern, URLResolver, path

from xgz.web.coverage.ledger import ledger_export
from xgz.web.coverage.views import coverage, coverage_rows

urlpatterns: list[URLPattern | URLResolver] = [
    path("", coverage, name="coverage"),
    path("rows/", coverage_rows, name="coverage-rows"),
    path("ledger.xlsx", ledger_export, name="ledger-export"),
]
