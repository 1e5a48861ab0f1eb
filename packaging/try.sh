#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From a bare Debian 12 or 13 to Outboard on its sandbox: installs what is missing, builds a release and
# opens the window. Without a display it renders the tour of screens to build/tour/*.png.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/packages.sh

install_packages "${build_packages[@]}" "${sandbox_packages[@]}"
# shellcheck disable=SC2046
cmake --preset release $(quick_options)
cmake --build --preset release

outboard=build/release/app/outboard
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec "$outboard" --sandbox
fi
echo "No display: rendering the tour of screens."
rm -rf build/tour
QT_QPA_PLATFORM=offscreen "$outboard" --sandbox --tour build/tour
echo "The screens are in $PWD/build/tour:"
ls build/tour
