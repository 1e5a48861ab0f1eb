# SPDX-License-Identifier: GPL-3.0-or-later
"""A consumer that handles an event and its ledger row in one transaction, then acknowledges.

Usage: consumer.py DSN REDIS-SOCKET STREAM GROUP; runs until it is killed. The group's ledger is
GROUP_processedevent; its handler counts in GROUP_counter how often an order was handled.
"""
import json
import sys

import psycopg2
import redis

LEDGER = """INSERT INTO {0}_processedevent (event_id, created_at) VALUES (%s, now())
            ON CONFLICT DO NOTHING"""
HANDLE = """INSERT INTO {0}_counter (order_id, times) VALUES (%s, 1)
            ON CONFLICT (order_id) DO UPDATE SET times = {0}_counter.times + 1"""


def handle(database, group, order_id):
    with database, database.cursor() as cursor:
        cursor.execute(LEDGER.format(group), (order_id,))
        if cursor.rowcount == 1:
            cursor.execute(HANDLE.format(group), (order_id,))


def main(dsn, socket_path, stream, group):
    database = psycopg2.connect(dsn)
    broker = redis.Redis(unix_socket_path=socket_path)
    while True:
        for _, entries in broker.xreadgroup(group, "worker", {stream: ">"}, count=100, block=100):
            for entry_id, fields in entries:
                handle(database, group, str(json.loads(fields[b"data"])["order_id"]))
                broker.xack(stream, group, entry_id)


main(*sys.argv[1:])
