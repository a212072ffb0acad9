"""How the fake Claude Code finds, runs and understands hooks, as facts/claude-code.md tells of the real one."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

# Which field of an event a hook's matcher is compared with; other events ignore matchers.
MATCHED_FIELD = {
    "SessionStart": "source",
    "SessionEnd": "reason",
    "PreCompact": "trigger",
    "PostCompact": "trigger",
    "SubagentStart": "agent_type",
    "SubagentStop": "agent_type",
    "Notification": "notification_type",
}
TOOL_EVENTS = {"PreToolUse", "PostToolUse", "PostToolUseFailure", "PermissionRequest"}
ENV_FILE_EVENTS = {"SessionStart", "Setup", "CwdChanged", "FileChanged"}
DEFAULT_SECONDS = {"UserPromptSubmit": 30, "SessionEnd": 1.5}
SESSION_END_CAP = 60


def hooks_in(settings):
    """{event: [entry]} of a settings document; one malformed entry makes it all unreadable."""
    hooks = settings.get("hooks", {})
    if not isinstance(hooks, dict) or settings.get("disableAllHooks"):
        return {}
    lists = {event: entries for event, entries in hooks.items() if isinstance(entries, list)}
    return lists if all(is_well_formed(entry) for entries in lists.values() for entry in entries) else {}


def is_well_formed(entry):
    """Whether the client accepts a hook entry."""
    if not isinstance(entry, dict) or not isinstance(entry.get("hooks"), list):
        return False
    if not isinstance(entry.get("matcher", ""), str):
        return False
    return all(is_well_formed_command(hook) for hook in entry["hooks"])


def is_well_formed_command(hook):
    """Whether the client accepts one command of an entry."""
    if not isinstance(hook, dict) or hook.get("type") not in ("command", "prompt", "agent", "http", "mcp_tool"):
        return False
    timeout = hook.get("timeout", 1)
    positive = isinstance(timeout, (int, float)) and not isinstance(timeout, bool) and timeout > 0
    return positive and (hook["type"] != "command" or isinstance(hook.get("command"), str))


def matches(matcher, value):
    """Whether a matcher names a tool, source, reason or trigger."""
    if matcher in (None, "", "*"):
        return True
    if re.fullmatch(r"[A-Za-z0-9_|, -]+", matcher):
        return value in re.split(r"[|,]\s*", matcher)
    return re.search(matcher, value) is not None


def descendants(pid):
    """The processes below one, itself first."""
    parents = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{entry}/stat") as file:
            parents.setdefault(int(file.read().rpartition(")")[2].split()[1]), []).append(int(entry))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def end_tree(pid):
    """TERM for a hook at its deadline, KILL for it and all below it."""
    tree = descendants(pid)
    for number, pids in ((signal.SIGTERM, [pid]), (signal.SIGKILL, tree)):
        for one in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, number)


class HookRun:
    """One hook command on its way, as the client runs it: /bin/sh, a session of its own, a socket as stdin."""

    def __init__(self, hook, payload, seconds, cwd, env):
        self.hook, self.seconds, self.began = hook, seconds, time.monotonic()
        self.cancelled = False
        ours, theirs = socket.socketpair()
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", hook["command"]],
            cwd=cwd,
            env=env,
            stdin=theirs,
            stdout=pipe,
            stderr=pipe,
            start_new_session=True,
        )
        theirs.close()
        self.sender = threading.Thread(target=self.send, args=(ours, payload), daemon=True)
        self.sender.start()

    @staticmethod
    def send(end, payload):
        """Write the payload, whether or not the hook reads it."""
        with contextlib.suppress(OSError), end:
            end.sendall((json.dumps(payload, ensure_ascii=False) + "\n").encode("utf-8", "surrogateescape"))
            end.shutdown(socket.SHUT_WR)

    def finish(self):
        """Wait for it and for everyone who holds its output, until the deadline: (status, out, err)."""
        left = None if self.seconds is None else max(0, self.began + self.seconds - time.monotonic())
        try:
            out, err = self.process.communicate(timeout=left)
        except subprocess.TimeoutExpired:
            self.cancelled = True
            end_tree(self.process.pid)
            out, err = self.process.communicate()
        return self.process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")


class Answer:
    """What the hooks of one event said, put together."""

    def __init__(self):
        self.context = []
        self.decision = None
        self.reason = ""
        self.input = None
        self.title = None
        self.waited_for = []

    def take(self, event, status, out, err):
        """Add one hook's exit status and output."""
        document = None
        if out.lstrip().startswith("{"):
            with contextlib.suppress(ValueError):
                document = json.loads(out)
        if document is not None:
            self.take_document(event, document)
        elif status == 2:
            self.refuse(err.strip())
        elif status == 0 and out.strip() and event in ("SessionStart", "UserPromptSubmit"):
            self.context.append(out.strip())

    def take_document(self, event, document):
        """Add one hook's JSON; output for another event is discarded whole."""
        specific = document.get("hookSpecificOutput") or {}
        if specific and specific.get("hookEventName") != event:
            return
        if document.get("decision") == "block":
            self.refuse(document.get("reason", ""))
        if document.get("decision") == "approve" and self.decision is None:
            self.decision = "allow"
        self.take_permission(specific.get("permissionDecision"), specific.get("permissionDecisionReason", ""))
        behaviour = specific.get("decision") or {}
        self.take_permission(behaviour.get("behavior"), behaviour.get("message", ""))
        self.input = specific.get("updatedInput") or behaviour.get("updatedInput") or self.input
        self.title = specific.get("sessionTitle") or self.title
        if specific.get("additionalContext"):
            self.context.append(specific["additionalContext"])

    def take_permission(self, decision, reason):
        """Deny beats allow, allow beats silence."""
        if decision == "deny":
            self.refuse(reason)
        elif decision == "allow" and self.decision is None:
            self.decision = "allow"

    def refuse(self, reason):
        """Deny, block or go on, whatever the event makes of it."""
        self.decision, self.reason = "deny", reason
