"""Runs when Claude Code asks for a permission (PermissionRequest): allows edits of the session's documents."""

from __future__ import annotations

import os
import sys


def approve(call: cs.HookCall) -> dict[str, object] | None:
    path = call.edited_path
    if path and cs.is_session_document(call.session, path):
        return {"decision": {"behavior": "allow"}}
    return None  # the user's own permissions decide


if os.path.isdir(os.path.join(os.environ.get("CLAUDE_SESSION_DIR") or os.devnull, ".cs")):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    import cs

    cs.run_hook("session-auto-approve", approve)
