"""Start qassess: a command if one is given, else the window."""

import sys


def main() -> int:
    """Run the command line's command, or open the window; ``--db FILE`` alone opens the window on that database."""
    arguments = sys.argv[1:]
    match arguments:
        case [] | ["--db", _]:
            from qassess.app import run_window

            return run_window(arguments[-1] if arguments else None)
    from qassess.cli.run import main as run_command

    return run_command(arguments)


if __name__ == "__main__":
    sys.exit(main())
