"""What changed between two editions of a book: its data, its numbers, its words, and why."""
