"""Identities, PAdES signatures and their verification."""
