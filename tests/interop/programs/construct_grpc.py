"""Imports and constructs what the gRPC package offers, without serving; prints JSON."""

import importlib
import json
import pkgutil
import sys

import eventsourcing_grpc

from eventsourcing.domain import Aggregate
from eventsourcing.system import ProcessApplication, System

modules = [
    importlib.import_module(f"eventsourcing_grpc.{module.name}").__name__
    for module in pkgutil.iter_modules(eventsourcing_grpc.__path__)
]


class Upstream(ProcessApplication):
    def create(self):
        return self.save(Aggregate())


class Downstream(ProcessApplication):
    def policy(self, domain_event, processing_event):
        pass


system = System([[Upstream, Downstream]])
runner_module = importlib.import_module("eventsourcing_grpc.runner")
runner = runner_module.GrpcRunner(system)
json.dump({"modules": sorted(modules), "runner": type(runner).__name__}, sys.stdout)
