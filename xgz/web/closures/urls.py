from django.urls import URLPattern, URLResolver, path

from xgz.web.cases.exporting import case_export
from xgz.web.closures import carrying, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.closure_list, name="closure-list"),
    path("list.xlsx", case_export, {"kind": "closure_cases"}, name="closure-export"),
    path("<str:public_id>/", views.closure_detail, name="closure-detail"),
    path("<str:public_id>/carry-out/<slug:what>/", carrying.carry_out, name="closure-carry-out"),
    path("<str:public_id>/<slug:action>/", views.closure_step, name="closure-step"),
]
