"""URLs of this app. `notice`: key of a notice; `pk`: of a relay, below `units/` of one unit's line."""

from django.urls import path

from apps.relays.views import extending, phoning, reporting, setting_up, unit

app_name = "relays"
urlpatterns = [
    path("", reporting.list_relays, name="list"),
    path("phone/", phoning.phone, name="phone"),
    path("of/<int:notice>/", unit.of_notice, name="of"),
    path("with/<int:notice>/", setting_up.relay, name="relay"),
    path("with/<int:notice>/stop/", setting_up.stop, name="stop"),
    path("<int:pk>/", reporting.detail, name="detail"),
    path("<int:pk>/export/", reporting.export, name="export"),
    path("units/<int:pk>/", unit.line, name="line"),
    path("units/<int:pk>/files/<uuid:key>/", unit.file, name="file"),
    path("units/<int:pk>/sign/", unit.sign, name="sign"),
    path("units/<int:pk>/pass-on/", unit.pass_on, name="pass_on"),
    path("units/<int:pk>/pass-down/", unit.pass_down, name="pass_down"),
    path("units/<int:pk>/report/", unit.report, name="report"),
    path("units/<int:pk>/accept/", unit.accept, name="accept"),
    path("units/<int:pk>/return/", unit.give_back, name="give_back"),
    path("units/<int:pk>/excuse/", unit.excuse, name="excuse"),
    path("units/<int:pk>/ask-extension/", extending.ask, name="ask_extension"),
    path("units/<int:pk>/grant-extension/", extending.grant, name="grant_extension"),
    path("units/<int:pk>/refuse-extension/", extending.refuse, name="refuse_extension"),
    path("units/<int:pk>/call/", phoning.call, name="call"),
    path("units/<int:pk>/sign-by-phone/", phoning.sign_by_phone, name="sign_by_phone"),
]
