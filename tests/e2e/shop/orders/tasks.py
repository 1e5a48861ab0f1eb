# SPDX-License-Identifier: GPL-3.0-or-later
import json

import redis
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from .models import OutboxEvent


@shared_task
def relay_outbox():
    """At most 500 rows a run, one XADD and one UPDATE per row; no lock."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    sent = 0
    for event in OutboxEvent.objects.filter(published_at__isnull=True)[:500]:
        client.xadd(event.topic, {"data": json.dumps(event.payload)})
        event.published_at = timezone.now()
        event.save(update_fields=["published_at"])
        sent += 1
    return sent
