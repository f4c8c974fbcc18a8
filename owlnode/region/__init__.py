"""A region on one machine: five cities' nodes side by side for the demo and the tests of real nodes.

Owns: the plan of the five cities, their processes, the live table, the report. Does not own: any rule of a node; it
uses services, commands and HTTP like anybody. Read first: ``plan``, ``supervisor``, ``demo``.
"""
