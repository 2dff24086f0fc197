from django.urls import URLPattern, URLResolver, path

from xgz.web.papers import register, templates, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", register.paper_register, name="paper-register"),
    path("templates/", templates.template_list, name="paper-templates"),
    path("templates/propose/", templates.template_propose, name="paper-template-propose"),
    path("templates/shipped/<slug:kind>/", templates.template_shipped, name="paper-shipped"),
    path("templates/<str:public_id>/", templates.template_detail, name="paper-template"),
    path(
        "templates/<str:public_id>/as/<slug:sort>/",
        templates.template_file,
        name="paper-template-file",
    ),
    path(
        "templates/<str:public_id>/<slug:deed>/",
        templates.template_deed,
        name="paper-template-deed",
    ),
    path("make/<slug:kind>/<str:case_id>/<slug:paper>/", views.paper_make, name="paper-make"),
    path("<str:public_id>/", views.paper_detail, name="paper-detail"),
    path("<str:public_id>/as/<slug:sort>/", views.paper_file, name="paper-file"),
    path("<str:public_id>/<slug:deed>/", views.paper_deed, name="paper-deed"),
]
