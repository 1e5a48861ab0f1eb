# SPDX-License-Identifier: GPL-3.0-or-later
"""The shop's own code, timed without the time that Python and Django take to start.

Usage: seedloop.py relay; says "ready", and for each line on standard input does its work until
nothing is left, and prints how many events and how many seconds that were.
"""
import os
import sys
import time

import django

sys.path.insert(0, os.environ["SHOP_FOLDER"])
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
django.setup()


def relay():
    from orders.tasks import relay_outbox

    total = 0
    while sent := relay_outbox():
        total += sent
    return total


work = {"relay": relay}[sys.argv[1]]
print("ready", flush=True)
for _ in sys.stdin:
    start = time.monotonic()
    count = work()
    print(count, time.monotonic() - start, flush=True)
