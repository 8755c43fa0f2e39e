import type { Action } from '../engine/action.ts'
import type { Expect } from '../engine/expect.ts'
import type { Step } from './scenario.ts'

/** Both sides of an open connection with nothing under way. */
export const bothOpen: Expect = {
  client: { state: 'open' },
  server: { state: 'open' },
  toServer: [],
  toClient: [],
}

/** The opening handshake at one go, for the lessons about something else. */
export const open: Step = {
  does: [{ do: 'request' }, { do: 'flow' }, { do: 'accept' }, { do: 'flow' }],
  says: 'The opening handshake is done, an HTTP request and its answer: both sides are open, and each may send when it likes.',
  section: '4.1',
  expect: bothOpen,
}

export const toServer: Action = { do: 'deliver', to: 'server', amount: 'frame' }
export const toClient: Action = { do: 'deliver', to: 'client', amount: 'frame' }
