"""Runs when a conversation begins or goes on (SessionStart): binds it, recovers, tells Claude where it is."""

from __future__ import annotations

import os
import sys


def begin(call: cs.HookCall) -> dict[str, object]:
    session, source = call.session, call.text("source")
    is_own = call.is_of_own_client()
    last_open = cs.last_opened(session)
    cs.bind_conversation(call.places, session, call.event)
    who = "Session started" if is_own else "Another Claude Code started in this session"
    cs.log_line(session, f"{who}: {source} {call.text('session_id')}")
    cs.write_variables(os.environ.get("CLAUDE_ENV_FILE", ""))
    if source in ("compact", "clear"):
        return {"additionalContext": cs.context_again(session)}
    if is_own:
        cs.finish_moves(session)
        cs.remove_torn_files(session)
        cs.recover_after_crash(call.places, session)
        cs.sync_at_start(session)
    headings = cs.discovery_headings(cs.read_text(session.discoveries) or "") if last_open else []
    return {"additionalContext": cs.context_at_start(session, last_open, headings)}


if os.path.isdir(os.path.join(os.environ.get("CLAUDE_SESSION_DIR") or os.devnull, ".cs")):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    import cs

    cs.run_hook("session-start", begin)
