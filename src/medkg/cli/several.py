"""Options that take several names one after another: `--train A B --test C` for `--train A --train B --test C`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import click


class Several(click.Command):
    """A command without arguments, each of whose repeatable options takes all that follows it up to the next option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is left of the arguments when the options are taken."""
        repeatable = {
            name for each in self.params if isinstance(each, click.Option) and each.multiple for name in each.opts
        }
        return super().parse_args(ctx, list(spread(args, repeatable)))


def spread(arguments: Sequence[str], repeatable: Collection[str]) -> Iterator[str]:
    """The arguments with a repeatable option repeated before each value that follows it.

    >>> list(spread(["--train", "A", "B", "--json"], {"--train"}))
    ['--train', 'A', '--train', 'B', '--json']
    """
    option, is_waiting = "", False
    for argument in arguments:
        if argument.startswith("--"):
            option = argument.partition("=")[0] if argument.partition("=")[0] in repeatable else ""
            is_waiting = argument == option
        elif option and not is_waiting:
            yield option
        else:
            is_waiting = False
        yield argument
