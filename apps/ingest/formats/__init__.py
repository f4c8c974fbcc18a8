"""Reading recordings: pure Python, no database, no Django. ``files.parse`` is the way in; ``types`` are its words."""
