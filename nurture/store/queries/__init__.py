"""Questions to the database, a file per thing they are about."""
