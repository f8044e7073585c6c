"""Store: what Alembic runs. The connection, already in a transaction, comes from `Store.migrate`."""

from alembic import context

from store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
