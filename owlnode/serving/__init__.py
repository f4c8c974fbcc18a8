"""How a web process serves: an event loop takes requests in, threads answer them with Django.

The loop (ASGI 3.0) answers single observations of devices itself; all else goes to the threads, as WSGI (PEP 3333).
"""
