# SPDX-License-Identifier: GPL-3.0-or-later
"""The shop's own code, timed without the time that Python and Django take to start.

Usage: seedloop.py relay|consume; says "ready", and for each line on standard input does its work until
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


def consume():
    """The consumer in its correct form: ledger row and work in one transaction."""
    from django.db import transaction
    from django.db.models import F

    from billing.models import Invoice, ProcessedEvent
    from orders.models import OutboxEvent

    events = list(OutboxEvent.objects.all())
    for event in events:
        with transaction.atomic():
            _, created = ProcessedEvent.objects.get_or_create(event_id=str(event.pk))
            if created:
                Invoice.objects.filter(order_id=event.payload["order_id"]).update(
                    times_billed=F("times_billed") + 1
                )
    return len(events)


work = {"relay": relay, "consume": consume}[sys.argv[1]]
print("ready", flush=True)
for _ in sys.stdin:
    start = time.monotonic()
    count = work()
    print(count, time.monotonic() - start, flush=True)
