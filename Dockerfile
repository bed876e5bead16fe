# syntax=docker/dockerfile:1
# Two images: `app` (web, workers, beat, migrate) and `nginx` (the same static files in front).

FROM node:20-bookworm-slim AS vendor
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
COPY bin/vendor bin/vendor
RUN sh bin/vendor

FROM python:3.11-slim-bookworm AS packages
WORKDIR /src
COPY requirements.txt requirements-setup.txt ./
RUN python -m venv /opt/tools \
    && awk '/^[a-z]/ { on = /^uv==/ } on' requirements-setup.txt > uv.txt \
    && /opt/tools/bin/pip install --no-cache-dir --require-hashes -r uv.txt \
    && python -m venv --without-pip /opt/venv \
    && /opt/tools/bin/uv pip sync --no-cache --compile-bytecode --require-hashes \
        --python /opt/venv/bin/python requirements.txt

FROM python:3.11-slim-bookworm AS app
# Debian's own security updates are wanted, so their versions are not pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2 fontconfig \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal /srv/var /srv/private /srv/static
# PRIVATE_ROOT is a folder's name, no secret.
# hadolint ignore=DL3064
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/srv/var \
    PRIVATE_ROOT=/srv/private \
    STATIC_ROOT=/srv/static \
    PRODUCTION=True
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
COPY --from=vendor /src/static/vendor static/vendor
RUN python -m compileall -q . && sh deploy/collectstatic.sh
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "portal.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--timeout", "60", "--graceful-timeout", "30", \
     "--max-requests", "10000", "--max-requests-jitter", "1000", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]

FROM nginx:1.28-bookworm AS nginx
COPY deploy/nginx/nginx.conf /etc/nginx/nginx.conf
COPY deploy/nginx/*.html /srv/nginx/
COPY --from=app /srv/static /srv/static
# As the portal: papers are readable by nobody else.
USER 10001
EXPOSE 8080 8443
HEALTHCHECK --interval=30s --timeout=5s CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/"]
