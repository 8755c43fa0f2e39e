/** A lesson as data. What its sentences claim is checked: by a test, and by the page as it runs. */
import type { Action, Setup, Side } from '../engine/action.ts'
import type { Expect } from '../engine/expect.ts'

export interface Scenario {
  id: string
  group: Group
  title: string
  /** What it is about, in a sentence. */
  about: string
  setup?: Partial<Setup>
  steps: readonly Step[]
  /** Who closed, with which code, and why: what somebody should take away. */
  moral: string
}

export const groups = [
  'The opening handshake',
  'Messages',
  'Closing',
  'Broken rules',
  'When the network fails',
] as const
export type Group = (typeof groups)[number]

export interface Step {
  does: readonly Action[]
  /** What happened and why; shown when it has. */
  says: string
  /** Where it is written: `'5.5.1'` of RFC 6455, or `'RFC 7692, 6.1'`. */
  section: string
  /** What is so then. */
  expect: Expect
  /** Asked before the step is taken. */
  ask?: Question
  /** Its sentences are about bytes: those of what is to arrive next at this side are shown. */
  bytes?: Side
}

export interface Question {
  question: string
  /** The right one is the one whose `means` holds when the step was taken. */
  choices: readonly Choice[]
}

export interface Choice {
  says: string
  means: Expect
  /** Why it is not so. What is right is told by the step. */
  because?: string
}
