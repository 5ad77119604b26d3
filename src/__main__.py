"""Start the program from its folder, ``python -I FOLDER``: it depends on no variable and no installed package."""

from consumer_drift.cli.commands import main

main()
