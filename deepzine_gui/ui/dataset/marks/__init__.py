"""What a person does with pages: set aside, bring back, label, undo."""
