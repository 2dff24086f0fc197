from django.urls import URLPattern, URLResolver, path

from xgz.web.cases.exporting import case_export
from xgz.web.elections import filing, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.election_list, name="election-list"),
    path("list.xlsx", case_export, {"kind": "elections"}, name="election-export"),
    path("new/", filing.election_new, name="election-new"),
    path("<str:public_id>/", views.election_detail, name="election-detail"),
    path("<str:public_id>/tally/", views.election_tally, name="election-tally"),
    path("<str:public_id>/again/", filing.election_again, name="election-again"),
    path("<str:public_id>/file/<slug:what>/", filing.election_file, name="election-file"),
    path("<str:public_id>/<slug:action>/", views.election_step, name="election-step"),
]
