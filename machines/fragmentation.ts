/**
 * The fragmentation of messages (RFC 6455, section 5.4): one definition, used for what is received and for what
 * is sent.
 *
 *     idle ── text, FIN 0 ──▶ text ── continuation, FIN 1 ──▶ idle
 *          └─ binary, FIN 0 ─▶ binary ─ continuation, FIN 1 ─▶ idle
 *
 * Control frames may come between fragments and do not touch this region. Data passes only while `passes` holds,
 * which is the lifecycle's business. What is out of sequence differs by direction: a peer that breaks the
 * sequence is failed, so there `wrong` names the action; our own application is refused, which is no transition
 * at all (`snapshot.can(event)` is false).
 *
 * The region stays where it is when the connection ends, so that an incomplete message can be seen afterwards.
 */

interface Rules<D, G, A> {
  direction: D
  /** Guard: data frames may pass in this direction now. */
  passes: G
  /** Guard: the same, and this one has FIN set. */
  passesFinal: G
  /** Action for each frame that passes. */
  pass: A
  /** Actions for frames out of sequence; none: they are refused. */
  wrong?: { unexpectedContinuation: A; expectedContinuation: A }
}

export function fragmentation<D extends 'receive' | 'send', G extends string, A extends string>({
  direction,
  passes,
  passesFinal,
  pass,
  wrong,
}: Rules<D, G, A>) {
  const ours = direction === 'send'
  const one = ours ? 'Sending' : 'Receiving'

  /** First frame of a message: stays idle if it is the whole of it. */
  const opener = (kind: 'text' | 'binary') => [
    { guard: passesFinal, actions: pass, description: 'An unfragmented message.' },
    { guard: passes, target: kind, actions: pass, description: 'The first fragment of a message.' },
  ]
  const outOfSequence = (action: A | undefined) =>
    action === undefined ? [] : [{ guard: passes, actions: action }]

  const inMessage = (kind: 'text' | 'binary') => ({
    description: `${one} a ${kind} message in fragments: only continuation frames, and control frames between them, may follow until FIN.`,
    meta: { section: 'RFC 6455, section 5.4' },
    on: {
      [`${direction}.continuation`]: [
        { guard: passesFinal, target: 'idle', actions: pass, description: 'The last fragment.' },
        { guard: passes, actions: pass, description: 'A fragment in the middle.' },
      ],
      [`${direction}.text`]: outOfSequence(wrong?.expectedContinuation),
      [`${direction}.binary`]: outOfSequence(wrong?.expectedContinuation),
    },
  })

  return {
    initial: 'idle' as const,
    description: ours ? 'The message that we are sending.' : 'The message that we are receiving.',
    meta: { section: 'RFC 6455, section 5.4' },
    states: {
      idle: {
        description: ours
          ? 'Between messages: the next data frame sent must be text or binary.'
          : 'Between messages: the next data frame received must be text or binary.',
        meta: { section: 'RFC 6455, section 5.4' },
        on: {
          [`${direction}.text`]: opener('text'),
          [`${direction}.binary`]: opener('binary'),
          [`${direction}.continuation`]: outOfSequence(wrong?.unexpectedContinuation),
        },
      },
      text: inMessage('text'),
      binary: inMessage('binary'),
    },
  }
}
