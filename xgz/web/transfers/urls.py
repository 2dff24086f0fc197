from django.urls import URLPattern, URLResolver, path

from xgz.web.transfers import proposing, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.transfer_list, name="transfer-list"),
    path("propose/", proposing.choose_member, name="transfer-propose"),
    path("propose/<str:public_id>/", proposing.propose, name="transfer-propose-member"),
    path("<str:public_id>/", views.transfer_detail, name="transfer-detail"),
    path("<str:public_id>/letter/", views.transfer_letter, name="transfer-letter"),
    path("<str:public_id>/<slug:action>/", views.transfer_step, name="transfer-step"),
]
