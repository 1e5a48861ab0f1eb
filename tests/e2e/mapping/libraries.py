# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets an outbox library make its own tables and write its own rows, and says what is then true.

Usage: libraries.py LIBRARY HOST PORT; its last line is one JSON document. Exit status 77: the library, or
what it needs, is not installed.
"""
import json
import sys


def configure(host, port, app, **more):
    import django
    from django.conf import settings
    from django.core.management import call_command

    database = {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": host,
        "PORT": port,
        "NAME": "postgres",
        "USER": "postgres",
    }
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=[app],
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        **more,
    )
    django.setup()
    call_command("migrate", verbosity=0)


def django_outbox_pattern(host, port):
    """Its producer sends one event, gives up on another, and has not seen a third one."""
    once = {"DEFAULT_MAXIMUM_RETRY_ATTEMPTS": 1}
    configure(host, port, "django_outbox_pattern", DJANGO_OUTBOX_PATTERN=once)
    from django_outbox_pattern.models import Published, Received
    from django_outbox_pattern.producers import Producer
    from stomp.exception import StompException

    class Connection:
        def send(self, destination, **rest):
            if destination.startswith("broken"):
                raise StompException()

    class OfflineProducer(Producer):
        def __init__(self):
            self.published_class = Published
            self.connection = Connection()

        def start(self):
            pass

        def stop(self):
            pass

        def _waiting(self):
            pass

    sent = Published.objects.create(destination="orders", version="v1", body={"n": 1})
    dead = Published.objects.create(destination="broken", body={"n": 2})
    OfflineProducer().publish_message_from_database()
    waiting = Published.objects.create(destination="orders", version="v1", body={"n": 3})
    Received.objects.create(msg_id=str(sent.id), headers={}, body={})
    rows = sorted(Published.objects.all(), key=lambda row: str(row.id))
    letters = {1: "U", 2: "P", -1: "D"}
    return {
        "preset": "django-outbox-pattern",
        "table": "published",
        "states": "".join(letters[row.status] for row in rows),
        "relayed": [f"orders.v1 {waiting.id}"],
        "dead": [str(dead.id)],
        "verdicts": [f"{sent.id} processed", f"{waiting.id} unprocessed"],
        "afterwards": "SELECT string_agg(status::text, ',' ORDER BY status) FROM published",
        "cell": "-1,2,2",
    }


def django_celery_outbox(host, port):
    """Its Celery application stores three tasks; its relay puts one off and buries another."""
    configure(host, port, "django_celery_outbox")
    from django.db import transaction
    from django_celery_outbox.app import OutboxCelery
    from django_celery_outbox.models import CeleryOutbox
    from django_celery_outbox.relay._mutations import RelayMutations

    app = OutboxCelery("shop", broker="memory://")

    @app.task(name="shop.tasks.bill")
    def bill(number, currency=None):
        return number

    with transaction.atomic():
        for number in (1, 2, 3):
            bill.apply_async(args=[number], kwargs={"currency": "EUR"}, task_id=f"task-{number}")
    _, later, exceeded = CeleryOutbox.objects.order_by("id")
    mutations = RelayMutations(backoff_time=600, max_backoff=3600)
    mutations.update_failed([(later.id, 0)])
    mutations.move_exceeded_to_dead_letter([exceeded])
    CeleryOutbox.objects.filter(pk=exceeded.pk).delete()
    return {
        "preset": "django-celery-outbox",
        "table": "celery_outbox",
        "states": "UI",
        "relayed": ["shop.tasks.bill task-1"],
        "dead": ["task-3"],
        "verdicts": [],
        "afterwards": "SELECT string_agg(task_id, ',') FROM celery_outbox",
        "cell": "task-2",
    }


def main(library, host, port):
    made = {
        "django-outbox-pattern": django_outbox_pattern,
        "django-celery-outbox": django_celery_outbox,
    }[library]
    try:
        print(json.dumps(made(host, port)))
    except ImportError as missing:
        print(missing, file=sys.stderr)
        sys.exit(77)


main(*sys.argv[1:])
