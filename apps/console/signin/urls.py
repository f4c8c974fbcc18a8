"""The door: allauth's pages under their own names, without sign-up, email and password-reset pages.

A forgotten password is set anew by an administrator, who knows the colleague; so no page tells strangers who has an
account.
"""

from allauth.account import views as account
from allauth.socialaccount import views as provider
from allauth.socialaccount.providers.openid_connect import views as oidc
from allauth.usersessions import views as sessions
from django.urls import include, path

from apps.console.signin import views

urlpatterns = [
    path("login/", views.with_provider(account.login), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("unknown/", views.unknown, name="signin-unknown"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("provider/cancelled/", provider.login_cancelled, name="socialaccount_login_cancelled"),
    path("provider/error/", provider.login_error, name="socialaccount_login_error"),
    path("provider/sign-up/", views.unknown, name="socialaccount_signup"),
    path("provider/oidc/<slug:provider_id>/login/", views.by_provider(oidc.login), name="openid_connect_login"),
    path(
        "provider/oidc/<slug:provider_id>/login/callback/",
        views.by_provider(oidc.callback),
        name="openid_connect_callback",
    ),
]
