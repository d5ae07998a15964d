"""The two commands: script/demo and script/test. Nothing of the portal is imported here; it runs in child processes."""
