/**
 * The connection machine as a child of your own XState 5 machine: the application tells it facts, carries out what it
 * emits, and connects again a second after it closed.
 *
 *     node examples/app.mjs
 */
import { connectionMachine } from 'wirechart/machines'
import { assign, createActor, SimulatedClock, sendTo, setup, stopChild } from 'xstate'

const app = setup({
  actors: { connection: connectionMachine },
  actions: {
    // In an application: a frame to write, a message to hand on, a half-close of TCP.
    carryOut: ({ event }) => console.log('  to do:', event.effect),
    // `spawn` rather than `invoke`, since that leaves the child at hand, to be listened to.
    begin: assign({
      connection({ self, spawn }) {
        const input = { side: 'client' }
        const connection = spawn('connection', { id: 'connection', input, syncSnapshot: true })
        connection.on('*', (effect) => self.send({ type: 'effect', effect }))
        return connection
      },
    }),
    tell: sendTo('connection', ({ event }) => event.fact),
    end: stopChild('connection'),
  },
  guards: {
    isClosed: ({ event }) => event.snapshot.matches({ lifecycle: 'closed' }),
  },
}).createMachine({
  id: 'app',
  initial: 'connected',
  states: {
    connected: {
      entry: 'begin',
      on: {
        fact: { actions: 'tell' },
        effect: { actions: 'carryOut' },
        // The machine does not end by itself: closed is a state as others are.
        'xstate.snapshot.connection': { guard: 'isClosed', target: 'waiting' },
      },
      exit: 'end',
    },
    waiting: {
      on: { effect: { actions: 'carryOut' } },
      after: { 1000: 'connected' },
    },
  },
})

const clock = new SimulatedClock()
const actor = createActor(app, { clock }).start()
const facts = [
  { type: 'send.request' },
  { type: 'receive.response', accepted: true },
  { type: 'receive.ping' },
  { type: 'receive.close', code: 1001 },
  { type: 'receive.eof' },
]
for (const fact of facts) {
  const { connection } = actor.getSnapshot().context
  console.log(fact.type)
  actor.send({ type: 'fact', fact })
  console.log('  now', JSON.stringify(connection.getSnapshot().value.lifecycle))
}
console.log('the application is', actor.getSnapshot().value)
clock.increment(1000)
console.log('the application is', actor.getSnapshot().value, 'a second later')
