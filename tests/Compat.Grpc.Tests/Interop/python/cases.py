"""The interop cases, one function each; an exception is a failure."""
import queue
import threading

import grpc

LARGE_REQUEST, LARGE_RESPONSE = 271828, 314159
REQUEST_SIZES, RESPONSE_SIZES = [27182, 8, 1828, 45904], [31415, 9, 2653, 58979]
INITIAL, TRAILING = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"
SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001F608\t\n"
WAIT = 30


class World:
    def __init__(self, wire, channel):
        self.wire, self.channel = wire, channel
        self.test = wire.stub(channel, "grpc.testing.TestService")
        for name in ("Empty", "BoolValue", "Payload", "EchoStatus", "SimpleRequest", "StreamingInputCallRequest",
                     "StreamingOutputCallRequest", "ResponseParameters"):
            setattr(self, name, wire.message("grpc.testing." + name))

    def payload(self, size):
        return self.Payload(body=bytes(size))

    def output(self, *sizes, request=0, **more):
        parameters = [self.ResponseParameters(size=size, **more) for size in sizes]
        return self.StreamingOutputCallRequest(response_parameters=parameters, payload=self.payload(request))

    def large(self, **more):
        return self.SimpleRequest(response_size=LARGE_RESPONSE, payload=self.payload(LARGE_REQUEST), **more)


class Requests:
    """A request stream that is fed by hand."""

    def __init__(self):
        self._queue = queue.Queue()

    def send(self, message):
        self._queue.put(message)

    def close(self):
        self._queue.put(None)

    def __iter__(self):
        return iter(self._queue.get, None)


def same(actual, expected):
    assert actual == expected, "expected %r, got %r" % (expected, actual)


def sizes(responses):
    return [len(response.payload.body) for response in responses]


def fails(code, function):
    try:
        function()
    except grpc.RpcError as error:
        same(error.code(), code)
        return error
    raise AssertionError("expected %s, but the call succeeded" % code)


def empty_unary(w):
    same(w.test.EmptyCall(w.Empty(), timeout=WAIT), w.Empty())


def large_unary(w):
    same(w.test.UnaryCall(w.large(), timeout=WAIT).payload.body, bytes(LARGE_RESPONSE))


def client_streaming(w):
    requests = (w.StreamingInputCallRequest(payload=w.payload(size)) for size in REQUEST_SIZES)
    same(w.test.StreamingInputCall(requests, timeout=WAIT).aggregated_payload_size, sum(REQUEST_SIZES))


def server_streaming(w):
    same(sizes(w.test.StreamingOutputCall(w.output(*RESPONSE_SIZES), timeout=WAIT)), RESPONSE_SIZES)


def ping_pong(w):
    requests = Requests()
    responses = w.test.FullDuplexCall(iter(requests), timeout=WAIT)
    for request, response in zip(REQUEST_SIZES, RESPONSE_SIZES):
        requests.send(w.output(response, request=request))
        same(len(next(responses).payload.body), response)
    requests.close()
    same(list(responses), [])


def half_duplex(w):
    requests = [w.output(size) for size in RESPONSE_SIZES]
    same(sizes(w.test.HalfDuplexCall(iter(requests), timeout=WAIT)), RESPONSE_SIZES)


def empty_stream(w):
    same(list(w.test.FullDuplexCall(iter([]), timeout=WAIT)), [])


def custom_metadata(w):
    metadata = ((INITIAL, "test_initial_metadata_value"), (TRAILING, b"\xab\xab\xab\x00\xff"))

    def check(call):
        same(dict(call.initial_metadata()).get(INITIAL), "test_initial_metadata_value")
        same(dict(call.trailing_metadata()).get(TRAILING), b"\xab\xab\xab\x00\xff")

    _, call = w.test.UnaryCall.with_call(w.large(), metadata=metadata, timeout=WAIT)
    check(call)
    call = w.test.FullDuplexCall(iter([w.output(LARGE_RESPONSE)]), metadata=metadata, timeout=WAIT)
    same(sizes(call), [LARGE_RESPONSE])
    check(call)


def status_code_and_message(w):
    status = w.EchoStatus(code=2, message="test status message")
    error = fails(grpc.StatusCode.UNKNOWN, lambda: w.test.UnaryCall(w.SimpleRequest(response_status=status), timeout=WAIT))
    same(error.details(), "test status message")
    requests = iter([w.StreamingOutputCallRequest(response_status=status)])
    error = fails(grpc.StatusCode.UNKNOWN, lambda: list(w.test.FullDuplexCall(requests, timeout=WAIT)))
    same(error.details(), "test status message")


def special_status_message(w):
    status = w.EchoStatus(code=2, message=SPECIAL)
    error = fails(grpc.StatusCode.UNKNOWN, lambda: w.test.UnaryCall(w.SimpleRequest(response_status=status), timeout=WAIT))
    same(error.details(), SPECIAL)


def every_status_code(w):
    for code in grpc.StatusCode:
        if code is not grpc.StatusCode.OK:
            status = w.EchoStatus(code=code.value[0], message="as asked")
            fails(code, lambda: w.test.UnaryCall(w.SimpleRequest(response_status=status), timeout=WAIT))


def unimplemented_method(w):
    fails(grpc.StatusCode.UNIMPLEMENTED, lambda: w.test.UnimplementedCall(w.Empty(), timeout=WAIT))


def unimplemented_service(w):
    stub = w.wire.stub(w.channel, "grpc.testing.UnimplementedService")
    fails(grpc.StatusCode.UNIMPLEMENTED, lambda: stub.UnimplementedCall(w.Empty(), timeout=WAIT))


def cancel_after_begin(w):
    requests = Requests()
    call = w.test.StreamingInputCall.future(iter(requests), timeout=WAIT)
    call.cancel()
    requests.close()
    same(call.code(), grpc.StatusCode.CANCELLED)


def cancel_after_first_response(w):
    requests = Requests()
    responses = w.test.FullDuplexCall(iter(requests), timeout=WAIT)
    requests.send(w.output(RESPONSE_SIZES[0], request=REQUEST_SIZES[0]))
    same(len(next(responses).payload.body), RESPONSE_SIZES[0])
    responses.cancel()
    fails(grpc.StatusCode.CANCELLED, lambda: next(responses))
    requests.close()


def timeout_on_sleeping_server(w):
    requests = Requests()
    responses = w.test.FullDuplexCall(iter(requests), timeout=0.05)
    requests.send(w.output(1, interval_us=10_000_000))
    fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(responses))
    requests.close()


def client_compressed_unary(w):
    expect, plain = w.BoolValue(value=True), w.BoolValue(value=False)
    fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: w.test.UnaryCall(w.large(expect_compressed=expect), timeout=WAIT))
    for flag, compression in ((expect, grpc.Compression.Gzip), (plain, grpc.Compression.NoCompression)):
        response = w.test.UnaryCall(w.large(expect_compressed=flag), compression=compression, timeout=WAIT)
        same(len(response.payload.body), LARGE_RESPONSE)


def server_compressed_unary(w):
    for value in (True, False):
        response = w.test.UnaryCall(w.large(response_compressed=w.BoolValue(value=value)), timeout=WAIT)
        same(response.payload.body, bytes(LARGE_RESPONSE))


def client_compressed_streaming(w):
    requests = [w.StreamingInputCallRequest(payload=w.payload(size), expect_compressed=w.BoolValue(value=True)) for size in REQUEST_SIZES]
    fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: w.test.StreamingInputCall(iter(requests), timeout=WAIT))
    response = w.test.StreamingInputCall(iter(requests), compression=grpc.Compression.Gzip, timeout=WAIT)
    same(response.aggregated_payload_size, sum(REQUEST_SIZES))


def server_compressed_streaming(w):
    request = w.StreamingOutputCallRequest(response_parameters=[
        w.ResponseParameters(size=31415, compressed=w.BoolValue(value=True)),
        w.ResponseParameters(size=92653, compressed=w.BoolValue(value=False))])
    same(sizes(w.test.StreamingOutputCall(request, timeout=WAIT)), [31415, 92653])


def back_pressure(w):
    """More than every flow-control window and buffer together, read slowly at first."""
    count, size = 400, 100_000
    responses = w.test.StreamingOutputCall(w.output(*([size] * count)), timeout=60)
    threading.Event().wait(0.2)
    same(sizes(responses), [size] * count)


def concurrent_calls(w):
    calls = [w.test.UnaryCall.future(w.SimpleRequest(response_size=i), timeout=WAIT) for i in range(200)]
    same([len(call.result().payload.body) for call in calls], list(range(200)))


def rich_status(w):
    error = fails(grpc.StatusCode.FAILED_PRECONDITION, lambda: w.test.UnaryCall(
        w.SimpleRequest(), metadata=(("x-test-rich-status", "1"),), timeout=WAIT))
    same(dict(error.trailing_metadata())["grpc-status-details-bin"], b"\x08\x09\x12\x04rich")


def health_check(w):
    health = w.wire.stub(w.channel, "grpc.health.v1.Health")
    request, serving = w.wire.message("grpc.health.v1.HealthCheckRequest"), 1
    same(health.Check(request(), timeout=WAIT).status, serving)
    fails(grpc.StatusCode.NOT_FOUND, lambda: health.Check(request(service="no.such.Service"), timeout=WAIT))
    watch = health.Watch(request(), timeout=WAIT)
    same(next(watch).status, serving)
    watch.cancel()


def reflection_v1(w):
    _reflection(w, "v1")


def reflection_v1alpha(w):
    _reflection(w, "v1alpha")


def _reflection(w, version):
    package = "grpc.reflection." + version
    stub = w.wire.stub(w.channel, package + ".ServerReflection")
    request = w.wire.message(package + ".ServerReflectionRequest")
    asked = iter([request(list_services=""), request(file_containing_symbol="grpc.testing.TestService.UnaryCall"),
                  request(file_containing_symbol="no.such.Symbol")])
    services, file, missing = list(stub.ServerReflectionInfo(asked, timeout=WAIT))
    names = [service.name for service in services.list_services_response.service]
    assert "grpc.testing.TestService" in names, names
    from google.protobuf import descriptor_pb2
    protos = [descriptor_pb2.FileDescriptorProto.FromString(proto) for proto in file.file_descriptor_response.file_descriptor_proto]
    assert any(proto.package == "grpc.testing" and len(proto.service) == 2 for proto in protos), protos
    same(missing.error_response.error_code, grpc.StatusCode.NOT_FOUND.value[0])
