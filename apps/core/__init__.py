"""Core: what every other app stands on.

Owns: the error tree, the clock, in-process events, duties (rows of background work), task runs, structured logs.
Does not own: any rule of a city, any wire format.
Read first: ``errors``, then ``duties``.
"""
