"""Tables of readings in CSV files: recognised, previewed, imported."""
