"""`crg papers`: the Word templates of the papers, a partnership's own checked and tried. It needs no server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from settings import load_settings

if TYPE_CHECKING:
    from delivery.papers.making import Papers, Source

app = typer.Typer(help="Word templates of the papers: list, export, check, see a sample.", invoke_without_command=True)
Template = Annotated[str, typer.Argument(help="a paper's name, or a template's .docx file")]
Folder = Annotated[Path, typer.Argument(help="a folder")]


@app.callback()
def list_all(context: typer.Context) -> None:
    """The papers there are, which template makes each, and its version."""
    if context.invoked_subcommand:
        return
    papers = _papers()
    for name in papers.names():
        source = papers.source(name)
        typer.echo(f"{name:<26} {source.version}  {'your own' if source.own else 'ours'}")


@app.command()
def export(name: Annotated[str, typer.Argument(help="a paper's name")], into: Folder = Path()) -> None:
    """Write our template of a paper into a folder, to be edited in Word. What is there is not overwritten."""
    papers = _papers()
    if name not in papers.names():
        _fail(f"No paper is called {name}. They are: {', '.join(papers.names())}.")
    file = into / f"{name}.docx"
    try:
        with file.open("xb") as out:
            out.write(papers.source(name, ours=True).content)
    except FileExistsError:
        _fail(f"{file} is there already. Move it away, or name another folder.")
    except OSError as problem:
        _fail(f"{file} cannot be written: {problem.strerror}.")
    typer.echo(str(file))


@app.command()
def check(file: Annotated[Path, typer.Argument(help="a template's .docx file, named after its paper")]) -> None:
    """Name what a template misspells, with where it stands, and what it lacks; exit code 1 where it cannot be used."""
    from delivery.papers.checking import doubts, faults

    source = _source(str(file))
    found = faults(source)
    for fault in found:
        typer.echo(f"{file.name}: {fault}", err=True)
    if found:
        raise typer.Exit(1)
    for doubt in doubts(source):
        typer.echo(f"{file.name}: note: {doubt}", err=True)
    typer.echo(f"{file.name} is sound: version {source.version}.")


@app.command()
def sample(template: Template, into: Folder = Path()) -> None:
    """Make the sample paper of a template, in Word and as PDF, in a folder. What is there is overwritten."""
    from delivery.papers.making import PaperNotMade
    from delivery.papers.pdf import NoPdf, Pdfs
    from delivery.papers.samples import PAPERS, sample_context

    source = _source(template)
    if source.name not in PAPERS:
        _fail(f"No paper is called {source.name}. They are: {', '.join(sorted(PAPERS))}.")
    try:
        word = _papers().render_from(source, sample_context(PAPERS[source.name]))
    except PaperNotMade as problem:
        _fail(f"The paper cannot be made: {problem}. crg papers check says where.")
    made = into / f"sample-{source.name}.docx"
    try:
        made.write_bytes(word)
        typer.echo(str(made))
        made.with_suffix(".pdf").write_bytes(Pdfs().make(word))
        typer.echo(str(made.with_suffix(".pdf")))
    except NoPdf as problem:
        typer.echo(str(problem), err=True)
    except OSError as problem:
        _fail(f"{made} cannot be written: {problem.strerror}.")


def _papers() -> "Papers":
    from delivery.papers.making import Papers

    settings = load_settings()
    return Papers(settings.papers, marking=settings.marking, logo=settings.logo)


def _source(template: str) -> "Source":
    from delivery.papers.making import Source

    papers, file = _papers(), Path(template)
    if file.suffix.lower() != ".docx":
        if template in papers.names():
            return papers.source(template)
        _fail(f"{template} is no .docx file, and no paper's name.")
    try:
        return Source(file.stem, True, file.read_bytes())
    except OSError as problem:
        _fail(f"{template} cannot be read: {problem.strerror}.")


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
