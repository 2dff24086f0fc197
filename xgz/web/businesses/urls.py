from django.urls import URLPattern, URLResolver, path

from xgz.web.businesses import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.business_list, name="business-list"),
    path("export/", views.business_export, name="business-export"),
    path("<slug:public_id>/", views.business_detail, name="business-detail"),
]
