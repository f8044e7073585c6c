"""Store: the steps themselves; Alembic reads them by their file name."""
