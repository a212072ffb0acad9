"""Runs after each edit (PostToolUse): keeps a redacted copy of scripts and configurations, stores their secrets."""

from __future__ import annotations

import os
import sys


def keep_artifact(call: cs.HookCall) -> dict[str, object] | None:
    path = call.edited_path
    real = os.path.realpath(path or "")
    if not path or not (cs.is_artifact(real) or cs.has_stale_copy(call.session, real)):
        return None
    try:
        names = cs.keep_artifact(call.places, call.session, path)
    except cs.Busy:  # others are at it: a process that may wait does this one
        cs.start_in_background(cs.own_command("-hook-artifact", path), call.session.directory)
        return None
    except cs.CsError as error:
        cs.log_line(call.session, f"No copy of {call.session.document(path)} in the artifacts: {error}")
        return None
    if not names:
        return None
    cs.log_line(call.session, f"Stored {cs.first_names(names)} from {call.session.document(path)}")
    return {"additionalContext": cs.stored_sentence(path, names)}


if os.path.isdir(os.path.join(os.environ.get("CLAUDE_SESSION_DIR") or os.devnull, ".cs")):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    import cs

    cs.run_hook("artifact-tracker", keep_artifact)
