"""Real counterparts for tests: a throw-away Postgres, Node."""
