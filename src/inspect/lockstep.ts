/**
 * A real XState actor of the connection machine that runs beside the table of a protocol: it is started in the
 * configuration that the protocol is in, takes every event that the protocol took, and its own inspection events
 * say what happened.
 */
import { createActor, type InspectionEvent } from 'xstate'
import { connectionMachine } from '../../machines/connection.ts'
import type { ConnectionEffect, ConnectionEvent, Side } from '../../machines/events.ts'
import { snapshotOf } from '../../machines/explore.ts'
import type { Configuration } from '../../machines/table.ts'
import { takenTransitions } from './bridge.ts'
import type { TransitionRecord } from './records.ts'
import { same } from './same.ts'

/** Frames of which kind and FIN decide all: what rides along in a Close, or with an error, is told on. */
const REPEATABLE = /^(send|receive)\.(text|binary|continuation|ping|pong)$/

/** What an event led to; not to be changed. */
export interface Taken {
  value: Configuration
  effects: ConnectionEffect[]
  transitions: TransitionRecord[]
}

export class Lockstep {
  readonly #side: Side
  readonly #id: string
  readonly #hear: ((event: InspectionEvent) => void) | undefined
  #actor
  #value: Configuration
  /**
   * What the actor answered to frames that led nowhere else, from where it is: of many in a row it is asked once, unless
   * somebody hears its events.
   */
  readonly #known = new Map<string, Taken>()
  #effects: ConnectionEffect[] = []
  #transitions: TransitionRecord[] = []

  /** `hear` gets XState's own inspection events. */
  constructor(side: Side, value: Configuration, id: string, hear?: (event: InspectionEvent) => void) {
    this.#side = side
    this.#id = id
    this.#hear = hear
    this.#value = value
    this.#actor = this.#start(value)
  }

  get value(): Configuration {
    return this.#value
  }

  take(event: ConnectionEvent): Taken {
    const before = this.#value
    const repeatable = this.#hear === undefined && REPEATABLE.test(event.type)
    const key = repeatable ? `${event.type} ${event.fin}` : ''
    const known = repeatable ? this.#known.get(key) : undefined
    if (known !== undefined) return known
    this.#effects = []
    this.#transitions = []
    this.#actor.send(event)
    const taken = { value: this.#value, effects: this.#effects, transitions: this.#transitions }
    if (!same(taken.value, before)) this.#known.clear()
    else if (repeatable) this.#known.set(key, taken)
    return taken
  }

  /** Starts again from another configuration. */
  restart(value: Configuration): void {
    this.#actor.stop()
    this.#actor = this.#start(value)
    this.#value = value
    this.#known.clear()
  }

  #start(value: Configuration) {
    const actor = createActor(connectionMachine, {
      id: this.#id,
      input: { side: this.#side },
      snapshot: snapshotOf(this.#side, value),
      inspect: (event) => this.#inspect(event),
    })
    actor.on('*', (effect) => this.#effects.push(effect))
    return actor.start()
  }

  #inspect(event: InspectionEvent): void {
    if (event.type === '@xstate.microstep') this.#transitions.push(...takenTransitions(event))
    else if (event.type === '@xstate.snapshot') {
      this.#value = (event.snapshot as unknown as { value: Configuration }).value
    }
    this.#hear?.(event)
  }
}
