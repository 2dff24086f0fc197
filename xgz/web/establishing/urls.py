from django.urls import URLPattern, URLResolver, path

from xgz.web.cases.exporting import case_export
from xgz.web.establishing import carrying, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.establishing_list, name="establishing-list"),
    path("list.xlsx", case_export, {"kind": "establishing"}, name="establishing-export"),
    path("<str:public_id>/", views.establishing_detail, name="establishing-detail"),
    path(
        "<str:public_id>/carry-out/<slug:what>/",
        carrying.carry_out,
        name="establishing-carry-out",
    ),
    path("<str:public_id>/<slug:action>/", views.establishing_step, name="establishing-step"),
]
