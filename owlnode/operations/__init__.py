"""Operations: health, metrics and the doctor of one node.

Owns: what an operator or an orchestrator asks a node. Does not own: any table. Read first: ``health``.
"""
