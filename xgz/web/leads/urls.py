from django.urls import URLPattern, URLResolver, path

from xgz.web.leads import amending, batches, figures, joining, protecting, proving, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.lead_list, name="lead-list"),
    path("new/", views.lead_new, name="lead-new"),
    path("declared/", batches.lead_from_declarations, name="lead-from-declarations"),
    path("send/", batches.lead_send, name="lead-send"),
    path("find/", batches.lead_find, name="lead-find"),
    path("funnel/", figures.lead_funnel, name="lead-funnel"),
    path("funnel/<slug:step>/", figures.lead_funnel_rows, name="lead-funnel-rows"),
    path("funnel.xlsx", figures.lead_funnel_export, name="lead-funnel-export"),
    path("protect/<str:public_id>/", protecting.protect, name="member-protect"),
    path("<str:public_id>/", views.lead_detail, name="lead-detail"),
    path("<str:public_id>/script/", views.lead_script, name="lead-script"),
    path("<str:public_id>/statement/", proving.lead_statement, name="lead-statement"),
    path("<str:public_id>/check/", proving.lead_check, name="lead-check"),
    path("<str:public_id>/join/", joining.lead_join, name="lead-join"),
    path("<str:public_id>/where/", amending.lead_where, name="lead-where"),
    path("<str:public_id>/<slug:action>/", views.lead_step, name="lead-step"),
]
