"""质评通 (qassess): quality responsibility agreements, assessed offline and signed."""

__version__ = "0.1.0"
