"""Addresses of the public pages, and those of the desk."""

from django.urls import URLPattern, URLResolver, include, path

from xgz.relay.pages import page_urls
from xgz.web.self_reports import claims, finding, posters, windows
from xgz.web.self_reports.requests import request_urls
from xgz.web.self_reports.store import SiteStore

public_urlpatterns: list[URLPattern | URLResolver] = [*page_urls(SiteStore())]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", claims.report_list, name="self_report-list"),
    path("find/", finding.report_find, name="self_report-find"),
    path("posters/", posters.poster_list, name="poster-list"),
    path("posters/make/", posters.poster_make, name="poster-make"),
    path("posters/<str:public_id>/", posters.poster_print, name="poster-print"),
    path("posters/<str:public_id>/file/", posters.poster_file, name="poster-file"),
    path("posters/<str:public_id>/rotate/", posters.poster_rotate, name="poster-rotate"),
    path("posters/<str:public_id>/revoke/", posters.poster_revoke, name="poster-revoke"),
    path("windows/", windows.window_list, name="self_report-windows"),
    path("windows/<str:public_id>/end/", windows.window_end, name="self_report-window-end"),
    path(
        "windows/<str:public_id>/withdraw/",
        windows.window_withdraw,
        name="self_report-window-withdraw",
    ),
    path("requests/", include(request_urls)),
    path("<str:public_id>/", claims.report_detail, name="self_report-detail"),
    path("<str:public_id>/phone/", claims.report_phone, name="self_report-phone"),
    path("<str:public_id>/<slug:action>/", claims.report_step, name="self_report-step"),
]
