"""Runs after a tool call has failed (PostToolUseFailure): one line in session.log."""

from __future__ import annotations

import os
import sys


def log_failure(call: cs.HookCall) -> None:
    cs.log_line(call.session, cs.failure_line(call))


if os.path.isdir(os.path.join(os.environ.get("CLAUDE_SESSION_DIR") or os.devnull, ".cs")):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    import cs

    cs.run_hook("tool-failure-logger", log_failure)
