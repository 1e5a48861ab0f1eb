#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A command that events are piped into. It behaves by the event's id: it fails, crashes, hangs,
# prints 100 MB, or is as it should be. Usage: odd.sh COUNTS
event=$(head -c 100)
id=${event#*\"event_id\": \"}
id=${id%%\"*}
echo "$id" >> "$1"
case $((id % 6)) in
    1) echo "no such account" >&2; exit 3 ;;
    2) kill -SEGV $$ ;;
    3) sleep 600 & wait ;;
    4) head -c 100000000 /dev/zero; head -c 1000000 /dev/zero >&2 ;;
esac
