"""`songgang demo`: fills a running platform with a believable county, through its public API, and tells the story."""

from deploy.demo.run import run_demo

__all__ = ["run_demo"]
