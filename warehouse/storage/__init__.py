"""Where facts are kept: tables, migrations, read-only queries and the one place that commits."""
