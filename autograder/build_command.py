"""`microgpt build`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.build import products, write
from microgpt_ref.errors import UserError
from microgpt_ref.options import OneLineCommand


@click.command(cls=OneLineCommand)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 and name each file that has drifted.")
@click.option("--overwrite", is_flag=True, help="Renew notebooks that somebody edited, too, keeping a copy.")
def build(check: bool, overwrite: bool) -> None:
    """Build exercises/, the reference and the kit's clean copies from solutions/."""
    root = Path(__file__).resolve().parent.parent
    if not (root / "solutions").is_dir():
        raise UserError("there is no solutions/ beside the kit: run this in a clone of the repository")
    made = products(root)
    if check:
        drifted = [product for product in made if product.drifted]
        for product in drifted:
            why = "was edited by somebody" if product.edited else "has drifted"
            click.echo(f"{product.path.relative_to(root)} {why}")
        click.echo("everything is as built" if not drifted else "run `microgpt build`", err=bool(drifted))
        sys.exit(1 if drifted else 0)
    edited = [product for product in made if product.edited]
    if edited and not overwrite:
        for product in edited:
            click.echo(f"{product.path.relative_to(root)} was edited by somebody: left as it is", err=True)
        click.echo("nothing was built; with --overwrite, they are renewed and a copy of each is kept", err=True)
        sys.exit(1)
    for product in made:
        if product.drifted:
            kept = write(product)
            note = f" (what was there is kept in {kept.name})" if kept else ""
            click.echo(f"built {product.path.relative_to(root)}{note}")
    click.echo(f"{len(made)} files are as built")
