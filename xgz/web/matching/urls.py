from django.urls import URLPattern, URLResolver, path

from xgz.web.matching import lists, review, ties, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.task_list, name="matching-list"),
    path("new/", views.task_new, name="matching-new"),
    path("notices/", views.notice_list, name="matching-notices"),
    path("lists/", lists.owner_lists, name="owner-lists"),
    path("lists/<slug:which>/", lists.owner_list, name="owner-list"),
    path("lists/<slug:which>/export/", lists.owner_list_export, name="owner-list-export"),
    path("lists/<slug:which>/<str:public_id>/lead/", lists.owner_list_lead, name="owner-list-lead"),
    path("ties/<str:public_id>/end/", ties.untie, name="matching-untie"),
    path("<str:public_id>/", views.task_detail, name="matching-detail"),
    path("<str:public_id>/edit/", views.task_edit, name="matching-edit"),
    path("<str:public_id>/assessment/", views.assessment, name="matching-assessment"),
    path("<str:public_id>/review/", review.review, name="matching-review"),
    path("<str:public_id>/decided/", review.decided, name="matching-decided"),
    path("<str:public_id>/confirmed/", ties.confirmed, name="matching-confirmed"),
    path("<str:public_id>/carry-out/", review.carry_out, name="matching-carry-out"),
    path("<str:public_id>/pairs/<str:pair_id>/", review.decide, name="matching-decide"),
    path("<str:public_id>/pairs/<str:pair_id>/undo/", review.undo, name="matching-undo"),
    path("<str:public_id>/steps/<slug:step>/", views.task_step, name="matching-step"),
]
