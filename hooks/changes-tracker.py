"""Runs after each edit (PostToolUse): one line in changes.md for each file changed."""

from __future__ import annotations

import os
import sys
import time


def note_change(call: cs.HookCall) -> None:
    if call.edited_path:
        cs.note_change(call.session, call.text("tool_name"), call.edited_path, time.time())


if os.path.isdir(os.path.join(os.environ.get("CLAUDE_SESSION_DIR") or os.devnull, ".cs")):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    import cs

    cs.run_hook("changes-tracker", note_change)
