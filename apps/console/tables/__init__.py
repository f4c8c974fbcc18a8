"""Tables of readings in the console: chosen, looked at, said where their columns go, imported."""
