"""Settings, driven by the environment, which refuse to guess.

DJANGO_DEBUG           True on a developer's machine only; else False, the default
DJANGO_SECRET_KEY      signs sessions and links; needed unless DJANGO_DEBUG
DJANGO_ALLOWED_HOSTS   the site's names, separated by commas
DATABASE_URL           sqlite:////path/to/file or postgres://user:password@host/name
EMAIL_URL              smtp+tls://user:password@host:587, or consolemail:// to print letters
LOIP_MAIL_FROM         the address our letters come from
LOIP_BEHIND_PROXY      True when one proxy of ours ends TLS and sets X-Forwarded-Proto and -For
LOIP_DEMONSTRATION     True for the demonstration: plain http on this machine, made-up people
LOIP_TODAY             the day the demonstration pretends it is; refused outside it
LOIP_SHOW_COMPONENTS   True to serve the gallery of page components; else as DJANGO_DEBUG
"""

import os
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from csp.constants import NONE, SELF

from loip import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

DEBUG = environment.switch(os.environ, "DJANGO_DEBUG", default=False)
LOIP_DEMONSTRATION = environment.switch(os.environ, "LOIP_DEMONSTRATION", default=False)
LOIP_SHOW_COMPONENTS = environment.switch(os.environ, "LOIP_SHOW_COMPONENTS", default=DEBUG)

# A developer's machine or the demonstration: everything on one machine, over plain http.
IS_LOCAL = DEBUG or LOIP_DEMONSTRATION

# People and places

SECRET_KEY = environment.secret_key(os.environ, is_debug=DEBUG)
ALLOWED_HOSTS = environment.host_names(os.environ, default=["127.0.0.1", "localhost"] if IS_LOCAL else None)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
LOIP_TODAY = environment.pretended_today(
    os.environ, is_demonstration=LOIP_DEMONSTRATION, zone=ZoneInfo(TIME_ZONE)
)

# The parts

INSTALLED_APPS = [
    "reports.apps.ReportsConfig",
    "dashboard.apps.DashboardConfig",
    "actionplans.apps.ActionplansConfig",
    "priorities.apps.PrioritiesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "auditlog",
    "crispy_forms",
    "crispy_forms_gds",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "rules.apps.RulesConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "loip.requests.WithoutNulls",
    "loip.requests.WholeForms",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "priorities.audit.RecordActor",
]

ROOT_URLCONF = "loip.urls"
WSGI_APPLICATION = "loip.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "loip.navigation.page_furniture",
            ],
        },
    },
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["gds"]
CRISPY_TEMPLATE_PACK = "gds"

# The record

DATABASES = {
    "default": environment.database(os.environ, default=VAR_DIR / "loip.sqlite3" if IS_LOCAL else None)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Each process keeps its own: right for one server process of many threads, which is how we run.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Work too long for one page. A developer and the demonstration run no second process for it.
TASKS = {
    "default": {
        "BACKEND": (
            "django_tasks.backends.immediate.ImmediateBackend"
            if IS_LOCAL
            else "django_tasks_db.DatabaseBackend"
        ),
    },
}

# Only what priorities and its upstairs neighbours name goes into the audit record, and a person's network
# address never does: it tells a partnership nothing it needs, and the header it is read from can be forged.
AUDITLOG_INCLUDE_ALL_MODELS = False
AUDITLOG_DISABLE_REMOTE_ADDR = True

# Signing in

AUTH_USER_MODEL = "priorities.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "loip.accounts.InvitedOnly"
ACCOUNT_FORMS = {
    "login": "loip.account_forms.LoginForm",
    "reauthenticate": "loip.account_forms.ReauthenticateForm",
    "reset_password": "loip.account_forms.ResetPasswordForm",
    "reset_password_from_key": "loip.account_forms.ResetPasswordKeyForm",
    "change_password": "loip.account_forms.ChangePasswordForm",
    "set_password": "loip.account_forms.SetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Whoever gives a membership vouches for the address; a new password still goes only to that address.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Whoever has no account here is not written to because someone typed their address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# Council computers are shared: closing the browser signs out.
ACCOUNT_SESSION_REMEMBER = False

# Letters

vars().update(environment.email(os.environ, default="consolemail://" if IS_LOCAL else None))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("LOIP_MAIL_FROM", "loip@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Static files: `static/` is ours as written, `static-built/` is compiled by npm.

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "static-built"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        ),
    },
}

# Security

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        # The hash is that of an empty style element: the one plotly makes, and fills through the style
        # sheet's own interface, which the policy allows. Without it a chart's layers fall apart.
        "style-src": [SELF, "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
# Six for each figure on one page: Django's thousand would refuse a priority of two hundred measures.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = [
    "loip.requests.NoLargeFiles",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
SESSION_COOKIE_SECURE = not IS_LOCAL
CSRF_COOKIE_SECURE = not IS_LOCAL
# A form left open over the end of a session keeps what was typed in it.
CSRF_FAILURE_VIEW = "priorities.held_words.csrf_failure"
SECURE_SSL_REDIRECT = not IS_LOCAL
SECURE_HSTS_SECONDS = 0 if IS_LOCAL else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not IS_LOCAL
# Being built into browsers' lists binds the whole domain for years: for the council to ask, not for us.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

if environment.switch(os.environ, "LOIP_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# What the program says while it runs

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_keys": {"()": "loip.logs.WithoutKeys"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_keys"]}
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    # Django's own handlers would say everything twice.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # They tell of every step of every report printed.
        "weasyprint.progress": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
