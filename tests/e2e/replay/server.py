# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that events are posted to; it counts how often each was.

Usage: server.py COUNTS; prints its port, and runs until it is killed. Each event that arrives at
/events is a line in the file COUNTS. At /odd it behaves by the event's id: it fails, answers
garbage, hangs up, is slow, is busy once, or is as it should be.
"""
import http.server
import json
import sys
import threading
import time

counts = open(sys.argv[1], "a", buffering=1)
lock = threading.Lock()
seen = set()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        with lock:
            is_new = key not in seen
            seen.add(key)
            counts.write(key + "\n")
        assert key == event["event_id"]
        if self.path == "/odd":
            self.behave(int(key) % 6, is_new)
        else:
            self.answer(200)

    def behave(self, way, is_new):
        if way == 1:
            self.answer(500, b"no such account\x1b[2J")
        elif way == 2:
            self.wfile.write(b"220 this is not HTTP\r\n")
            self.close_connection = True
        elif way == 3:
            self.close_connection = True
        elif way == 4:
            time.sleep(30)
        elif way == 5 and is_new:
            self.answer(429)
        else:
            self.answer(200)

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
