"""Identities, PAdES signatures and their verification."""

import logging

# pyHanko logs what it finds wrong in a file, with a traceback. What matters of it comes back as codes; without a
# handler of their own, Python would write these records to standard error.
for _library in ("pyhanko", "pyhanko_certvalidator", "fontTools"):
    logging.getLogger(_library).addHandler(logging.NullHandler())
