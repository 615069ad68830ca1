"""What makes JupyterLab, nbgrader and nbformat start faster."""

import sys


def without_grammars() -> None:
    """Spare two seconds at the start of whatever reads notebooks, in this process.

    To read notebooks is to load jsonschema. Where `rfc3987_syntax` is installed, as JupyterLab asks for, jsonschema
    loads it, and it builds 38 grammars to check addresses in other scripts than Latin, which no notebook's schema has.
    What is None here cannot be imported; jsonschema then goes on without that check.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
