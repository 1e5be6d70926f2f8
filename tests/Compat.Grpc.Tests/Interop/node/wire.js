'use strict';
// Services made at run time from a descriptor set: no generated code.
const fs = require('fs');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

exports.grpc = grpc;

exports.load = path => {
  const definition = protoLoader.loadFileDescriptorSetFromBuffer(fs.readFileSync(path), { keepCase: true, defaults: true, oneofs: true });
  return grpc.loadPackageDefinition(definition).grpc;
};
