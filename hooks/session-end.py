"""Runs at SessionEnd: logs the end, commits what changed."""

import json
import os
import sys


def main():
    directory = os.environ.get("CLAUDE_SESSION_DIR") or ""
    if not os.path.isdir(os.path.join(directory, ".cs")):
        return
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    import cs

    event = json.load(sys.stdin)
    places, session = cs.Places(os.environ), cs.Session(os.environ["CLAUDE_SESSION_NAME"], directory)
    cs.keep_event_conversation(places, session, event)
    cs.log_line(session, f"Session ended: {event.get('reason')}")


main()
