from django.urls import URLPattern, URLResolver, path

from xgz.web.planning import again, hands, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.plan_list, name="plan-list"),
    path("new/", views.plan_new, name="plan-new"),
    path("<str:public_id>/", views.plan_detail, name="plan-detail"),
    path("<str:public_id>/map.json", views.plan_map, name="plan-map"),
    path("<str:public_id>/hand/", hands.plan_hand, name="plan-hand"),
    path("<str:public_id>/propose/", hands.plan_propose, name="plan-propose"),
    path("<str:public_id>/compare/", again.plan_compare, name="plan-compare"),
    path("<str:public_id>/steps/<slug:step>/", views.plan_step, name="plan-step"),
    path("<str:public_id>/<slug:way>/", again.plan_again, name="plan-again"),
]
