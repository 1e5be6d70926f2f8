'use strict';
// The interop cases, one function each; an exception is a failure.
const assert = require('assert').strict;
const { grpc } = require('./wire');

const LARGE_REQUEST = 271828;
const LARGE_RESPONSE = 314159;
const REQUEST_SIZES = [27182, 8, 1828, 45904];
const RESPONSE_SIZES = [31415, 9, 2653, 58979];
const REQUEST_TOTAL = REQUEST_SIZES.reduce((sum, size) => sum + size);
const INITIAL = 'x-grpc-test-echo-initial';
const TRAILING = 'x-grpc-test-echo-trailing-bin';
const SPECIAL = '\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \u{1F608}\t\n';
const GZIP = { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip };
const { status } = grpc;

const zeros = size => ({ body: Buffer.alloc(size) });
const output = (...sizes) => ({ response_parameters: sizes.map(size => ({ size })) });
const large = more => ({ response_size: LARGE_RESPONSE, payload: zeros(LARGE_REQUEST), ...more });
const within = seconds => ({ deadline: Date.now() + seconds * 1000 });
const sizesOf = responses => responses.map(response => response.payload.body.length);

class World {
  constructor(wire, target) {
    this.wire = wire;
    this.target = target;
    this.clients = [];
    this.test = this.client(wire.testing.TestService);
  }

  client(Service, options) {
    const client = new Service(this.target, grpc.credentials.createInsecure(), { 'grpc.max_receive_message_length': -1, ...options });
    this.clients.push(client);
    return client;
  }

  close() {
    this.clients.forEach(client => client.close());
  }
}

// One request, one response: resolves to the response, its headers and its trailers.
function unary(client, method, request, metadata = new grpc.Metadata(), seconds = 30) {
  return new Promise((resolve, reject) => {
    const seen = {};
    const call = client[method](request, metadata, within(seconds), (error, response) => {
      seen.response = response;
      seen.error = error;
    });
    call.on('metadata', headers => { seen.headers = headers; });
    call.on('status', end => (seen.error || end.code !== status.OK ? reject(end) : resolve({ ...seen, trailers: end.metadata })));
  });
}

// A call with a response stream, to its end.
function collect(call) {
  return new Promise((resolve, reject) => {
    const seen = { responses: [] };
    call.on('metadata', headers => { seen.headers = headers; });
    call.on('data', response => seen.responses.push(response));
    call.on('error', () => {});
    call.on('status', end => (end.code === status.OK ? resolve({ ...seen, trailers: end.metadata }) : reject(end)));
  });
}

async function fails(code, promise) {
  try {
    await promise;
  } catch (end) {
    assert.equal(end.code, code, end.stack || end.details);
    return end;
  }
  throw new Error(`expected status ${code}, but the call succeeded`);
}

function sendAll(client, requests, seconds = 30) {
  return new Promise((resolve, reject) => {
    const call = client.StreamingInputCall(within(seconds), (error, response) => (error ? reject(error) : resolve(response)));
    requests.forEach(request => call.write(request));
    call.end();
  });
}

async function reflection(w, version) {
  const call = w.client(w.wire.reflection[version].ServerReflection).ServerReflectionInfo(within(30));
  const done = collect(call);
  call.write({ list_services: '' });
  call.write({ file_containing_symbol: 'grpc.testing.TestService.UnaryCall' });
  call.write({ file_containing_symbol: 'no.such.Symbol' });
  call.end();
  const [services, file, missing] = (await done).responses;
  assert.ok(services.list_services_response.service.some(service => service.name === 'grpc.testing.TestService'));
  assert.ok(file.file_descriptor_response.file_descriptor_proto.some(proto => proto.includes('FullDuplexCall')));
  assert.equal(missing.error_response.error_code, status.NOT_FOUND);
}

const all = {
  async empty_unary(w) {
    assert.deepEqual((await unary(w.test, 'EmptyCall', {})).response, {});
  },

  async large_unary(w) {
    const { response } = await unary(w.test, 'UnaryCall', large());
    assert.ok(response.payload.body.equals(Buffer.alloc(LARGE_RESPONSE)));
  },

  async client_streaming(w) {
    const response = await sendAll(w.test, REQUEST_SIZES.map(size => ({ payload: zeros(size) })));
    assert.equal(response.aggregated_payload_size, REQUEST_TOTAL);
  },

  async server_streaming(w) {
    const { responses } = await collect(w.test.StreamingOutputCall(output(...RESPONSE_SIZES), within(30)));
    assert.deepEqual(sizesOf(responses), RESPONSE_SIZES);
  },

  async ping_pong(w) {
    const call = w.test.FullDuplexCall(within(30));
    let turn = 0;
    const next = () => call.write({ ...output(RESPONSE_SIZES[turn]), payload: zeros(REQUEST_SIZES[turn]) });
    call.on('data', () => (++turn < REQUEST_SIZES.length ? next() : call.end()));
    const done = collect(call);
    next();
    assert.deepEqual(sizesOf((await done).responses), RESPONSE_SIZES);
  },

  async half_duplex(w) {
    const call = w.test.HalfDuplexCall(within(30));
    const done = collect(call);
    RESPONSE_SIZES.forEach(size => call.write(output(size)));
    call.end();
    assert.deepEqual(sizesOf((await done).responses), RESPONSE_SIZES);
  },

  async empty_stream(w) {
    const call = w.test.FullDuplexCall(within(30));
    const done = collect(call);
    call.end();
    assert.deepEqual((await done).responses, []);
  },

  async custom_metadata(w) {
    const bytes = Buffer.from([0xab, 0xab, 0xab, 0x00, 0xff]);
    const metadata = new grpc.Metadata();
    metadata.set(INITIAL, 'test_initial_metadata_value');
    metadata.set(TRAILING, bytes);
    const check = ({ headers, trailers }) => {
      assert.deepEqual(headers.get(INITIAL), ['test_initial_metadata_value']);
      assert.deepEqual(trailers.get(TRAILING), [bytes]);
    };
    check(await unary(w.test, 'UnaryCall', large(), metadata));
    const call = w.test.FullDuplexCall(metadata, within(30));
    const done = collect(call);
    call.write(output(LARGE_RESPONSE));
    call.end();
    check(await done);
  },

  async status_code_and_message(w) {
    const response_status = { code: status.UNKNOWN, message: 'test status message' };
    const end = await fails(status.UNKNOWN, unary(w.test, 'UnaryCall', { response_status }));
    assert.equal(end.details, response_status.message);
    const call = w.test.FullDuplexCall(within(30));
    const done = collect(call);
    call.write({ response_status });
    call.end();
    assert.equal((await fails(status.UNKNOWN, done)).details, response_status.message);
  },

  async special_status_message(w) {
    const end = await fails(status.UNKNOWN, unary(w.test, 'UnaryCall', { response_status: { code: status.UNKNOWN, message: SPECIAL } }));
    assert.equal(end.details, SPECIAL);
  },

  async every_status_code(w) {
    for (let code = 1; code <= 16; code++) {
      await fails(code, unary(w.test, 'UnaryCall', { response_status: { code, message: 'as asked' } }));
    }
  },

  async unimplemented_method(w) {
    await fails(status.UNIMPLEMENTED, unary(w.test, 'UnimplementedCall', {}));
  },

  async unimplemented_service(w) {
    await fails(status.UNIMPLEMENTED, unary(w.client(w.wire.testing.UnimplementedService), 'UnimplementedCall', {}));
  },

  async cancel_after_begin(w) {
    const ended = new Promise(resolve => {
      const call = w.test.StreamingInputCall(within(30), error => resolve(error));
      call.cancel();
    });
    assert.equal((await ended).code, status.CANCELLED);
  },

  async cancel_after_first_response(w) {
    const call = w.test.FullDuplexCall(within(30));
    call.on('data', () => call.cancel());
    const done = collect(call);
    call.write({ ...output(RESPONSE_SIZES[0]), payload: zeros(REQUEST_SIZES[0]) });
    await fails(status.CANCELLED, done);
  },

  async timeout_on_sleeping_server(w) {
    const call = w.test.FullDuplexCall(within(0.05));
    const done = collect(call);
    call.write({ response_parameters: [{ size: 1, interval_us: 10000000 }] });
    await fails(status.DEADLINE_EXCEEDED, done);
  },

  async client_compressed_unary(w) {
    const request = large({ expect_compressed: { value: true } });
    await fails(status.INVALID_ARGUMENT, unary(w.test, 'UnaryCall', request));
    const { response } = await unary(w.client(w.wire.testing.TestService, GZIP), 'UnaryCall', request);
    assert.equal(response.payload.body.length, LARGE_RESPONSE);
  },

  async server_compressed_unary(w) {
    for (const value of [true, false]) {
      const { response } = await unary(w.test, 'UnaryCall', large({ response_compressed: { value } }));
      assert.ok(response.payload.body.equals(Buffer.alloc(LARGE_RESPONSE)));
    }
  },

  async client_compressed_streaming(w) {
    const requests = REQUEST_SIZES.map(size => ({ payload: zeros(size), expect_compressed: { value: true } }));
    await fails(status.INVALID_ARGUMENT, sendAll(w.test, requests));
    const response = await sendAll(w.client(w.wire.testing.TestService, GZIP), requests);
    assert.equal(response.aggregated_payload_size, REQUEST_TOTAL);
  },

  async server_compressed_streaming(w) {
    const response_parameters = [{ size: 31415, compressed: { value: true } }, { size: 92653, compressed: { value: false } }];
    const { responses } = await collect(w.test.StreamingOutputCall({ response_parameters }, within(30)));
    assert.deepEqual(sizesOf(responses), [31415, 92653]);
  },

  // More than every flow-control window and buffer together; the reader pauses at first.
  async back_pressure(w) {
    const call = w.test.StreamingOutputCall(output(...Array(400).fill(100000)), within(60));
    const done = collect(call);
    call.pause();
    setTimeout(() => call.resume(), 200);
    assert.deepEqual(sizesOf((await done).responses), Array(400).fill(100000));
  },

  async concurrent_calls(w) {
    const calls = Array.from({ length: 200 }, (_, i) => unary(w.test, 'UnaryCall', { response_size: i }));
    const sizes = (await Promise.all(calls)).map(({ response }) => response.payload.body.length);
    assert.deepEqual(sizes, Array.from({ length: 200 }, (_, i) => i));
  },

  async rich_status(w) {
    const metadata = new grpc.Metadata();
    metadata.set('x-test-rich-status', '1');
    const end = await fails(status.FAILED_PRECONDITION, unary(w.test, 'UnaryCall', {}, metadata));
    assert.deepEqual(end.metadata.get('grpc-status-details-bin'), [Buffer.from('\x08\x09\x12\x04rich', 'latin1')]);
  },

  async health_check(w) {
    const health = w.client(w.wire.health.v1.Health);
    assert.equal((await unary(health, 'Check', {})).response.status, 1);
    await fails(status.NOT_FOUND, unary(health, 'Check', { service: 'no.such.Service' }));
    const watch = health.Watch({}, within(30));
    watch.on('data', response => {
      assert.equal(response.status, 1);
      watch.cancel();
    });
    await fails(status.CANCELLED, collect(watch));
  },

  reflection_v1: w => reflection(w, 'v1'),

  reflection_v1alpha: w => reflection(w, 'v1alpha'),
};

module.exports = { World, all };
