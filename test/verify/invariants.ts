/** What the model checker holds against every step and every state: a name, and the sentence that it stands for. */
export const invariants = {
  'one-close': 'a side sends at most one Close (section 5.5.1)',
  'no-data-after-close': 'a side sends no data frame behind its Close (section 5.5.1)',
  'nothing-behind-half-close': 'nothing follows the half-close in the outbox, not even another one',
  'server-half-closes-first':
    'unless TCP was cut, the server half-closes first once the connection was open (section 7.1.1)',
  'no-delivery-after-close': 'nothing is delivered once the Close of the peer was received (section 1.4)',
  'close-expected': 'closeExpected is true exactly in closing.* and connecting.rejected',
  deadline: 'where closeExpected is true, deadline names a timer',
  'way-on': 'no state but both-closed has no way on',
  'can-end': 'every path can reach both-closed, without TCP being cut',
  'ends-by-itself':
    'unless TCP was cut, what is under way is enough: once a side is closing, no application and no timer is needed',
  clean: 'a side ends cleanly exactly if it has sent a Close and received one',
  'agree-clean':
    'unless TCP was cut or a side failed the connection, both agree whether it was clean; a side that failed it never says so',
  codes:
    'a side reports the code of the Close that the other sent, or 1006: unless TCP was cut, 1006 exactly if none was sent or it had failed the connection, or its opening, before it came',
} as const

export type InvariantName = keyof typeof invariants

/** A step or a state that breaks an invariant. */
export class Broken extends Error {
  readonly invariant: InvariantName

  constructor(invariant: InvariantName) {
    super(`${invariant}: ${invariants[invariant]}`)
    this.invariant = invariant
  }
}
