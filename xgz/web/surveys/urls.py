from django.urls import URLPattern, URLResolver, path

from xgz.web.surveys import entry, opening, people, phone, rows, sheets, steering, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.survey_list, name="survey-list"),
    path("new/", opening.survey_open, name="survey-open"),
    path("today/", phone.today, name="survey-today"),
    path("offline/", phone.offline, name="survey-offline"),
    path("worker.js", phone.worker, name="survey-worker"),
    path("entry/", entry.by_code, name="survey-entry"),
    path("rows/<slug:public_id>/", phone.row_page, name="survey-row"),
    path("rows/<slug:public_id>/answer/", phone.answer, name="survey-answer"),
    path("rows/<slug:public_id>/paper/", entry.paper, name="survey-paper"),
    path("rows/<slug:public_id>/person/", people.person, name="survey-person"),
    path("<slug:public_id>/", views.survey_detail, name="survey-detail"),
    path("<slug:public_id>/rows/", rows.survey_rows, name="survey-rows"),
    path("<slug:public_id>/export/", rows.survey_export, name="survey-export"),
    path("<slug:public_id>/sheets/", sheets.sheets, name="survey-sheets"),
    path("<slug:public_id>/hand-out/", steering.hand_out, name="survey-hand-out"),
    path("<slug:public_id>/remind/", steering.remind, name="survey-remind"),
    path("<slug:public_id>/end/<slug:action>/", steering.end, name="survey-end"),
]
