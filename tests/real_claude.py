"""The real Claude Code in a box, talking to a scripted API instead of a model.

    claude = RealClaude(box, ["first answer", "second answer"])
    claude.ask("a prompt")                      # claude -p
    chat = claude.chat()                        # in a terminal
    chat.say("a prompt", "second answer")
    assert chat.leave() == 0

The client stands on the PATH of the box as `claude`, so cs finds it by itself; `Chat(box.spawn_cs("name"))`
talks to the one that cs has started.
"""

import json
import os

from bed import need
from scripted_api import ScriptedApi

KEY = "sk-ant-scripted-0123456789"


class RealClaude:
    """The client set up in a box, with the scripted API that it asks."""

    def __init__(self, box, script=()):
        self.box = box
        self.path = need("claude")
        self.api = ScriptedApi(script)
        box.closing.callback(self.api.close)
        os.symlink(self.path, str(box.bin / "claude"))
        box.env.update(
            ANTHROPIC_BASE_URL=self.api.url,
            ANTHROPIC_API_KEY=KEY,
            DISABLE_AUTOUPDATER="1",
            DISABLE_TELEMETRY="1",
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC="1",
        )
        self.settle()

    def settle(self):
        """Answer what a first start would ask: theme, use of the key, and trust in all of the box."""
        answers = {
            "hasCompletedOnboarding": True,
            "customApiKeyResponses": {"approved": [KEY[-20:]], "rejected": []},
            "projects": {str(self.box.top): {"hasTrustDialogAccepted": True}},
        }
        (self.box.home / ".claude.json").write_text(json.dumps(answers))

    def ask(self, prompt, *flags, cwd=None, env=None):
        """One prompt without a terminal (-p): a `Result`."""
        return self.box.run("claude", "-p", *flags, prompt, cwd=cwd, env=env)

    def chat(self, *flags, cwd=None, env=None):
        """The client in a terminal, ready for a prompt: a `Chat`."""
        return Chat(self.box.spawn("claude", *flags, cwd=cwd, env=env))


class Chat:
    """A person at the client's prompt."""

    READY = "for shortcuts"

    def __init__(self, screen, ready=READY):
        self.screen = screen.wait(ready)

    def type(self, text, then=None):
        """Type a line; Enter goes out as a key of its own, once the line (or something else) is shown."""
        self.screen.wait(lambda screen: "❯" in "\n".join(screen.lines))
        self.screen.send(text)
        self.screen.wait(then or text).wait_idle()
        self.screen.key("enter")

    def say(self, prompt, answer):
        """Type a prompt and wait for a piece of the answer, and for the prompt to be ready again."""
        self.type(prompt)
        self.screen.wait(answer).wait(self.READY)

    def allow(self):
        """Say yes to the permission that the client asks for."""
        self.screen.wait("Do you want").wait_idle()
        self.screen.key("enter")

    def clear(self):
        """Begin a new conversation in the same client."""
        self.type("/clear", "Start a new session")
        self.screen.wait(lambda screen: "/clear" in screen.text and self.READY in screen.text)

    def leave(self):
        """Leave by /exit; the exit status of what was started in the terminal."""
        self.type("/exit", "Exit the CLI")
        return self.screen.finish()
