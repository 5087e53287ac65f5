"""Alembic's environment: runs migrations on the connection the program hands over, inside the program's transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
# The caller has begun a transaction and commits all migrations together, or none.
context.run_migrations()
