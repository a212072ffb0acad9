"""Runs after each edit (PostToolUse): has the work tree saved to refs/cs/auto, at once for the discoveries."""

from __future__ import annotations

import os
import sys


def save_soon(call: cs.HookCall) -> None:
    path = call.edited_path
    if path and cs.real_path_in(call.session, path) is not None:
        cs.start_autosave(call.session, at_once=os.path.realpath(path) == call.session.discoveries)


if os.path.isdir(os.path.join(os.environ.get("CLAUDE_SESSION_DIR") or os.devnull, ".cs")):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    import cs

    cs.run_hook("discovery-commits", save_soon)
