"""`python -m autograder` is `microgpt`."""

from autograder.cli import main

main()
