"""Qt Widgets: shows a view state and emits intents; no query and no arithmetic."""
