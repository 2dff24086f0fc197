from django.urls import URLPattern, URLResolver, path

from xgz.web.rules import calendar, parameters, procedures, rulebook

urlpatterns: list[URLPattern | URLResolver] = [
    path("", rulebook.show_rulebook, name="rulebook"),
    path("parameters/", parameters.parameter_list, name="parameter-list"),
    path("parameters/<str:key>/", parameters.parameter_detail, name="parameter-detail"),
    path("parameters/<str:key>/change/", parameters.parameter_change, name="parameter-change"),
    path(
        "parameters/<str:key>/withdraw/", parameters.parameter_withdraw, name="parameter-withdraw"
    ),
    path("procedures/", procedures.procedure_list, name="procedure-list"),
    path("procedures/change/", procedures.procedure_change, name="procedure-change"),
    path("procedures/withdraw/", procedures.procedure_withdraw, name="procedure-withdraw"),
    path("calendar/", calendar.show_calendar, name="calendar"),
    path("calendar/day/", calendar.correct_day, name="calendar-day"),
    path("calendar/withdraw/", calendar.withdraw_correction, name="calendar-withdraw"),
    path("calendar/notice/", calendar.enter_year, name="calendar-notice"),
]
