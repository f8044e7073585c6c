"""What each command is typed like: shown at the end of its help. A test reads each as the command line would."""

import typer

EXAMPLES = {
    "schedule": [
        'crg schedule --notified "2026-12-18 10:00" --closure 2026-12-29',
        "crg schedule --decision 2026-12-18 --json",
    ],
    "plan": ["crg plan CR-2026-001", 'crg plan --known "2026-11-30 10:00"'],
    "rehearse": [
        "crg rehearse examples/christmas.toml",
        "crg rehearse examples/christmas.toml examples/disagreement.toml",
    ],
    "demo": ["crg demo", "crg demo --json demo.json"],
    "record": ["crg record CR-2026-001", "crg record --verify", "crg record --anchor"],
    "bundle": [
        "crg bundle CR-2026-001 --to 'Inspectorate, lead inspector' --why 'inspection' --basis 'public task' --by ID",
        "crg bundle CR-2026-001 --output record.zip",
    ],
    "begin-again": ["crg begin-again CR-2026-001", "crg begin-again --all"],
    "revive": ["crg revive CR-2026-001", "crg revive --all", "crg revive CR-2026-001 --stuck"],
    "restore": ["crg restore --check", "crg restore --mend"],
    "doctor": ["crg doctor", "crg doctor --settings"],
    "sweep": ["crg sweep", "crg sweep --days 30"],
    "ui-views": ["crg ui-views", "crg ui-views --json"],
    "run": ["crg run"],
    "token": ["crg token --as business-unit", "crg token --as sbu-manager --minutes 60"],
    "edition check": ["crg edition check editions/ours.toml"],
    "edition list": ["crg edition list"],
    "edition show": ["crg edition show doncaster-2018"],
    "papers export": ["crg papers export covering-letter", "crg papers export covering-letter templates"],
    "papers check": ["crg papers check covering-letter.docx"],
    "papers sample": ["crg papers sample covering-letter", "crg papers sample covering-letter.docx templates"],
    "directory show": ["crg directory show"],
    "directory load": ["crg directory load partnership.toml", "crg directory load partnership.toml --replace"],
}


def with_examples(app: typer.Typer, before: str = "") -> None:
    """Have the help of each command end with its examples."""
    for command in app.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "").replace("_", "-")
        command.epilog = "Examples:\n\n" + "\n\n".join(EXAMPLES[before + name])
    for group in app.registered_groups:
        if group.typer_instance is not None:
            with_examples(group.typer_instance, f"{before}{group.name} ")
