"""Runs when a sub-agent starts (SubagentStart): tells it where it is and what the rules are."""

from __future__ import annotations

import os
import sys


def tell_context(call: cs.HookCall) -> dict[str, object]:
    return {"additionalContext": cs.context_of_subagent(call.session)}


if os.path.isdir(os.path.join(os.environ.get("CLAUDE_SESSION_DIR") or os.devnull, ".cs")):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    import cs

    cs.run_hook("subagent-context", tell_context)
