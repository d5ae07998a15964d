"""Measurements that anyone can repeat: script/bench NAME. What they found is written down in docs/benchmarks.md."""
