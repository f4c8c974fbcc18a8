"""How staff come in: what the project decides about django-allauth and django-axes."""
