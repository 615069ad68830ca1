"""`python -m autograder.learn.start_jupyterlab` is `python -m jupyterlab`, started faster."""

import sys

from autograder.quick_start import without_grammars

if __name__ == "__main__":
    without_grammars()
    from jupyterlab.labapp import main

    sys.exit(main())
