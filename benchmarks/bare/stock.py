"""The reference of performance.md §1.1: Django's own apps and middleware, our users and
database, a two-level template with a table of 20 rows."""

from benchmarks.bare.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare.stock_urls"
INSTALLED_APPS = [
    "portal.lib",
    "accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Our users' models import it.
    "allauth",
    "allauth.mfa",
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
