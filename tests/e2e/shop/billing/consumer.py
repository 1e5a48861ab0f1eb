# SPDX-License-Identifier: GPL-3.0-or-later
import json

import redis
from django.conf import settings
from django.db.models import F

from .models import Invoice, ProcessedEvent


def handle(payload):
    Invoice.objects.get_or_create(order_id=payload["order_id"])
    Invoice.objects.filter(order_id=payload["order_id"]).update(times_billed=F("times_billed") + 1)


def consume(consumer, stream="order.paid", group="billing", block_ms=500, crash_after=None):
    """Reads until nothing arrives for block_ms; with crash_after, stops dead while it holds entries."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    try:
        client.xgroup_create(stream, group, id="0", mkstream=True)
    except redis.ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise
    seen = 0
    while True:
        answer = client.xreadgroup(group, consumer, {stream: ">"}, count=100, block=block_ms)
        if not answer:
            return seen
        for entry_id, fields in answer[0][1]:
            if crash_after is not None and seen >= crash_after:
                return seen
            payload = json.loads(fields[b"data"])
            _, created = ProcessedEvent.objects.get_or_create(event_id=str(payload["order_id"]))
            if created:
                handle(payload)
            client.xack(stream, group, entry_id)
            seen += 1
