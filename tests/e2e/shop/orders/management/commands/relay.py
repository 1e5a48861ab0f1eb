# SPDX-License-Identifier: GPL-3.0-or-later
from django.core.management.base import BaseCommand

from orders.tasks import relay_outbox


class Command(BaseCommand):
    help = "Runs the relay until a run sends nothing."

    def handle(self, *args, **options):
        total = 0
        while sent := relay_outbox():
            total += sent
        self.stdout.write(str(total))
