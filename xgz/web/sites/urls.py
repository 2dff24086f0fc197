from django.urls import URLPattern, URLResolver, path

from xgz.web.sites import listing, lists, photos, supports, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.site_list, name="site-list"),
    path("list.xlsx", listing.site_export, name="site-export"),
    path("lists/", lists.site_lists, name="site-lists"),
    path("lists/new/", lists.site_list_new, name="site-list-new"),
    path("lists/withdraw/", lists.site_list_withdraw, name="site-list-withdraw"),
    path("<str:public_id>/", views.site_detail, name="site-detail"),
    path("<str:public_id>/check/", views.site_check, name="site-check"),
    path("<str:public_id>/photos/new/", photos.photo_add, name="site-photo-add"),
    path("<str:public_id>/photos/<str:photo_id>/", photos.photo, name="site-photo"),
    path(
        "<str:public_id>/photos/<str:photo_id>/remove/",
        photos.photo_remove,
        name="site-photo-remove",
    ),
    path("<str:public_id>/support/new/", supports.support_add, name="support-add"),
    path(
        "<str:public_id>/support/<str:support_id>/<slug:what>/",
        supports.support_change,
        name="support-change",
    ),
]
