"""Settings of the relay: no database, no accounts, no sessions, no keys that open anything."""

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF

BASE = Path(__file__).resolve().parents[2]
TEXTS = BASE if (BASE / "locale").is_dir() else BASE / "xgz" / "bundled"
HOME = Path(os.environ.get("XGZ_RELAY_HOME") or BASE / "var" / "relay").resolve()
PROXIES = int(os.environ.get("XGZ_PROXIES", "1"))
SECURE = os.environ.get("XGZ_RELAY_PLAIN", "") != "1"  # plain HTTP is for trying things out

SECRET_KEY = secrets.token_urlsafe(50)  # signs nothing that outlives the process
DEBUG = False
ALLOWED_HOSTS = os.environ.get("XGZ_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
ROOT_URLCONF = "xgz.relay.urls"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
LOCALE_PATHS = [TEXTS / "locale"]
INSTALLED_APPS = ["django.contrib.staticfiles", "django.forms", "csp"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "xgz.relay.headers.PlainHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "xgz" / "templates"],
        "APP_DIRS": True,
    }
]
DATABASES: dict[str, object] = {}
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE / "xgz" / "static"]
WHITENOISE_USE_FINDERS = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if SECURE:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 40
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# Addresses of visitors are written nowhere: only faults are, and without the request.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "handlers": {"stderr": {"class": "logging.StreamHandler", "level": "ERROR"}},
    "root": {"handlers": ["stderr"], "level": "ERROR"},
}
