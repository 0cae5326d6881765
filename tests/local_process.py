"""A stand-in for ``python -m rag.models.llama``: loads nothing, then speaks the OpenAI protocol.

Arguments: words of the notes to choose, or ``crash`` to end without an address. Reads its key,
prints its address, refuses requests without the key, ends with standard input, as the real does.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = sys.stdin.readline().strip()


class Wire(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {KEY}":
            self.send_error(401)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if "response_format" not in asked:
            return
        notes = re.findall(r"^\[(\w+)\] (.*)$", asked["messages"][1]["content"], re.MULTILINE)
        chosen = [label for label, text in notes if sys.argv[1] in text]
        given = asked["response_format"]["json_schema"]["schema"]["properties"]["labels"]
        words = json.dumps({"labels": chosen})
        if not {*chosen} <= {*given["items"]["enum"]}:
            return
        for at in range(0, len(words), 9):
            choice = {"index": 0, "delta": {"content": words[at : at + 9]}, "finish_reason": None}
            self.say(
                json.dumps(
                    {"id": "c", "object": "chat.completion.chunk", "created": 1}
                    | {"model": "m", "choices": [choice]}
                )
            )
        self.say("[DONE]")

    def say(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())

    def log_message(self, *_: object) -> None:
        pass


if sys.argv[1] == "crash":
    sys.exit(1)
server = ThreadingHTTPServer(("127.0.0.1", 0), Wire)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
sys.stdin.read()
os._exit(0)
