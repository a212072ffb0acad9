"""Runs at the end of a turn (Stop): asks Claude now and then to look after the discoveries."""

from __future__ import annotations

import os
import sys
import time


def remind(call: cs.HookCall) -> dict[str, object] | None:
    cs.keep_event_conversation(call.places, call.session, call.event)
    if call.event.get("stop_hook_active") or not call.is_of_own_client():
        return None
    text = cs.reminder(call.session, time.time())
    return {"additionalContext": text} if text else None


if os.path.isdir(os.path.join(os.environ.get("CLAUDE_SESSION_DIR") or os.devnull, ".cs")):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    import cs

    cs.run_hook("discoveries-reminder", remind)
