#!/usr/bin/env python3
"""A stand-in for the Messages API that says what a script tells it: loopback only, standard library only.

usage: scripted_api.py PORT [SCRIPT.json] [LOG.jsonl]

PORT 0 picks a free port; the first line on stdout is `listening on PORT`. In a test: `ScriptedApi(script)`.

A script is a list of turns of the main conversation, or an object:
  {"main":    [turn, ...],   # requests of the main conversation: they offer tools, and are no sub-agent's
   "sub":     [turn, ...],   # requests of sub-agents
   "compact": turn,          # the summary that /compact and auto-compaction ask for
   "title":   turn,          # the titles that interactive clients ask for
   "default": turn}          # when a list has run out, and for every other request
A turn is a text, a list of content blocks, or an object:
  {"content": text or blocks, "usage": {...}, "hold": true, "status": 529, "error": "text"}
A block is {"type": "text", "text": ...} or {"type": "tool_use", "name": ..., "input": {...}}.
`hold` keeps the answer back until `release()`. {{cwd}} in a string becomes the client's working directory.
"""

import copy
import http.server
import itertools
import json
import re
import sys
import threading
import time

CREDENTIALS = ("x-api-key", "authorization", "cookie")
# Text between such tags is the client's own.
CLIENT_TEXT = re.compile(
    r"<(system-reminder|local-command-\w+|command-\w+)>.*?</\1>\s*",
    re.DOTALL,
)
WORKING_DIRECTORY = re.compile(r"(?:Primary working directory|Working directory): (.+)")


# ---- requests ------------------------------------------------------------------------------------------


def text_of(content):
    """The text of a message's content, which is a string or a list of blocks."""
    if isinstance(content, str):
        return content
    return "\n".join(block.get("text", "") for block in content or [] if isinstance(block, dict))


def conversation(request):
    """What user and model said in a request, as (role, text)."""
    return spoken(request.get("messages") or [])


def spoken(messages):
    """Messages as (role, text), without what the client put in itself."""
    said = []
    for message in messages:
        if message["role"] == "system":
            continue
        text = CLIENT_TEXT.sub("", text_of(message["content"])).strip()
        if text:
            said.append((message["role"], text))
    return said


def everything(request):
    """All text of a request, the system prompt included: what the model sees."""
    return json.dumps(request, ensure_ascii=False)


def kind_of(path, request):
    """Which part of the client asks: main, sub, compact, title, small, count_tokens or other."""
    if "count_tokens" in path:
        return "count_tokens"
    if not path.startswith("/v1/messages"):
        return "other"
    system = text_of(request.get("system"))
    last = "\n".join(text_of(message.get("content")) for message in (request.get("messages") or [])[-2:])
    if "create a detailed summary" in last or "tasked with summarizing conversations" in system:
        return "compact"
    if "cc_is_subagent=true" in system:
        return "sub"
    tools = bool(request.get("tools"))
    if request.get("output_config", {}).get("format") or ("title" in system[:2000].lower() and not tools):
        return "title"
    return "main" if tools else "small"


# ---- the script ----------------------------------------------------------------------------------------


DEFAULTS = {
    "main": [],
    "sub": [],
    "compact": "<summary>scripted summary</summary>",
    "title": '{"title": "Scripted title"}',
    "default": "ok",
}


class Script:
    """What to answer, and how far that has got."""

    def __init__(self, script=()):
        told = script if isinstance(script, dict) else {"main": list(script)}
        self.turns = {**DEFAULTS, **told}
        self.at = {"main": 0, "sub": 0}
        self.ids = itertools.count(1)

    def next_turn(self, kind):
        """The turn for a request, as an object with a list of blocks."""
        turn = self.turns["default"]
        if kind in self.at:
            turns, n = self.turns[kind], self.at[kind]
            self.at[kind] += 1
            turn = turns[n] if n < len(turns) else turn
        elif kind in ("compact", "title"):
            turn = self.turns[kind]
        return self.normal(turn)

    def normal(self, turn):
        """A turn in its long form, on a copy; tool calls get an id."""
        turn = copy.deepcopy(turn)
        if not isinstance(turn, dict):
            turn = {"content": turn}
        content = turn.setdefault("content", [])
        if isinstance(content, str):
            turn["content"] = [{"type": "text", "text": content}]
        for block in turn["content"]:
            if block["type"] == "tool_use":
                block.setdefault("id", f"toolu_scripted_{next(self.ids):04d}")
        return turn


def fill(value, cwd):
    """A value with {{cwd}} filled in, in all of its strings."""
    if isinstance(value, str):
        return value.replace("{{cwd}}", cwd)
    if isinstance(value, list):
        return [fill(item, cwd) for item in value]
    if isinstance(value, dict):
        return {key: fill(item, cwd) for key, item in value.items()}
    return value


def working_directory(request):
    """The directory that the client names in its system prompt or a message, or nothing."""
    texts = [request.get("system"), *(message.get("content") for message in request.get("messages") or [])]
    found = WORKING_DIRECTORY.search("\n".join(map(text_of, texts)))
    return found.group(1).strip() if found else ""


# ---- the server ----------------------------------------------------------------------------------------


class ScriptedApi:
    """The server in a thread of its own; `url` is its address, `log` every request so far."""

    def __init__(self, script=(), port=0, log=None):
        self.lock = threading.Lock()
        self.script(script)
        self.released = threading.Event()
        self.log = []
        self.log_place = log
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.server.handle_error = lambda *_: None  # a client that hangs up is no error here
        self.server.api = self
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def script(self, script):
        """Answer by another script from now on."""
        with self.lock:
            self.turns = Script(script)

    def answer(self, kind, request):
        """The turn for a request, filled in; waits while it is held back."""
        with self.lock:
            turn = self.turns.next_turn(kind)
        if turn.get("hold"):
            self.released.wait()
        return fill(turn, working_directory(request))

    def release(self):
        """Let every answer go that is held back, now or later."""
        self.released.set()

    def note(self, entry):
        """Add a request to the log."""
        with self.lock:
            self.log.append(entry)
            if self.log_place:
                with open(self.log_place, "a", encoding="utf-8") as file:
                    file.write(json.dumps(entry) + "\n")

    def requests(self, kind="main"):
        """The bodies of the requests of one kind so far."""
        with self.lock:
            return [entry["body"] for entry in self.log if entry["kind"] == kind]

    def conversations(self):
        """Each main request so far as a list of (role, text)."""
        return [conversation(request) for request in self.requests()]

    def close(self):
        """Stop serving."""
        self.release()
        self.server.shutdown()
        self.server.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Keep quiet."""

    def do_GET(self):
        self.note("get", None)
        if self.path.startswith("/v1/models"):
            return self.send_json({"data": [], "has_more": False, "first_id": None, "last_id": None})
        return self.send_error_json(404, "not_found_error", "not scripted")

    do_HEAD = do_GET

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            request = json.loads(body)
        except ValueError:
            request = {"raw": body[:200].decode("latin-1")}
        kind = kind_of(self.path, request)
        self.note(kind, request)
        if kind == "count_tokens":
            return self.send_json({"input_tokens": 10})
        if kind == "other":
            return self.send_json({})
        return self.send_turn(self.server.api.answer(kind, request), request)

    def note(self, kind, body):
        """Log this request, without the credentials in its headers."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        headers = {name: value for name, value in headers.items() if name not in CREDENTIALS}
        entry = {"time": time.time(), "kind": kind, "method": self.command, "path": self.path}
        self.server.api.note({**entry, "headers": headers, "body": body})

    def send_turn(self, turn, request):
        """Answer with a turn: an error, one document, or a stream of events, as the client asked."""
        if turn.get("status", 200) != 200:
            return self.send_error_json(turn["status"], "api_error", turn.get("error", "scripted error"))
        calls_tool = any(block["type"] == "tool_use" for block in turn["content"])
        end = {"stop_reason": "tool_use" if calls_tool else "end_turn", "stop_sequence": None}
        usage = {"input_tokens": 10, "output_tokens": 5, **turn.get("usage", {})}
        message = {
            "id": f"msg_{time.time_ns()}",
            "type": "message",
            "role": "assistant",
            "model": request.get("model", "m"),
            "usage": usage,
        }
        if not request.get("stream"):
            return self.send_json({**message, **end, "content": turn["content"]})
        return self.send_stream(message, turn["content"], end)

    def send_stream(self, message, content, end):
        """Send a message as the events of a stream, and close."""
        nothing_yet = {"content": [], "stop_reason": None, "stop_sequence": None}
        events = [("message_start", {"message": {**message, **nothing_yet}})]
        for index, block in enumerate(content):
            start, delta = stream_parts(block)
            events.append(("content_block_start", {"index": index, "content_block": start}))
            events.append(("content_block_delta", {"index": index, "delta": delta}))
            events.append(("content_block_stop", {"index": index}))
        events += [("message_delta", {"delta": end, "usage": message["usage"]}), ("message_stop", {})]
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for name, data in events:
            self.wfile.write(f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode())
        self.close_connection = True

    def send_error_json(self, status, kind, message):
        """Send an error as the API words it."""
        self.send_json({"type": "error", "error": {"type": kind, "message": message}}, status)

    def send_json(self, document, status=200):
        """Send a JSON document."""
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def stream_parts(block):
    """A content block as the stream has it: how it starts, and the one delta that completes it."""
    if block["type"] == "text":
        return {"type": "text", "text": ""}, {"type": "text_delta", "text": block["text"]}
    start = {"type": "tool_use", "id": block["id"], "name": block["name"], "input": {}}
    return start, {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}


def main(port, script=None, log=None):
    """Serve until interrupted."""
    turns = []
    if script:
        with open(script, encoding="utf-8") as file:
            turns = json.load(file)
    api = ScriptedApi(turns, int(port), log)
    print("listening on", api.port, flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        api.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
