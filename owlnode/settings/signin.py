"""How city staff sign in: password with a second factor, passkey, or the city's own identity provider.

Accounts are made by administrators; nobody signs up. See docs/decisions/0023-staff-sign-in.md.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from owlnode import env

NODE = env.load()

SIGN_IN_APPS = [
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
]
SIGN_IN_MIDDLEWARE = [
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "apps.console.signin.middleware.SecondFactorMiddleware",
    # The last one: it turns a refused attempt into its page.
    "axes.middleware.AxesMiddleware",
]


def providers(node: env.NodeEnv) -> dict[str, Any]:
    """The one identity provider that the environment names, as allauth wants to be told of it; {} for none."""
    if not node.oidc_issuer:
        return {}
    city = {
        "provider_id": "city",
        "name": node.oidc_name,
        "client_id": node.oidc_client_id,
        "secret": node.oidc_client_secret.get_secret_value(),
        "settings": {"server_url": node.oidc_issuer.rstrip("/"), "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [city]}}


LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = 12 * 60 * 60

ACCOUNT_ADAPTER = "apps.console.signin.adapters.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# Wrong passwords are counted by axes, by device and address: a count by name or address alone would lock colleagues
# out. "login_failed" is left for wrong codes of a person whose password was right; "login_address" is our own, and only
# slows down unknown devices (apps.console.signin.adapters).
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "10/15m/key", "login_address": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = NODE.trusted_proxies

MFA_FORMS = {
    "add_webauthn": "apps.console.signin.forms.RegisterKey",
    "authenticate_webauthn": "apps.console.signin.forms.SecondKey",
    "login_webauthn": "apps.console.signin.forms.Passkey",
    "reauthenticate_webauthn": "apps.console.signin.forms.KeyAgain",
}
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_ADAPTER = "apps.console.signin.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = NODE.base_url.startswith("http://")
MFA_TOTP_ISSUER = f"OWL {NODE.city_name}"
MFA_RECOVERY_CODES_SHOW_ONCE = True

USERSESSIONS_TRACK_ACTIVITY = False

SOCIALACCOUNT_ADAPTER = "apps.console.signin.adapters.ProviderAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = providers(NODE)

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "apps.console.signin.devices.counted_name"
AXES_LOCKOUT_PARAMETERS = "apps.console.signin.devices.counted_by"
AXES_CLIENT_IP_CALLABLE = "apps.console.signin.devices.address_of"
AXES_LOCKOUT_CALLABLE = "apps.console.signin.views.locked_out"
