"""Editors of the item card: one for each shape of rule."""
