"""`lianxin bench`: what people do, measured on this machine beside the best hand-written SQL; see docs/benchmarks."""

from lianxin.bench.running import run

__all__ = ["run"]
