# SPDX-License-Identifier: GPL-3.0-or-later
from django.core.management.base import BaseCommand

from billing.consumer import consume


class Command(BaseCommand):
    help = "Consumes order.paid for the group billing until nothing arrives."

    def add_arguments(self, parser):
        parser.add_argument("--consumer", default="worker-1")
        parser.add_argument("--crash-after", type=int)

    def handle(self, *args, **options):
        self.stdout.write(str(consume(options["consumer"], crash_after=options["crash_after"])))
