from django.urls import URLPattern, URLResolver, path

from xgz.web.cases.exporting import case_export
from xgz.web.formations import batches, filing, filing_at_once, transferring, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.formation_list, name="formation-list"),
    path("list.xlsx", case_export, {"kind": "formations"}, name="formation-export"),
    path("new/many/", batches.formation_many, name="formation-many"),
    path("new/", filing.formation_new, name="formation-new"),
    path(
        "transfers/<str:public_id>/<slug:deed>/",
        transferring.formation_transfer,
        name="formation-transfer",
    ),
    path("<str:public_id>/", views.formation_detail, name="formation-detail"),
    path("<str:public_id>/file/<slug:what>/", filing.formation_file, name="formation-file"),
    path("<str:public_id>/at-once/", filing_at_once.formation_at_once, name="formation-at-once"),
    path("<str:public_id>/<slug:action>/", views.formation_step, name="formation-step"),
]
