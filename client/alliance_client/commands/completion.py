"""Completion in the shell."""

import click
from click.shell_completion import get_completion_class

from alliance_client.commands.session import common
from alliance_client.words import gettext as _


@click.command(help=_('Print the completion for a shell: eval "$(alliance completion bash)"'))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@common
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of this shell."""
    writer = get_completion_class(shell)
    assert writer is not None, "click knows these shells"
    root = context.find_root()
    click.echo(writer(root.command, {}, "alliance", "_ALLIANCE_COMPLETE").source())
