"""How dates are written, by language, where Django's own way would be read wrongly here."""
