"""Settings for each place a node runs: base, dev, test, production."""
