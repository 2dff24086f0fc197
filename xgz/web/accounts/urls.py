"""Addresses of signing in and of the own account; of the library's pages only those in use."""

from importlib import import_module

from allauth.mfa.base.views import authenticate
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.webauthn.views import add_webauthn, remove_webauthn
from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_POST

from xgz.web.accounts import administration, codes, deeds, own, views
from xgz.web.accounts.fresh import fresh_sign_in_required

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-in/code/", authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", views.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("password/", views.change_password, name="password-change"),
    path("account/", own.own_account, name="account"),
    path("account/", own.own_account, name="mfa_index"),
    path("account/", own.own_account, name="mfa_list_webauthn"),
    path("account/devices/<str:public_id>/end/", own.end_device, name="account-device-end"),
    path("account/confirm/", views.confirm_identity, name="confirm-identity"),
    path("account/app/", fresh_sign_in_required(activate_totp), name="mfa_activate_totp"),
    path(
        "account/app/remove/", fresh_sign_in_required(deactivate_totp), name="mfa_deactivate_totp"
    ),
    path("account/codes/", codes.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/file/", codes.recovery_codes_file, name="mfa_download_recovery_codes"),
    path("account/codes/new/", codes.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/passkeys/add/", fresh_sign_in_required(add_webauthn), name="mfa_add_webauthn"),
    path(
        "account/passkeys/<int:pk>/remove/",
        fresh_sign_in_required(remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path("accounts/", administration.account_list, name="account-list"),
    path("accounts/add/", administration.account_add, name="account-add"),
    path("accounts/requests/", administration.request_list, name="request-list"),
    path(
        "accounts/requests/<str:public_id>/<str:step>/",
        administration.request_step,
        name="request-step",
    ),
    path("accounts/<str:public_id>/", administration.account_detail, name="account-detail"),
    path("accounts/<str:public_id>/role/", administration.role_propose, name="role-propose"),
    path("accounts/end/<str:public_id>/<str:role_id>/", deeds.role_end, name="role-end"),
    path("accounts/<str:public_id>/do/<str:deed>/", deeds.account_deed, name="account-deed"),
]
if settings.OIDC is not None:
    outside = import_module("allauth.socialaccount.providers.openid_connect.views")
    urlpatterns += [
        path(
            "oidc/<slug:provider_id>/login/",
            require_POST(outside.login),
            name="openid_connect_login",
        ),
        path(
            "oidc/<slug:provider_id>/login/callback/",
            outside.callback,
            name="openid_connect_callback",
        ),
    ]
