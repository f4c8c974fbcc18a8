"""What ``./owl`` hands over to: one module a command, each with ``main(arguments) -> exit status``."""
