"""Interop cases on grpcio. Reads 'case target' lines, answers each with one line of JSON: {"case", "ok", "error"}."""
import json
import sys
import traceback

import grpc

import cases
from wire import Wire

wire = Wire(sys.argv[1])
for line in sys.stdin:
    name, target = line.split()
    answer = {"case": name, "ok": True}
    try:
        with grpc.insecure_channel(target) as channel:
            getattr(cases, name)(cases.World(wire, channel))
    except BaseException:  # the reader decides what a failure means; this process serves the next case
        answer.update(ok=False, error=traceback.format_exc())
    print(json.dumps(answer), flush=True)
