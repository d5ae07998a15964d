"""One file of settings, secure by default: every value that differs between places comes from the environment.

The README's table names each variable; tests/test_consistency.py compares the two.
"""

import os
from pathlib import Path

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from psycopg.conninfo import conninfo_to_dict

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name} (the README's table says what it is).")
    return value


def env_flag(name: str, default: bool) -> bool:
    return env(name, str(default)).lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


# Where it runs

DEMO = env_flag("TREMPLIN_DEMO", False)
DEBUG = env_flag("TREMPLIN_DEBUG", False)
SECRET_KEY = env("TREMPLIN_SECRET_KEY")
SECRET_KEY_FALLBACKS = env_list("TREMPLIN_OLD_SECRET_KEYS")
BASE_URL = env("TREMPLIN_BASE_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env_list("TREMPLIN_ALLOWED_HOSTS", "localhost,127.0.0.1")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
VAR_DIR = Path(env("TREMPLIN_VAR_DIR", str(BASE_DIR / "var")))
CONTENT_DIR = BASE_DIR / "content"
DEMO_INBOX_DIR = VAR_DIR / "inbox"

# What it is made of, from the top floor down

INSTALLED_APPS = [
    "portal",
    "reports",
    "surveys",
    "diagnostics",
    "trainings",
    "businesses",
    "programmes",
    "questionnaires",
    "accounts",
    "outbox",
    "figures",
    "rendering",
    "asking",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "heroicons",
    "accounts.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",  # the index that finds a part of a word
]

MIDDLEWARE = [
    "django.middleware.csp.ContentSecurityPolicyMiddleware",  # first: static files and redirects have it too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "portal.middleware.refuse_nul",  # in the reader's language, before anything reads the address
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
            "builtins": ["rendering.templatetags.dates"],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# Real parts

_database = conninfo_to_dict(env("DATABASE_URL"))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.pop("dbname", "portal"),
        "OPTIONS": {
            **_database,
            # PostgreSQL keeps the plan of what it is asked over and over: planning anew cost it more than answering.
            # A pooler in front of it must let through prepared statements (PgBouncer does from 1.21 on).
            "server_side_binding": True,
            "prepare_threshold": 5,
            "pool": {"min_size": 1, "max_size": int(env("TREMPLIN_DATABASE_POOL", "8")), "timeout": 10},
        },
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
# A broker that is refused or hangs may never hold a request: the row is the order, the broker only rings the bell
# (outbox/bell.py, with a shorter socket_timeout of its own). The worker is patient, and asks again for as long as it takes.
CELERY_BROKER_CONNECTION_TIMEOUT = 0.5
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 30,
    "socket_connect_timeout": 0.5,
    "max_retries": 0,
    "visibility_timeout": 600,
}
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# Counting what is at work instead of what was acknowledged: with a limit on the latter, one acknowledgement lost while
# the broker hangs stops the worker for good, without a word.
CELERY_WORKER_PREFETCH_MULTIPLIER = 0
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Brussels"
CELERY_BEAT_SCHEDULE = {
    # A round that comes late is replaced by the next: it expires.
    "outbox: sweep": {"task": "outbox.tasks.sweep", "schedule": 10, "options": {"expires": 10}},
    "outbox: tidy": {"task": "outbox.tasks.tidy", "schedule": 3600, "options": {"expires": 3600}},
    "accounts: tidy": {"task": "accounts.tasks.tidy", "schedule": 3600, "options": {"expires": 3600}},
    "portal: purge": {
        "task": "portal.tasks.purge",
        "schedule": crontab(hour=3, minute=20),
        "options": {"expires": 3600},
    },
    "trainings: expire": {"task": "trainings.tasks.expire", "schedule": 60, "options": {"expires": 60}},
    "trainings: remind": {"task": "trainings.tasks.remind", "schedule": 600, "options": {"expires": 600}},
    "trainings: thank": {"task": "trainings.tasks.thank", "schedule": 3600, "options": {"expires": 3600}},
    "trainings: tidy": {"task": "trainings.tasks.tidy", "schedule": 3600, "options": {"expires": 3600}},
    "diagnostics: count": {"task": "diagnostics.tasks.count_months", "schedule": 300, "options": {"expires": 300}},
    "reports: quarter": {"task": "reports.tasks.release_quarter", "schedule": 6 * 3600, "options": {"expires": 3600}},
    "surveys: invite": {"task": "surveys.tasks.invite", "schedule": 600, "options": {"expires": 600}},
    "surveys: remind": {"task": "surveys.tasks.remind", "schedule": 3600, "options": {"expires": 3600}},
    "surveys: follow up": {"task": "surveys.tasks.follow_up", "schedule": 3600, "options": {"expires": 3600}},
    "surveys: close": {"task": "surveys.tasks.close", "schedule": 3600, "options": {"expires": 3600}},
    "trainings: warn of few": {"task": "trainings.tasks.warn_of_few", "schedule": 3600, "options": {"expires": 3600}},
}

MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": env("SMTP_HOST", "localhost"),
            "port": int(env("SMTP_PORT", "25")),
            "username": env("SMTP_USER", ""),
            "password": env("SMTP_PASSWORD", ""),
            "use_tls": env_flag("SMTP_STARTTLS", False),
            "use_ssl": env_flag("SMTP_TLS", False),
            "timeout": 10,
        },
    },
}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("TREMPLIN_FROM_EMAIL", "Tremplin <tremplin@localhost>")

# Files

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", VAR_DIR / "fonts"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.finders.PackageFileFinder",
]
# Target below static/ -> (package, file in it): single files of packages, nothing vendored, nothing superfluous.
STATIC_PACKAGE_FILES = {
    "bootstrap/bootstrap-reboot.min.css": ("bootstrap", "css/bootstrap-reboot.min.css"),
    "bootstrap/bootstrap-reboot.min.css.map": ("bootstrap", "css/bootstrap-reboot.min.css.map"),
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "files"

# People

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:my_space"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, str]] = []

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # each sign-in proves the address: no address is kept beside the user's own
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_TIMEOUT = 15 * 60  # from the code to the second factor
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    # A room of twenty shopkeepers has one address on the network; an address of mail gets so many codes and no more.
    "request_login_code": "60/m/ip,5/10m/key,20/d/key",
    "confirm_login_code": "3/h/key",  # the key is one code
    "diagnostic_code": "30/10m/ip",  # 40 bits of code and thirty tries leave nothing to guess
    "diagnostic_mail": "40/h/ip",
    "room_code": "60/10m/ip",  # only what is wrong counts; thirty bits of a few open rooms leave nothing to guess
    "registration": "60/h/ip",  # a room of twenty, and those who come back to correct
    "interest_mail": "40/h/ip",
    # Only what is wrong counts, on the session's own days; the key is one session. From one place nobody shuts out a
    # room, and a thousand tries find one of twenty codes of twenty bits in two sessions of a hundred.
    "survey_code": "60/10m/ip,200/d/ip,1000/d/key",
    "door_pin": "10/h/ip,20/h/key,60/d/key",  # what was wrong; the key is one session, open for some days
    "certificate_check": "60/10m/ip",  # a room that checks its certificates; sixty bits leave nothing to guess
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(env_flag("TREMPLIN_BEHIND_PROXY", False))

MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tremplin"
MFA_TOTP_TOLERANCE = 1  # a code typed as it changes still works
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.SecondFactorAgainForm",
    "activate_totp": "accounts.forms.SetUpAppForm",
}
SECOND_FACTOR_AGE = 12 * 60 * 60  # staff show it once a working day, however long their session lasts

# Rate limits and used codes live in the database: in the memory of one process they would not bind the others, and a
# Redis that hangs would hold the sign-in. Nothing else is cached here.
CACHES = {
    "default": {
        "BACKEND": "accounts.cache.Cache",
        "LOCATION": "portal_cache",
    },
}

# Languages

LANGUAGE_CODE = "fr"
# Those whose catalogues are complete; of these a programme shows the ones it offers. A browser asking for another gets the first.
_languages = {"fr": "Français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}
LANGUAGES = [(code, _languages[code]) for code in env_list("TREMPLIN_LANGUAGES", "fr,en")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
FORMAT_MODULE_PATH = ["portal.formats"]

# Safety

# The least number of answers behind a mean or a share that is shown to others; never below 5 (figures/disclosure.py).
DISCLOSURE_FLOOR = 5

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_flag("TREMPLIN_BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
SESSION_ENGINE = "accounts.sessions"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "portal.logs.Line", "format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        # Their own handlers give way to ours, which cuts the secrets out.
        "django": {"level": "INFO"},
        "django.server": {"level": "INFO", "propagate": True},
        # Says each page that it lays out.
        "weasyprint.progress": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": env("TREMPLIN_LOG_LEVEL", "INFO")},
}
