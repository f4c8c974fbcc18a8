"""One view for each address of the API: parse, one domain call, render."""
