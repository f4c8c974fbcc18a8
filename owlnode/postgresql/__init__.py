"""Django's engine for PostgreSQL, which looks whether a kept connection still answers only when it has rested."""
