/**
 * Any XState 5 actor of the application, shown beside its connections. What is kept of a step are its messages, since
 * there is no record of it: a state of the application may be anything, so it is copied, bounded, at once.
 */
import type { AnyActor, AnyStateMachine, InspectionEvent, Subscription } from 'xstate'
import { eventJson, logicJson, machineJson, stateJson } from './bridge.ts'
import type { ReceiverMessage } from './messages.ts'
import { toPlain } from './plain.ts'
import { Ring } from './ring.ts'
import type { Session } from './session.ts'

export class RecordedActor implements Session {
  readonly id: string
  kept = true
  told = false
  readonly #name: string
  readonly #machine: string
  readonly #steps = new Ring<ReceiverMessage[]>()
  /** The state before the oldest step that is kept. */
  #base: string
  #ended = false

  constructor(id: string, actor: AnyActor) {
    this.id = id
    this.#name = String(actor.id)
    const machine = machineOf(actor)
    this.#machine = machine === null ? logicJson(this.#name) : machineJson(machine)
    this.#base = snapshotJson(actor.getSnapshot(), { type: 'xstate.init' })
  }

  get ended(): boolean {
    return this.#ended
  }

  get first(): number {
    return this.#steps.dropped
  }

  get end(): number {
    return this.#steps.end
  }

  addEvent(event: { type: string }): void {
    this.#steps.push([{ type: 'service.event', sessionId: this.id, event: eventJson(plainEvent(event)) }])
  }

  addState(snapshot: unknown, event: { type: string }): void {
    this.#steps.push([{ type: 'service.state', sessionId: this.id, state: snapshotJson(snapshot, event) }])
  }

  drop(): void {
    for (const message of this.#steps.shift() ?? []) {
      if (message.type === 'service.state') this.#base = message.state
    }
  }

  finish(): void {
    this.#ended = true
  }

  register(): ReceiverMessage {
    return {
      type: 'service.register',
      sessionId: this.id,
      id: this.#name,
      machine: this.#machine,
      state: this.#base,
    }
  }

  messages(step: number): ReceiverMessage[] {
    return this.#steps.at(step) ?? []
  }
}

/** What may be heard of an actor. */
interface ActorListener {
  event(event: { type: string }): void
  state(snapshot: unknown, event: { type: string }): void
  stop(): void
}

/**
 * Listens to an actor until it stops, by the inspection events of its system. It is not subscribed to: an observer
 * decides whether XState reports the actor's errors as unhandled, and watching must not change that.
 */
export function watchActor(actor: AnyActor, listener: ActorListener): void {
  let last: unknown = actor.getSnapshot()
  const isSettled = () => (actor.getSnapshot() as AnySnapshot)?.status !== 'active'
  if (isSettled()) {
    listener.stop()
    return
  }
  let subscription: Subscription | undefined = actor.system.inspect((event: InspectionEvent) => {
    if (event.actorRef !== actor) return
    if (event.type === '@xstate.event') {
      listener.event(event.event)
      // An actor that fails on an event says nothing more.
      queueMicrotask(settle)
    } else if (event.type === '@xstate.snapshot') {
      last = event.snapshot
      listener.state(event.snapshot, event.event)
      if (isSettled()) queueMicrotask(settle)
    }
  })
  const settle = () => {
    if (subscription === undefined || !isSettled()) return
    subscription.unsubscribe()
    subscription = undefined
    if (last !== actor.getSnapshot()) listener.state(actor.getSnapshot(), { type: 'xstate.error' })
    listener.stop()
  }
}

function machineOf({ logic }: AnyActor): AnyStateMachine | null {
  const isMachine = typeof logic === 'object' && logic !== null && 'root' in logic && 'definition' in logic
  return isMachine ? (logic as unknown as AnyStateMachine) : null
}

interface AnySnapshot {
  status?: unknown
  value?: unknown
  context?: unknown
  output?: unknown
  error?: unknown
  tags?: unknown
}

function snapshotJson(snapshot: unknown, event: { type: string }): string {
  const { status, value, context, output, error, tags } = (snapshot ?? {}) as AnySnapshot
  return stateJson({
    value: value === undefined ? String(status ?? 'active') : toPlain(value),
    context: toPlain(context ?? output ?? error),
    event: plainEvent(event),
    tags: tags instanceof Set ? [...tags].map(String) : [],
    done: status === 'done',
  })
}

function plainEvent(event: { type: string }): { type: string } {
  const plain = toPlain(event)
  return typeof plain === 'object' && plain !== null
    ? (plain as { type: string })
    : { type: String(event?.type) }
}
