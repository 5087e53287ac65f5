"""The field's own terms as frozen data and pure functions: no Qt, SQL, files, clock, randomness or language."""
