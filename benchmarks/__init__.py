"""Benchmarks: each module with a `measure()` is one; `./bench` runs them."""
