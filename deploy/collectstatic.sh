#!/bin/sh
# Gathers, fingerprints and compresses the static files into STATIC_ROOT while the image is
# built. Settings demand a whole production environment; no value of this one leaves the build.
set -eu
cd "$(dirname "$0")/.."
: "${STATIC_ROOT:?folder for the files}"
nothing=only-for-collectstatic
export PRODUCTION=True SECRET_KEY=$nothing LOOKUP_KEYS=1:$nothing ADMIN_PATH=$nothing \
    SITE_URL=https://localhost ALLOWED_HOSTS=localhost EMAIL_HOST=localhost \
    DATABASE_URL=postgresql://localhost/none REDIS_URL=redis://localhost \
    POSTAL_VNPOST_URL=https://localhost POSTAL_VNPOST_KEY=$nothing \
    POSTAL_VNPOST_SECRET=$nothing POSTAL_VNPOST_CUSTOMER=$nothing \
    POSTAL_VNPOST_CALLBACK_SECRET=$nothing STATIC_ROOT
exec "${PYTHON:-python}" manage.py collectstatic --no-input -v 0
