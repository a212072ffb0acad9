"""Runs before the conversation is compacted (PreCompact): moves old discoveries to their archive."""

from __future__ import annotations

import os
import sys


def archive(call: cs.HookCall) -> None:
    moved = cs.archive_discoveries(call.session)
    if moved:
        cs.log_line(call.session, f"Archived {cs.plural(moved, 'line')} of discoveries")


if os.path.isdir(os.path.join(os.environ.get("CLAUDE_SESSION_DIR") or os.devnull, ".cs")):
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    import cs

    cs.run_hook("discoveries-archiver", archive)
