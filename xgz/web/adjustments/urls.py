from django.urls import URLPattern, URLResolver, path

from xgz.web.adjustments import carrying, views
from xgz.web.cases.exporting import case_export

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.adjustment_list, name="adjustment-list"),
    path("list.xlsx", case_export, {"kind": "adjustments"}, name="adjustment-export"),
    path("new/", carrying.adjustment_new, name="adjustment-new"),
    path("candidates/", views.adjustment_candidates, name="adjustment-candidates"),
    path("<str:public_id>/", views.adjustment_detail, name="adjustment-detail"),
    path("<str:public_id>/carry-out/<slug:what>/", carrying.carry_out, name="adjustment-carry-out"),
    path("<str:public_id>/<slug:action>/", views.adjustment_step, name="adjustment-step"),
]
