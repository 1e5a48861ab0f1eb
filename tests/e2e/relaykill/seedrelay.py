# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain relay as many services have it: no lock, no order between its two writes.

Usage: seedrelay.py DSN REDIS-SOCKET; says "ready" and runs until it is killed.
"""
import json
import sys
import time

import psycopg2
import redis

SELECT = """SELECT id, topic, payload FROM orders_outboxevent
            WHERE published_at IS NULL ORDER BY id LIMIT 500"""


def relay_batch(database, broker):
    """Each row is added and marked by itself; each statement commits by itself."""
    with database.cursor() as cursor:
        cursor.execute(SELECT)
        rows = cursor.fetchall()
        for row_id, topic, payload in rows:
            broker.xadd(topic, {"data": json.dumps(payload)})
            cursor.execute(
                "UPDATE orders_outboxevent SET published_at = now() WHERE id = %s", (row_id,)
            )
    return len(rows)


def main(dsn, socket_path):
    database = psycopg2.connect(dsn)
    database.autocommit = True
    broker = redis.Redis(unix_socket_path=socket_path)
    print("ready", flush=True)
    while True:
        if relay_batch(database, broker) == 0:
            time.sleep(0.005)


main(*sys.argv[1:])
