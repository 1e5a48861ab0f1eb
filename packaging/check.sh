#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds every configuration and passes all tests:
#   1. formatting   2. backend and commands without the window, lanes under ThreadSanitizer
#   3. everything under AddressSanitizer and UBSan
# With CI=true warnings are errors, and a service test that cannot start its server fails.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/packages.sh

install_packages "${build_packages[@]}" "${sandbox_packages[@]}" "${test_packages[@]}"
options=($(quick_options))
[ "${CI:-}" = true ] && options+=(-DOUTBOARD_WERROR=ON)

step() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

if command -v clang-format-14 >/dev/null; then
    step "Formatting"
    find app backend widgets tests -name '*.cpp' -o -name '*.h' | xargs clang-format-14 --dry-run --Werror
fi

# This preset has no window (-DOUTBOARD_GUI=OFF), so that it also proves that the layers hold.
step "Without the window: commands, and lanes under ThreadSanitizer"
cmake --preset dev-tsan "${options[@]}"
cmake --build --preset dev-tsan --target outboard tsan_tests
ctest --preset dev-tsan

step "Everything under AddressSanitizer and UBSan"
cmake --preset dev-asan "${options[@]}"
cmake --build --preset dev-asan
ctest --preset dev-asan --parallel 3
