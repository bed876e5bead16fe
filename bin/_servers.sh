# PostgreSQL and Redis of one run, in a temporary folder, on a socket and a free port.
# Sourced after _setup.sh by bin/test and bin/with-servers, whose traps call stop_servers.
# shellcheck shell=sh

BASE=
PG_BIN=
# Nothing of a test must survive a power cut; a benchmark (DURABLE=1) pays for its fsyncs.
# Compiling queries on a handful of rows took a third of the server's time; benchmarks keep it.
LAZY="-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c jit=off"

as_server() { # USER COMMAND…: PostgreSQL refuses to run as root
    user=$1
    shift
    if [ "$(id -u)" -eq 0 ]; then runuser -u "$user" -- "$@"; else "$@"; fi
}

server_folder() { # NAME USER
    folder=$BASE/$1
    mkdir "$folder"
    [ "$(id -u)" -ne 0 ] || chown "$2" "$folder"
}

start_servers() {
    BASE=$(mktemp -d "${TMPDIR:-/tmp}/portal-run.XXXXXX")
    chmod 711 "$BASE" # the servers' users pass through
    if [ -z "${DATABASE_URL:-}" ]; then
        PG_BIN=$(postgres_bin) || die "thiếu PostgreSQL; bin/test cài giúp"
        server_folder postgres postgres
        step "Dựng PostgreSQL riêng cho lần chạy này" start_postgres "$folder"
        export DATABASE_URL="postgresql://portal@/portal?host=$folder" PORTAL_OWN_POSTGRES=1
    fi
    if [ -z "${REDIS_URL:-}" ]; then
        server_folder redis redis
        port=$(.venv/bin/python -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        step "Dựng Redis riêng cho lần chạy này" start_redis "$folder" "$port"
        export REDIS_URL="redis://127.0.0.1:$port/0"
    fi
}

start_postgres() { # FOLDER
    lazy=$LAZY
    [ -z "${DURABLE:-}" ] || lazy=
    as_server postgres "$PG_BIN/initdb" --no-sync -D "$1/data" -U portal --auth=trust \
        --locale=C.UTF-8 -E UTF8 &&
        as_server postgres "$PG_BIN/pg_ctl" -D "$1/data" -l "$1/server.log" -w start \
            -o "-k $1 -c listen_addresses='' $lazy" &&
        as_server postgres "$PG_BIN/createdb" -h "$1" -U portal portal
}

start_redis() { # FOLDER PORT
    as_server redis redis-server --dir "$1" --port "$2" --bind 127.0.0.1 --save '' \
        --appendonly no --daemonize yes --pidfile "$1/redis.pid" --logfile "$1/redis.log" || return 1
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        redis-cli -p "$2" ping | grep -q PONG && return 0
        sleep 0.2
    done
    return 1
}

# A server that was still starting when the run was cut short has its pid file soon.
stop_servers() {
    [ -n "$BASE" ] || return 0
    if [ -s "$BASE/postgres/data/postmaster.pid" ]; then
        as_server postgres "$PG_BIN/pg_ctl" -D "$BASE/postgres/data" -m immediate -w stop \
            >/dev/null 2>&1 || true
    fi
    if [ -s "$BASE/redis/redis.pid" ]; then
        redis=$(cat "$BASE/redis/redis.pid")
        kill "$redis" 2>/dev/null || true
        while kill -0 "$redis" 2>/dev/null; do sleep 0.1; done
        rm -f "$BASE/redis/redis.pid"
    fi
}

RUN_ID="portal-$$-$(date +%s)"
mark_ours() { export PORTAL_RUN="$RUN_ID"; }

# Whatever this run started, in whatever session or group it is now: the mark is inherited.
ours() {
    for folder in /proc/[0-9]*; do
        if grep -qzxF "PORTAL_RUN=$RUN_ID" "$folder/environ" 2>/dev/null; then
            # A zombie is no longer a process; it waits for its parent to look.
            grep -q '^State:.Z' "$folder/status" 2>/dev/null || echo "${folder#/proc/}"
        fi
    done
}

kill_ours() {
    for pid in $(ours); do kill -KILL "$pid" 2>/dev/null || true; done
}
