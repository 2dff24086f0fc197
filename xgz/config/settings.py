"""Settings from the environment: XGZ_HOME (data folder), XGZ_PROFILE, XGZ_DATABASE_URL."""

import logging
import os
from pathlib import Path

from csp.constants import NONE, SELF

from xgz.config.databases import postgresql_settings, sqlite_settings
from xgz.config.logs import logging_settings
from xgz.config.oidc import oidc_settings
from xgz.config.secrets import read_or_make_secret
from xgz.config.sqlite_build import use_safe_build

BASE = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("XGZ_HOME") or BASE / "var").resolve()
PROFILE = os.environ.get("XGZ_PROFILE", "demo")  # demo | production | test
if PROFILE not in {"demo", "production", "test"}:
    raise SystemExit("XGZ_PROFILE must be demo, production or test")

try:
    HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
    SECRET_KEY = read_or_make_secret(HOME / "keys" / "django-secret")
except OSError as fault:
    raise SystemExit(
        f"the data folder {HOME} cannot be used ({fault.strerror}): "
        "set XGZ_HOME to a folder of your own, or run xgz as the user who owns this one"
    ) from None
KEY_RING = Path(os.environ.get("XGZ_KEY_RING") or HOME / "keys" / "keyring.json")
# Where the end of the audit is written down, outside the database (docs/decisions/0014).
AUDIT_ANCHORS = Path(os.environ.get("XGZ_ANCHORS") or HOME / "anchors" / "audit.jsonl")
BACKUPS = Path(os.environ.get("XGZ_BACKUPS") or HOME / "backups")
BACKUP_HOURS_KEPT = int(os.environ.get("XGZ_BACKUP_HOURS_KEPT", "24"))
BACKUP_DAYS_KEPT = int(os.environ.get("XGZ_BACKUP_DAYS_KEPT", "14"))
DEBUG = False
ALLOWED_HOSTS = os.environ.get("XGZ_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
# Where the office keeps licensed fonts for its papers; "": those of the machine (decision 0036).
PAPER_FONTS = os.environ.get("XGZ_PAPER_FONTS", "")
# Where the public self-report pages are reached, as printed on posters; "": on this site itself.
SELF_REPORT_URL = os.environ.get("XGZ_SELF_REPORT_URL", "")
RELAY_KEYS = KEY_RING.with_name("relay.json")
# Where the relay hands its sealed pieces over, and the file with its token; "": none is asked.
RELAY_URL = os.environ.get("XGZ_RELAY_URL", "")
RELAY_TOKEN = os.environ.get("XGZ_RELAY_TOKEN_FILE", "")
PROXIES = int(os.environ.get("XGZ_PROXIES", "1" if PROFILE == "production" else "0"))

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# Beside the package in the project, inside it where it was installed as a wheel.
TEXTS = BASE if (BASE / "docs" / "rulebook").is_dir() else BASE / "xgz" / "bundled"
LOCALE_PATHS = [TEXTS / "locale"]
RULEBOOK = TEXTS / "docs" / "rulebook"  # shown as it stands on the page 规则与参数
FORMAT_MODULE_PATH = ["xgz.config.formats"]
ROOT_URLCONF = "xgz.config.urls"
WSGI_APPLICATION = "xgz.config.wsgi.application"
AUTH_USER_MODEL = "xgz.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "template_partials",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "xgz",
]
OIDC = oidc_settings()
if OIDC is not None:
    INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")
    SOCIALACCOUNT_PROVIDERS = OIDC.providers()
MIDDLEWARE = [
    "xgz.web.requests.RequestLine",
    "django.middleware.security.SecurityMiddleware",
    "xgz.web.requests.CommonHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "xgz.web.requests.PlainText",
    "xgz.web.health.views.HealthPages",
    "xgz.web.health.outages.ReadsAgain",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "xgz.web.middleware.ChosenLanguage",
    "xgz.web.health.uploads.RoomForUploads",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xgz.web.middleware.ReadsOnce",
    "xgz.web.middleware.ActorMiddleware",
    "xgz.web.middleware.NotPermittedTo403",
    "xgz.web.middleware.TooManySeenTo429",
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # widgets of our own first
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "xgz" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xgz.web.shell.shell_context",
            ],
        },
    }
]

_journal_mode = use_safe_build()  # on PostgreSQL too: what is read aside goes through SQLite
_url = os.environ.get("XGZ_DATABASE_URL", "")
DATABASES = {"default": postgresql_settings(_url) if _url else sqlite_settings(HOME, _journal_mode)}

# Tests have no worker: a job is run before its enqueue returns.
JOBS_AT_ONCE = PROFILE == "test"

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("XGZ_STATIC_ROOT") or HOME / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PROFILE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = PROFILE == "test"
WHITENOISE_AUTOREFRESH = PROFILE == "test"

PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if PROFILE == "test"
    else ["xgz.config.hashers.OfficeArgon2Hasher"]
)
PASSWORD_PROFILE = os.environ.get("XGZ_PASSWORD_PROFILE", "mlps3")  # mlps3 | nist
if PASSWORD_PROFILE not in {"mlps3", "nist"}:
    raise SystemExit("XGZ_PASSWORD_PROFILE must be mlps3 or nist")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "xgz.services.passwords.OfficePassword"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AUTHENTICATION_BACKENDS = ["xgz.web.accounts.backends.OfficeBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"

# Second factors and outside identities are the library's; passwords, limits and devices are ours.
# Whoever needs a second factor is led to set one up; demo sites only offer it.
SECOND_FACTOR_REQUIRED = PROFILE == "production"
ACCOUNT_ADAPTER = "xgz.web.accounts.adapters.AccountAdapter"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
MFA_ADAPTER = "xgz.web.accounts.adapters.FactorAdapter"
MFA_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PROFILE != "production"
MFA_FORMS = {
    "authenticate": "xgz.web.accounts.factor_forms.SecondFactorForm",
    "activate_totp": "xgz.web.accounts.factor_forms.FirstCodeForm",
    "authenticate_webauthn": "xgz.web.accounts.factor_forms.SecondPasskeyForm",
    "login_webauthn": "xgz.web.accounts.factor_forms.SignInPasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "xgz.web.accounts.adapters.OutsideIdentities"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False

SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
DEVICE_COOKIE_NAME = "device"  # of a browser somebody signed in from before
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if PROFILE == "production":
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)$"]  # asked from the machine itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    DEVICE_COOKIE_NAME = "__Host-device"
    SECURE_HSTS_SECONDS = 365 * 24 * 3600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *([OIDC.origin] if OIDC else [])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# An upload of the size we take stays in memory until it is sealed: it may be a roster.
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_TEMP_DIR = HOME / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)

LOGGING = logging_settings(os.environ.get("XGZ_LOG", ""), os.environ.get("XGZ_LOG_FILE", ""))
# Of a line that cannot be written (a full disk), Python would show the fault with all its values.
logging.raiseExceptions = False
