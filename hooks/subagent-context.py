"""Runs when a sub-agent starts (SubagentStart): tells it where it is and what the rules are."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cs import HookCall


def tell_context(call: HookCall) -> dict[str, Any]:
    return {"additionalContext": cs.context_of_subagent(call.session)}


if os.path.isdir(os.path.join(os.environ.get("CLAUDE_SESSION_DIR") or os.devnull, ".cs")):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    import cs

    cs.run_hook("subagent-context", tell_context)
