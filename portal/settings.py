"""Settings, all from the environment (each variable is explained in .env.example).

Nothing set means the embedded default: SQLite, a broker in files and mail in a
file, all under var/. PRODUCTION=True turns every demo shortcut off.
"""

import secrets
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal import env

BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = env.boolean("PRODUCTION", False)
DEMO = env.boolean("DEMO", not PRODUCTION)
if DEMO and PRODUCTION:
    raise ImproperlyConfigured("DEMO and PRODUCTION are both True.")
DEBUG = False
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()


def _kept_secret(name: str) -> str:
    """A random secret kept in VAR_DIR, so that an embedded portal needs no set-up."""
    if PRODUCTION:
        return env.text(name)
    path = VAR_DIR / f"{name.lower()}.txt"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        draft.chmod(0o600)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        draft.unlink()
    return env.text(name, path.read_text(encoding="utf-8"))


SECRET_KEY = _kept_secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
SITE_URL = env.text("SITE_URL", None if PRODUCTION else "http://127.0.0.1:8000").rstrip("/")
_OWN_NAMES = None if PRODUCTION else "127.0.0.1,localhost,[::1],testserver"
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", _OWN_NAMES)
CSRF_TRUSTED_ORIGINS = [SITE_URL, *env.words("CSRF_TRUSTED_ORIGINS")]
ADMIN_PATH = env.text("ADMIN_PATH", None if PRODUCTION else "quan-tri-he-thong").strip("/")

# Who runs this portal
PORTAL_NAME = env.text("PORTAL_NAME", "Cổng Một Cửa")
PROVINCE_NAME = env.text("PROVINCE_NAME", "Tỉnh Lạng Sơn")
PROVINCE_CODE = env.text("PROVINCE_CODE", "20")
HOTLINE = env.text("HOTLINE", "1900 0000")
HELP_EMAIL = env.text("HELP_EMAIL", "hotro@example.vn")
OPEN_DATA_LICENCE = env.text("OPEN_DATA_LICENCE", "Được dùng lại tự do khi ghi rõ nguồn.")
QUESTION_DAYS = env.integer("QUESTION_DAYS", 5)
DRAFT_DAYS = env.integer("DRAFT_DAYS", 90)

INSTALLED_APPS = [
    "portal.lib",
    "portal",
    "accounts",
    "notices",
    "procedures",
    "dossiers",
    "postal",
    "reports",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.Errors",
    "portal.middleware.PublicPageCache",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.SignInFirst",
    "portal.middleware.PrivatePages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.middleware.SecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

_TEMPLATE_LOADERS = [
    f"django.template.loaders.{place}.Loader" for place in ("filesystem", "app_directories")
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", _TEMPLATE_LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.portal",
            ],
            "builtins": ["portal.templatetags.parts"],
        },
    }
]

# Data
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR}/portal.sqlite3")}
POSTGRESQL = DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL", None if PRODUCTION else "")
CACHES = {
    "default": {
        "BACKEND": "portal.lib.cache.BreakerCache",
        "LOCATION": env.cache_url("CACHE_URL", REDIS_URL, production=PRODUCTION),
        "KEY_PREFIX": "portal",
        "TIMEOUT": 300,
    }
}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PortalBackend"]
PASSWORD_HASHERS = [
    f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("PBKDF2", "Scrypt")
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"accounts.passwords.{rule}"} for rule in ("Length", "Personal", "Common", "Context")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my-dossiers"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email", "phone", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.signup.SignupDetails"
ACCOUNT_FORMS = {
    name: f"accounts.forms.{name.title().replace('_', '')}Form"
    for name in ("signup", "login", "change_password", "set_password", "reset_password")
    + ("reset_password_from_key", "add_email", "reauthenticate")
}
# E-mail or phone, at least one: accounts.forms.SignupForm sees to it, allauth cannot say it.
# HSTS for the other names below ours is the province's word (HSTS_SUBDOMAINS, HSTS_PRELOAD).
SILENCED_SYSTEM_CHECKS = ["account.W001", "security.W005", "security.W021"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
# Sign-in and reset tell nobody who has an account; sign-up has to (accounts.forms.SignupForm).
ACCOUNT_PREVENT_ENUMERATION = True
# Whoever changes the e-mail shows the password again.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{PORTAL_NAME}] "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
# Ours stand in front of these views, in the database (portal.lib.limits): allauth's
# own live in the cache, which may be away.
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "accounts.second_factor.MFAAdapter"
MFA_FORMS = {
    name: f"accounts.second_factor.{name.title().replace('_', '')}Form"
    for name in ("activate_totp", "authenticate", "reauthenticate")
}
STAFF_SECOND_FACTOR = env.boolean("STAFF_SECOND_FACTOR", PRODUCTION)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.integer("SESSION_SECONDS", 12 * 3600)
SESSION_SHARED_SECONDS = env.integer("SESSION_SHARED_SECONDS", 15 * 60)
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
LOOKUP_KEYS = env.pairs("LOOKUP_KEYS", None if PRODUCTION else f"1:{SECRET_KEY[:32]}")
LOOKUP_KEY_VERSION = env.one_of("LOOKUP_KEY_VERSION", LOOKUP_KEYS, "1", "LOOKUP_KEYS")

# Transport security (nginx ends TLS and overwrites the forwarded headers)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.boolean("HSTS_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.boolean("HSTS_PRELOAD", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 1 if PRODUCTION else 0)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **dict.fromkeys(("default-src", "form-action", "frame-src"), [SELF]),
        **dict.fromkeys(("object-src", "base-uri", "frame-ancestors"), [NONE]),
        "img-src": [SELF, "data:", "blob:"],
    }
}

# Language, time, shape of numbers
LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = ["portal.formats"]
USE_THOUSAND_SEPARATOR = False

# Files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns about a missing folder
WHITENOISE_AUTOREFRESH = False
PRIVATE_ROOT = Path(env.text("PRIVATE_ROOT", str(VAR_DIR / "private")))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PRIVATE_ROOT), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": f"portal.storage.{'Manifest' if PRODUCTION else 'Fingerprinted'}Storage"
    },
}
X_ACCEL = env.boolean("X_ACCEL", PRODUCTION)
FILE_UPLOAD_TEMP_DIR = env.text("FILE_UPLOAD_TEMP_DIR", "") or None
UPLOAD_LIMITS = {
    "max_bytes": 20 * 1024 * 1024,
    "max_resumed_bytes": 50 * 1024 * 1024,
    "max_video_bytes": 50 * 1024 * 1024,  # nginx.conf: location /quan-tri/ban-soan/
    "max_pixels": 50_000_000,
    "max_pages": 200,
    "max_expanded_bytes": 200 * 1024 * 1024,
    "papers_per_requirement": 10,
    "papers_per_dossier": 100,
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
DATA_UPLOAD_MAX_NUMBER_FILES = 30
CLAMD_ADDRESS = env.text("CLAMD_ADDRESS", "")
JOB_TIMEOUT = timedelta(seconds=env.integer("JOB_TIMEOUT_SECONDS", 30))
JOB_MEMORY_MB = env.integer("JOB_MEMORY_MB", 2048)
SLIP_FORM_SET = env.text("SLIP_FORM_SET", "TT03/2025")

# Mail: everything becomes a Notice row first; MAIL_TRANSPORT is what really sends.
EMAIL_BACKEND = "notices.mail.OutboxBackend"
MAIL_TRANSPORT = env.text(
    "MAIL_TRANSPORT",
    "django.core.mail.backends.smtp.EmailBackend" if PRODUCTION else "notices.mail.FileBackend",
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST", None if PRODUCTION else "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_TIMEOUT = env.boolean("EMAIL_USE_TLS", PRODUCTION), 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{PORTAL_NAME} <khong-tra-loi@example.vn>")

# The post (domain.md §5.3)
POSTAL = {
    "vnpost": {
        "url": env.text("POSTAL_VNPOST_URL", None if PRODUCTION else "http://127.0.0.1:8090"),
        "consumer_key": env.text("POSTAL_VNPOST_KEY", None if PRODUCTION else "demo-key"),
        "consumer_secret": env.text("POSTAL_VNPOST_SECRET", None if PRODUCTION else "demo-secret"),
        "customer_code": env.text("POSTAL_VNPOST_CUSTOMER", None if PRODUCTION else "DEMO01"),
        "callback_secret": _kept_secret("POSTAL_VNPOST_CALLBACK_SECRET"),
    }
}

# Nobody waits without a word (dossiers.actions.silence): working days, the last in days
PATIENCE = {
    "silent_days": env.integer("SILENT_AFTER_DAYS", 5),
    "nudge_days": env.integer("NUDGE_EVERY_DAYS", 3),
    "remind_days": env.integer("REMIND_BEFORE_DAYS", 2),
    "answer_days": env.integer("STUCK_ANSWER_DAYS", 2),
    "result_days": env.integer("STUCK_RESULT_DAYS", 5),
    "accepted_days": env.integer("STUCK_ACCEPTED_DAYS", 2),
    "withdrawal_days": env.integer("STUCK_WITHDRAWAL_DAYS", 3),
    "stopped_days": env.integer("STUCK_STOPPED_DAYS", 10),
    "proposal_days": env.integer("STUCK_PROPOSAL_DAYS", 2),
}

# Celery
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = env.broker_options(REDIS_URL, VAR_DIR / "queue")
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Without it Celery reconnects to the database around every task (160 instead of 593 a second).
CELERY_DB_REUSE_MAX = 1000
_OUTSIDE = "postal.tasks.drain_orders", "postal.tasks.poll_tracking", "notices.tasks.drain_notices"
CELERY_TASK_ROUTES = {task: {"queue": "outside"} for task in _OUTSIDE}
CELERY_TASK_DEFAULT_QUEUE = "inside"


def _every(task: str, seconds: float) -> dict[str, object]:
    # A tick that waited longer than its period has a successor already: let it go.
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 5)}}


CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat")
CELERY_BEAT_SCHEDULE = {
    "notices": _every("notices.tasks.drain_notices", 2),
    "papers": _every("dossiers.tasks.check_papers", 2),
    "batches": _every("dossiers.tasks.work_batches", 3),
    "bulk": _every("dossiers.tasks.work_bulk", 3),
    "slips": _every("dossiers.tasks.render_slips", 2),
    "registers": _every("dossiers.tasks.write_registers", 4),
    "orders": _every("postal.tasks.drain_orders", 2),
    "tracking": _every("postal.tasks.poll_tracking", env.integer("POSTAL_POLL_SECONDS", 15)),
    "parcels": _every("postal.tasks.sweep", 60),
    "drafts": _every("procedures.tasks.publish_due", 120),
    "handouts": _every("procedures.tasks.render_handouts", 4),
    "handouts-ready": _every("procedures.tasks.prepare_handouts", 60),
    "measures": _every("dossiers.tasks.measure", 3600),
    "catalogue-tidy": _every("procedures.tasks.tidy", 3600),
    "imports": _every("procedures.tasks.work_imports", 3),
    "exports": _every("procedures.tasks.write_exports", 10),
    "tidy": _every("dossiers.tasks.tidy", 3600),
    "expiry": _every("dossiers.tasks.expire_drafts", 3600),
    "patience": _every("dossiers.tasks.look_after", 600),
    "lapsing": _every("dossiers.tasks.lapse_additions", 900),
    "watch": _every("dossiers.tasks.watch", 600),
}

# Forms
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
