"""The finished GPT: the reference, the same in NumPy, its data and its pictures."""
