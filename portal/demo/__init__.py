"""The made-up people and activity of the demo, by the same verbs as the pages use; the same for the same seed and moment."""
