# SPDX-License-Identifier: GPL-3.0-or-later
from django.db import models


class ProcessedEvent(models.Model):
    event_id = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Invoice(models.Model):
    """How often an order was billed: 1, when every event is applied once."""

    order_id = models.BigIntegerField(unique=True)
    times_billed = models.IntegerField(default=0)
