"""Datasets: build them from sensors, set their terms, see what a peer would get, release them by different people."""
