# SPDX-License-Identifier: GPL-3.0-or-later
from django.db import transaction

from .models import Order, OutboxEvent


@transaction.atomic
def pay_order(order_id):
    """The order and its event, or neither."""
    order = Order.objects.select_for_update().get(pk=order_id)
    order.status = "paid"
    order.save(update_fields=["status"])
    OutboxEvent.objects.create(
        topic="order.paid",
        payload={"order_id": order.pk, "customer": order.customer, "amount": str(order.amount)},
    )
    return order
