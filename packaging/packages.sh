# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by try.sh and check.sh: which Debian packages each needs, and how to install them.

build_packages=(
    g++ mold cmake ninja-build pkgconf
    qt6-base-dev libqt6sql6-sqlite libqcustomplot-dev
    libhiredis-dev libpqxx-dev libpq-dev libcurl4-openssl-dev librdkafka-dev
    qtkeychain-qt6-dev ca-certificates
    fonts-dejavu-core
)
sandbox_packages=(postgresql redis-server)
test_packages=(dbus-bin dbus-daemon gnome-keyring libsecret-1-0 openssl openssh-client openssh-server pgbouncer
    python3-django python3-celery python3-redis
    python3-psycopg2)
# Only Debian 12 has it, and another version would ask for other lines.
if grep -q '^VERSION_ID="12"' /etc/os-release; then test_packages+=(clang-format-14); fi

# install_packages NAME...: installs what is missing, without a question; does nothing when all is there.
install_packages() {
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null | grep -q '^ii' || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    echo "Installing: ${missing[*]}"
    local as_root=(env DEBIAN_FRONTEND=noninteractive)
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "These Debian packages are missing and there is no sudo: ${missing[*]}" >&2
            echo "Ask root to run: apt-get install ${missing[*]}" >&2
            return 1
        }
        as_root=(sudo env DEBIAN_FRONTEND=noninteractive)
    fi
    "${as_root[@]}" apt-get update -q </dev/null
    "${as_root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" </dev/null
}

# How to build quickly: again only what changed where ccache is installed, else with precompiled headers.
# mold, because every test is a program to link.
quick_options() {
    echo "-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold"
    if command -v ccache >/dev/null; then
        echo "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"
    else
        echo "-DOUTBOARD_PCH=ON"
    fi
}
