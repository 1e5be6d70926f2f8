'use strict';
// grpc.testing.TestService on grpc-js. Prints the port that it listens on; ends when its standard input ends.
const { grpc, load } = require('./wire');

const wire = load(process.argv[2]);
const INITIAL = 'x-grpc-test-echo-initial';
const TRAILING = 'x-grpc-test-echo-trailing-bin';

function echoInitial(call) {
  const values = call.metadata.get(INITIAL);
  if (values.length > 0) {
    const headers = new grpc.Metadata();
    headers.set(INITIAL, values[0]);
    call.sendMetadata(headers);
  }
}

function trailers(call) {
  const metadata = new grpc.Metadata();
  for (const value of call.metadata.get(TRAILING)) {
    metadata.add(TRAILING, value);
  }
  return metadata;
}

function refusal(call, status) {
  return status && status.code !== 0 ? { code: status.code, details: status.message, metadata: trailers(call) } : null;
}

const sleep = microseconds => new Promise(resolve => setTimeout(resolve, microseconds / 1000));

async function writeAll(call, request) {
  for (const parameters of request.response_parameters) {
    if (parameters.interval_us > 0) {
      await sleep(parameters.interval_us);
    }
    if (call.cancelled) {
      return;
    }
    const roomLeft = call.write({ payload: { body: Buffer.alloc(parameters.size) } });
    if (!roomLeft) {
      await new Promise(resolve => call.once('drain', resolve));
    }
  }
}

const service = {
  EmptyCall(call, reply) {
    echoInitial(call);
    reply(null, {}, trailers(call));
  },

  UnaryCall(call, reply) {
    echoInitial(call);
    reply(refusal(call, call.request.response_status),
      { payload: { body: Buffer.alloc(call.request.response_size) } }, trailers(call));
  },

  async StreamingOutputCall(call) {
    echoInitial(call);
    await writeAll(call, call.request);
    call.end(trailers(call));
  },

  StreamingInputCall(call, reply) {
    let size = 0;
    call.on('data', request => { size += request.payload.body.length; });
    call.on('end', () => reply(null, { aggregated_payload_size: size }));
  },

  FullDuplexCall(call) {
    echoInitial(call);
    let last = Promise.resolve();
    call.on('data', request => {
      const refused = refusal(call, request.response_status);
      if (refused) {
        call.emit('error', refused);
      } else {
        last = last.then(() => writeAll(call, request));
      }
    });
    call.on('end', () => last.then(() => call.end(trailers(call))));
  },

  HalfDuplexCall(call) {
    const requests = [];
    call.on('data', request => requests.push(request));
    call.on('end', async () => {
      for (const request of requests) {
        await writeAll(call, request);
      }
      call.end();
    });
  },
};

const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 });
server.addService(wire.testing.TestService.service, service);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    throw error;
  }
  console.log(port);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
