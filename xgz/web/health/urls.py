from django.urls import URLPattern, URLResolver, path

from xgz.web.health import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.system_status, name="system-status"),
    path("live", views.live, name="health-live"),
    path("ready", views.ready, name="health-ready"),
    path("jobs/<str:public_id>/retry/", views.job_retry, name="job-retry"),
    path("jobs/<str:public_id>/dismiss/", views.job_dismiss, name="job-dismiss"),
]
