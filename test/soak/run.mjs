// `npm run soak -- MINUTES [SEED]`: mixed traffic between two processes, through a network that breaks, and then a
// table. Exits with 1 if anything got lost without a word, or was changed, or if memory or handles are left behind.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { proxyTo } from './proxy.mjs'

const minutes = Number(process.argv[2] ?? 10)
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 32))
if (!(minutes > 0) || Number.isNaN(seed)) {
  console.error('npm run soak -- MINUTES [SEED]')
  process.exit(2)
}

/** Bytes that a process may have more in the end than behind the first moments. */
const MAX_GROWTH = 24 * 2 ** 20

/** A process of the soak: its lines, as they come. */
function start(file, ...args) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args.map(String), {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const process_ = { child, ended: once(child, 'close').then(([code]) => code), memory: [] }
  process_.ended.then((code) => {
    if (code === 0) return
    console.error(`${file} ended with ${code}`)
    process.exit(1)
  })
  createInterface(child.stdout).on('line', (line) => hear(process_, JSON.parse(line)))
  return process_
}

const accounts = new Map()
const refused = {}
const errors = []
const count = (counts, what) => {
  counts[what] = (counts[what] ?? 0) + 1
}

function hear(from, message) {
  switch (message.kind) {
    case 'listening':
      from.child.emit('listening', message.port)
      break
    case 'end': {
      const both = accounts.get(message.id) ?? [null, null]
      both[message.side] = message
      accounts.set(message.id, both)
      settle(message.id, both)
      break
    }
    case 'refused':
      count(refused, message.error)
      break
    case 'error':
      errors.push(message.error)
      break
    case 'memory':
      from.memory.push(message)
      from.child.emit('memory')
  }
}

const totals = {
  connections: 0,
  clean: 0,
  sent: 0,
  received: 0,
  bytes: 0,
  pings: 0,
  changed: 0,
  lost: 0,
  reported: 0,
}
const codes = [{}, {}]
const ends = {}
const odd = []

/** Both sides have told of a connection. */
function settle(id, [client, server]) {
  if (client === null || server === null) return
  accounts.delete(id)
  add(client, server)
  add(server, client)
  totals.connections++
  const isClean = client.wasClean && server.wasClean
  if (isClean) totals.clean++
  for (const [side, each] of [client, server].entries()) {
    count(codes[side], each.code)
    count(ends, `${each.wasClean ? 'clean' : 'lost'}, ${each.transportEnd}`)
    // Nobody breaks a rule here, and bytes are only ever cut off.
    if (each.parserError !== null && each.parserError !== 'UNEXPECTED_EOF') odd.push(each)
  }
}

/** The Close that it got is the echo of its own: one that crossed it says nothing of what arrived there. */
const gotEcho = (end, other) => end.wasClean && end.closedFirst && other.closeReceived

function add(sender, receiver) {
  totals.sent += sender.sent
  totals.received += receiver.received
  totals.bytes += receiver.bytes
  totals.pings += sender.pings
  totals.changed += receiver.changed
  // A prefix came. What did not is accounted for by an end that was not clean. Whoever closed first and got the echo
  // knows that all arrived, both ways; whoever echoes cannot know whether the echo arrives, nor what is before it.
  const missing = sender.sent - receiver.received
  const isSure =
    (sender.wasClean && receiver.wasClean) || gotEcho(sender, receiver) || gotEcho(receiver, sender)
  if (missing < 0) totals.changed += Math.max(0, -missing - sender.refused)
  else if (isSure) {
    totals.lost += missing
    if (missing > 0) odd.push({ lost: missing, sender, receiver })
  } else totals.reported += missing
}

async function memoryOf(process_) {
  const told = once(process_.child, 'memory')
  process_.child.send('memory')
  await told
}

console.log(`${minutes} minutes, seed ${seed}`)
const server = start('server.mjs')
const [port] = await once(server.child, 'listening')
const proxy = await proxyTo(port, seed)
const client = start('client.mjs', proxy.port)

const all = minutes * 60_000
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
// Once everything has been used.
await pause(Math.min(all / 4, 30_000))
await Promise.all([memoryOf(server), memoryOf(client)])
await pause(all - Math.min(all / 4, 30_000))
client.child.send('stop')
await client.ended
server.child.send('stop')
await server.ended
await proxy.close()

// Opened by the server, but the client never heard of it: nothing was sent on it by the client.
for (const [id, [own, other]] of accounts) {
  const only = own ?? other
  if (only.received > 0 || only.changed > 0) odd.push({ id, only })
}

const figure = (value) => value.toLocaleString('en')
const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
const list = (counts) =>
  Object.entries(counts)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([what, times]) => `${what} × ${figure(times)}`)
    .join('; ')
const memory = ({ memory: [first, last] }) =>
  `${mib(first.used)} at the start, ${mib(last.used)} at the end (${mib(first.rss)}, ${mib(last.rss)} resident)`

console.log(`
connections        ${figure(totals.connections)}, closed cleanly ${figure(totals.clean)}
messages sent      ${figure(totals.sent)}
         received  ${figure(totals.received)} (${mib(totals.bytes)})
         lost      ${figure(totals.lost)}
         changed   ${figure(totals.changed)}
         reported  ${figure(totals.reported)}: not received, on a connection that an end reported as lost
pings answered     ${figure(totals.pings)}
close codes        client: ${list(codes[0])}
                   server: ${list(codes[1])}
ends               ${list(ends)}
not opened         ${list(refused) || 'none'}
faults             ${list(proxy.faults)}
memory             client: ${memory(client)}
                   server: ${memory(server)}
sockets left       client: ${client.memory.at(-1).handles}, server: ${server.memory.at(-1).handles}
odd                ${odd.length + errors.length}`)
for (const each of [...odd, ...errors].slice(0, 10)) console.log(`  ${JSON.stringify(each)}`)

const grew = [client, server].some(({ memory: [first, last] }) => last.used - first.used > MAX_GROWTH)
const left = client.memory.at(-1).handles + server.memory.at(-1).handles
const isRight =
  totals.lost === 0 &&
  totals.changed === 0 &&
  totals.clean > 0 &&
  odd.length + errors.length + left === 0 &&
  !grew
console.log(isRight ? 'as it should be' : 'NOT as it should be')
process.exitCode = isRight ? 0 : 1
