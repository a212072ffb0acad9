"""Runs when a conversation ends (SessionEnd): logs why, and commits what changed as far as its time allows."""

from __future__ import annotations

import os
import sys


def end(call: cs.HookCall) -> None:
    session, reason = call.session, call.text("reason")
    if not call.is_of_own_client():
        cs.log_line(session, f"Another Claude Code ended in this session: {reason}")
    elif reason in ("clear", "resume"):  # the client lives on with another conversation
        cs.log_line(session, f"Conversation ended: {reason} {call.text('session_id')}")
        cs.keep_event_conversation(call.places, session, call.event)
    else:
        cs.log_line(session, f"Session ended: {reason}")
        cs.keep_event_conversation(call.places, session, call.event)
        cs.commit_if_free(call.places, session)


if os.path.isdir(os.path.join(os.environ.get("CLAUDE_SESSION_DIR") or os.devnull, ".cs")):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    import cs

    cs.run_hook("session-end", end)
