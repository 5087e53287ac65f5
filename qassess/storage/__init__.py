"""SQLite: the revision log, its projections, evidence files and backups. No ORM object leaves this package."""
