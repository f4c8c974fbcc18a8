"""Pages in a real browser: looked at, checked with axe, driven by keyboard."""
