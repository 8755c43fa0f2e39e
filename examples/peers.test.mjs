/**
 * Tests of a protocol of your own, without sockets and without waiting: two peers in memory, peers that misbehave, and
 * a clock that stands still. Any test runner will do.
 *
 *     node --test examples/peers.test.mjs
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientProtocol, Opcode, parseUri, ServerProtocol } from 'wirechart'
import {
  flowAll,
  Host,
  hostChecks,
  memoryTransports,
  misbehaviours,
  pair,
  VirtualClock,
} from 'wirechart/testing'

/** What is tested here: a server that sums up numbers. */
function sum(protocol) {
  for (const event of protocol.eventsReceived()) {
    if (event.opcode !== Opcode.text) continue
    const numbers = new TextDecoder().decode(event.payload).split(' ').map(Number)
    if (numbers.some(Number.isNaN)) protocol.sendClose(1008, 'numbers only')
    else protocol.sendText(String(numbers.reduce((one, other) => one + other)))
  }
}

test('numbers are summed up', () => {
  const { client, server, toServer, toClient } = pair()
  client.sendText('1 2 3')
  toServer.flow()
  sum(server)
  toClient.flow()
  const [answer] = client.eventsReceived()
  assert.equal(new TextDecoder().decode(answer.payload), '6')
})

test('what is no number closes with 1008, however the bytes are cut', () => {
  const peers = pair()
  peers.client.sendText('1 two')
  peers.toServer.flow()
  sum(peers.server)
  peers.flow(1) // a byte at a time, both ways, until nothing moves
  assert.deepEqual(peers.client.closeReceived, { code: 1008, reason: 'numbers only' })
  assert.equal(peers.server.closeCode, 1008)
  assert.equal(peers.client.closeReceivedThenSent, true)
})

for (const { name, side = 'client', rule, closeCode, bytes } of misbehaviours) {
  test(`a ${side} that sends ${name} is told ${closeCode}`, () => {
    const { client, server, toServer, toClient } = pair()
    const [peer, wire, hearer] = side === 'client' ? [client, toServer, server] : [server, toClient, client]
    wire.inject(bytes(side))
    wire.flow()
    assert.equal(hearer.parserError.code, rule)
    assert.equal(hearer.closeSent.code, closeCode)
    assert.equal(peer.state, 'open') // it does not know yet
  })
}

test('a server that never answers the Close is waited for ten seconds', () => {
  const clock = new VirtualClock()
  const options = { clock, defer: (task, host) => task(host) } // at once, not at the end of the turn
  const [near, far] = memoryTransports()
  const client = new ClientProtocol(parseUri('ws://localhost/'))
  const server = new ServerProtocol()
  const application = (receive = () => {}) => ({ holding: false, receive, over() {} })
  const host = new Host(client, near, application(), options)
  const other = new Host(
    server,
    far,
    application((event) => {
      if (event.type === 'request') server.sendResponse(server.accept(event))
    }),
    options,
  )
  near.bind(host)
  far.bind(other)
  client.sendRequest(client.connect())
  host.start()
  other.start()
  flowAll(near, far)
  assert.equal(client.state, 'open')

  client.sendClose(1000)
  host.sent(8)
  clock.advance(9_999) // and nothing flows
  assert.equal(client.state, 'closing')
  clock.advance(1)
  assert.equal(host.expired, 'closing')
  assert.equal(client.closeCode, 1006)
})

// A host loop of your own has to hold what ours does. Here it is ours.
for (const { name, check } of hostChecks) {
  test(`the host loop ${name}`, () => check((...args) => new Host(...args)))
}
