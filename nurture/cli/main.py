"""`nurture`: every command by name, imported when it runs, so that help comes at once."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer import _click as click  # the copy of click that typer brings; its command classes are not exported
from typer.core import TyperCommand, TyperGroup

from nurture.cli.errors import WRONG_INPUT, collect_rarely, guarded, leave, say_error


class Command(NamedTuple):
    module: str
    function: str
    help: str
    """One line; the function's docstring has the rest."""


# One line per command, in the order of the help. Two words make a group: `score explain`.
COMMANDS: Mapping[str, Command] = {
    "init": Command("nurture.cli.init", "init", "Make a small content directory to begin with."),
    "check": Command("nurture.cli.check", "check", "Check campaigns, policies, messages and stories."),
    "test": Command("nurture.cli.test", "play_stories", "Play the stories of campaigns in virtual time."),
    "explain": Command("nurture.cli.explain", "explain", "Tell a campaign in plain sentences."),
    "graph": Command("nurture.cli.graph", "graph", "Draw a campaign."),
    "preview": Command(
        "nurture.cli.preview", "preview", "Every message of a campaign, as a lead would get it."
    ),
    "format": Command("nurture.cli.format", "format_files", "Put files into the house style."),
    "schema": Command("nurture.cli.schema", "schema", "Write JSON Schema for editors."),
    "diff": Command("nurture.cli.diff", "diff", "What is different from what is live, in words."),
    "simulate": Command("nurture.cli.simulate", "simulate", "Forecast a campaign with many leads."),
    "publish": Command("nurture.cli.publish", "publish", "Publish campaigns and policies."),
    "approve": Command("nurture.cli.approve", "approve", "Let a version go live that a colleague published."),
    "versions": Command("nurture.cli.diff", "versions", "The versions of a campaign, and who is on them."),
    "move": Command("nurture.cli.move", "move", "Take journeys under way to another version."),
    "rollback": Command("nurture.cli.rollback", "rollback", "Back to the version that was live before."),
    "up": Command("nurture.cli.up", "up", "Run everything on this machine."),
    "demo": Command("nurture.cli.demo", "demo", "Watch a month of simulated leads in minutes."),
    "worker": Command("nurture.cli.worker", "worker", "Run a worker."),
    "worker promote": Command("nurture.cli.promote", "promote", "Send new and waking journeys to a build."),
    "web": Command("nurture.cli.web", "web", "Serve the web app."),
    "import": Command("nurture.cli.import_", "import_", "Make or update leads from a CSV file."),
    "enrol": Command("nurture.cli.enrol", "enrol", "Let leads into a campaign."),
    "release-canary": Command("nurture.cli.canary", "release", "Let in the rest of a campaign's leads."),
    "journeys": Command("nurture.cli.journeys", "journeys", "How many leads are where; with --list each."),
    "trace": Command("nurture.cli.trace", "trace", "One lead's way, with every reason."),
    "lead show": Command("nurture.cli.lead", "show", "What a lead allowed and chose; --json: all we keep."),
    "rejudge": Command(
        "nurture.cli.rejudge", "rejudge", "Judge past clicks again by the networks of scanners known now."
    ),
    "export-person": Command(
        "nurture.cli.erase", "export_person", "All that is kept of a person, as JSON, to hand out."
    ),
    "erase": Command("nurture.cli.erase", "erase", "Forget a person for good."),
    "report": Command("nurture.cli.report", "report", "The funnel of each campaign."),
    "report sales": Command(
        "nurture.cli.report_sales", "report_sales", "What sales did with the leads, how soon, and why not."
    ),
    "winner": Command("nurture.cli.winner", "winner", "How tests stand; or decide one."),
    "codes": Command("nurture.cli.codes", "codes", "The pools of codes, or more codes for one."),
    "score explain": Command("nurture.cli.score", "explain_score", "Every point of a lead's score."),
    "route explain": Command("nurture.cli.route", "explain_route", "Who gets a lead, rule by rule."),
    "score preview": Command(
        "nurture.cli.score_apply", "preview", "What the scoring policy of the files would change."
    ),
    "score apply": Command(
        "nurture.cli.score_apply", "apply", "Book past events anew by the live scoring policy."
    ),
    "score backtest": Command(
        "nurture.cli.score_backtest", "backtest", "Was the score right about leads whose outcome is known?"
    ),
    "score review": Command(
        "nurture.cli.score_review", "score_review", "Which rules handed over what sales rejected."
    ),
    "score suggest": Command(
        "nurture.cli.score_suggest", "suggest", "Learn a scoring policy from leads whose outcome is known."
    ),
    "tasks": Command("nurture.cli.tasks", "tasks", "What waits for sales."),
    "shadow": Command("nurture.cli.shadow", "shadow", "Whom sales would get, and whether they agree."),
    "shadow yes": Command("nurture.cli.shadow", "yes", "It would have been right to hand the lead over."),
    "shadow no": Command("nurture.cli.shadow", "no", "It would have been wrong to hand the lead over."),
    "backlog": Command("nurture.cli.backlog", "backlog", "Who is good enough already, the best first."),
    "tasks link": Command("nurture.cli.tasks", "link", "A link that signs a sales person in, once."),
    "api-key": Command("nurture.cli.api_key", "keys", "The keys of programs that send events."),
    "api-key create": Command("nurture.cli.api_key", "create", "Make a key, or renew it."),
    "api-key revoke": Command("nurture.cli.api_key", "revoke", "End a key."),
    "attention": Command("nurture.cli.attention", "attention", "Journeys that wait for a person."),
    "pause": Command("nurture.cli.pause", "pause", "Stand still: a campaign, or one lead."),
    "resume": Command("nurture.cli.pause", "resume", "Go on after a pause."),
    "hold": Command("nurture.cli.hold", "hold", "Stop everything outgoing on all machines."),
    "release": Command("nurture.cli.hold", "release", "End a hold."),
    "channels": Command("nurture.cli.channels", "channels", "How the mail accounts stand."),
    "channels resume": Command("nurture.cli.channels", "resume", "Let a stopped mail account go on."),
    "crm": Command("nurture.cli.crm", "crm", "What the CRM has not been told, or has refused."),
    "crm outbox": Command("nurture.cli.crm", "crm", "The same."),
    "crm check": Command("nurture.cli.crm_check", "check", "What would be written to the CRM."),
    "crm parked": Command("nurture.cli.crm_parked", "parked", "What the CRM said that waits for a person."),
    "crm retry": Command("nurture.cli.crm", "retry", "Try refused changes again, waiting ones at once."),
    "crm skip": Command("nurture.cli.crm", "skip", "Give one change up."),
    "audit": Command("nurture.cli.audit", "audit", "Check that nobody is lost and nothing was sent twice."),
    "doctor": Command("nurture.cli.doctor", "doctor", "Look at all that this installation needs."),
    "backup": Command("nurture.cli.backup", "backup", "Copy the database into a file."),
    "restore": Command("nurture.cli.restore", "restore", "Bring a backup back, and settle the gap."),
    "reconcile": Command(
        "nurture.cli.reconcile", "reconcile", "Settle unknown mails by their providers, or by a log."
    ),
    "rebuild": Command("nurture.cli.rebuild", "rebuild", "Start every journey anew from the database."),
    "adopt": Command("nurture.cli.adopt", "adopt", "Let a copied database send from here."),
    "bench": Command("nurture.cli.bench", "bench", "Measure speed and cost on this machine."),
    "migrate": Command("nurture.cli.migrate", "migrate", "Bring the database to this version."),
}


class LazyGroup(TyperGroup):
    """Lists commands from the registry; imports the one that is called."""

    def __init__(self, words: str, commands: Mapping[str, Command], **attributes: Any) -> None:
        super().__init__(rich_markup_mode=None, no_args_is_help=False, **attributes)
        self._words = words
        self._commands = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(dict.fromkeys(words.split()[0] for words in self._commands))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """For listings only: it does not run."""
        if cmd_name not in self.list_commands(ctx):
            return None
        return TyperCommand(cmd_name, help=self._help(cmd_name), rich_markup_mode=None)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, _, rest = super().resolve_command(ctx, args)
        assert name is not None
        return name, self._load(name, rest), rest

    def _help(self, name: str) -> str:
        inner = self._inner(name)
        own = self._commands.get(name)
        return own.help if own else f"See: {', '.join(f'{name} {word}' for word in inner)}."

    def _inner(self, name: str) -> dict[str, Command]:
        return {
            words.partition(" ")[2]: command
            for words, command in self._commands.items()
            if words.startswith(f"{name} ")
        }

    def _load(self, name: str, rest: list[str]) -> click.Command:
        inner = self._inner(name)
        own = self._commands.get(name)
        if own and not (rest and rest[0] in inner):
            return _click_command(name, own, inner)
        return LazyGroup(f"{self._words} {name}", inner, name=name, help=self._help(name))


def _click_command(name: str, command: Command, inner: Mapping[str, Command]) -> click.Command:
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    also = "".join(f"\n\nAlso: {name} {word} - {of.help}" for word, of in inner.items())
    function = getattr(import_module(command.module), command.function)
    app.command(name, help=(function.__doc__ or command.help) + also)(function)
    return typer.main.get_command(app)


def run(args: list[str], commands: Mapping[str, Command] = COMMANDS) -> int:
    """The exit code: 0 done, 1 the input is wrong, 3 a bug, 130 stopped."""
    group = LazyGroup("nurture", commands, name="nurture", help="Durable lead nurturing.")
    return guarded(lambda: _invoke(group, args or ["--help"]), _own_words(args, commands))


def _own_words(args: list[str], commands: Mapping[str, Command]) -> str:
    """The command without what was given to it, which may be an address."""
    for words in (" ".join(args[:2]), args[0] if args else ""):
        if words in commands:
            return words
    return ""


def _invoke(group: LazyGroup, args: list[str]) -> object:
    try:
        return group.main(args, prog_name="nurture", standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "nurture"
        say_error(f"{error.format_message().rstrip('.')}. See `{command} --help`.")
        return WRONG_INPUT


def main() -> None:
    collect_rarely()
    leave(run(sys.argv[1:]))
