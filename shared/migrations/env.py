"""Alembic's environment: it runs on the connection it is given and never opens one."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
