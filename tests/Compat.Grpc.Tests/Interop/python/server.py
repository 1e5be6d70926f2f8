"""grpc.testing.TestService on grpcio. Prints the port that it listens on; ends when its standard input ends."""
import sys
import time
from concurrent import futures

import grpc

from wire import Wire

wire = Wire(sys.argv[1])
Empty, SimpleResponse, Payload, InputResponse, OutputResponse = (
    wire.message("grpc.testing." + name)
    for name in ("Empty", "SimpleResponse", "Payload", "StreamingInputCallResponse", "StreamingOutputCallResponse"))


def codes():
    return {code.value[0]: code for code in grpc.StatusCode}


def echo_metadata(context):
    for key, value in context.invocation_metadata():
        if key == "x-grpc-test-echo-initial":
            context.send_initial_metadata(((key, value),))
        elif key == "x-grpc-test-echo-trailing-bin":
            context.set_trailing_metadata(((key, value),))


def check_status(request, context):
    if request.HasField("response_status") and request.response_status.code != 0:
        context.abort(codes()[request.response_status.code], request.response_status.message)


def outputs(request, context):
    for parameters in request.response_parameters:
        if parameters.interval_us:
            time.sleep(parameters.interval_us / 1e6)
        if parameters.HasField("compressed") and not parameters.compressed.value:
            context.disable_next_message_compression()
        yield OutputResponse(payload=Payload(body=bytes(parameters.size)))


class TestService:
    def EmptyCall(self, request, context):
        echo_metadata(context)
        return Empty()

    def UnaryCall(self, request, context):
        echo_metadata(context)
        check_status(request, context)
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        return SimpleResponse(payload=Payload(body=bytes(request.response_size)))

    def StreamingOutputCall(self, request, context):
        if any(parameters.compressed.value for parameters in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        echo_metadata(context)
        yield from outputs(request, context)
        check_status(request, context)

    def StreamingInputCall(self, requests, context):
        return InputResponse(aggregated_payload_size=sum(len(request.payload.body) for request in requests))

    def FullDuplexCall(self, requests, context):
        echo_metadata(context)
        for request in requests:
            check_status(request, context)
            yield from outputs(request, context)

    def HalfDuplexCall(self, requests, context):
        for request in list(requests):
            yield from outputs(request, context)


server = grpc.server(futures.ThreadPoolExecutor(max_workers=32))
server.add_generic_rpc_handlers((wire.handlers("grpc.testing.TestService", TestService()),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
sys.stdin.read()
server.stop(0)
