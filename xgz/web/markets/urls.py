from django.urls import URLPattern, URLResolver, path

from xgz.web.markets import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.market_list, name="market-list"),
    path("<slug:public_id>/", views.market_detail, name="market-detail"),
]
