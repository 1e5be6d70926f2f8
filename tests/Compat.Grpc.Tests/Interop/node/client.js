'use strict';
// Interop cases on grpc-js. Reads 'case target' lines, answers each with one line of JSON: {"case", "ok", "error"}.
const readline = require('readline');
const { load } = require('./wire');
const cases = require('./cases');

const wire = load(process.argv[2]);

async function run(name, target) {
  const world = new cases.World(wire, target);
  try {
    await cases.all[name](world);
    return { case: name, ok: true };
  } catch (error) {
    return { case: name, ok: false, error: error.stack || JSON.stringify(error) };
  } finally {
    world.close();
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [name, target] = line.split(' ');
    console.log(JSON.stringify(await run(name, target)));
  }
}

main();
