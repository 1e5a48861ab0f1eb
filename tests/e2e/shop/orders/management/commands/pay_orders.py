# SPDX-License-Identifier: GPL-3.0-or-later
from django.core.management.base import BaseCommand

from orders.models import Order
from orders.services import pay_order


class Command(BaseCommand):
    help = "Creates COUNT orders and pays them, each in a transaction of its own."

    def add_arguments(self, parser):
        parser.add_argument("count", type=int)

    def handle(self, *args, **options):
        for number in range(options["count"]):
            order = Order.objects.create(customer=f"Customer {number}", amount="19.90")
            pay_order(order.pk)
        self.stdout.write(str(options["count"]))
