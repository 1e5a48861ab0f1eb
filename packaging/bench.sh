#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds in Release, runs every program that measures, and writes what they print, as Markdown, to
# build/bench/results.md. Sizes come from the environment (see tests/bench), for example
#   OUTBOARD_BENCH_PUBLISHED=10000000 OUTBOARD_BENCH_ROWS=10000000 packaging/bench.sh
# With names (bench_relay, bench_plan, …) only those are run.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/packages.sh

install_packages "${build_packages[@]}" "${sandbox_packages[@]}" "${test_packages[@]}"
cmake --preset bench $(quick_options)
cmake --build --preset bench --target bench
{
    echo "## Measured on $(nproc) cores, $(. /etc/os-release && echo "$PRETTY_NAME")"
    if [ $# -gt 0 ]; then programs=("${@/#/build/bench/tests/bench/}"); else
        programs=(build/bench/tests/bench/bench_*)
    fi
    for program in "${programs[@]}"; do
        if [ -f "$program" ]; then "$program"; fi
    done
} | tee build/bench/results.md
