/** The mutation loop: an input that shows something new is kept, and mutated further. */
import { mutate } from './mutate.ts'
import { Random } from './random.ts'
import { seedsFor } from './seeds.ts'
import { feed, type Target } from './targets.ts'

export interface Failure {
  input: Uint8Array
  error: Error
}

export interface Outcome {
  inputs: number
  /** Inputs that are kept. */
  corpus: number
  /** Different things that inputs showed. */
  signatures: number
  failure: Failure | null
}

/** One input in so many is watched by the inspector as well: that takes longer. */
const WATCHED = 8

export function fuzz(target: Target, seed: number, goesOn: (inputs: number) => boolean): Outcome {
  const random = new Random(seed)
  const corpus: Uint8Array[] = []
  const signatures = new Set<string>()
  let inputs = 0
  const seeds = seedsFor(target)

  const attempt = (input: Uint8Array): Failure | null => {
    inputs++
    try {
      const signature = feed(target, input, random, inputs % WATCHED === 0)
      if (signatures.has(signature)) return null
      signatures.add(signature)
      corpus.push(input)
      return null
    } catch (error) {
      return { input: shrink(target, input), error: error as Error }
    }
  }

  for (const each of seeds) {
    if (!goesOn(inputs)) break
    const failure = attempt(each)
    if (failure !== null) return { inputs, corpus: corpus.length, signatures: signatures.size, failure }
  }
  while (goesOn(inputs)) {
    // What was kept last is the least tried.
    const recent = random.below(2) === 0 ? Math.max(0, corpus.length - 32) : 0
    const parent = corpus[recent + random.below(corpus.length - recent)]!
    const failure = attempt(mutate(parent, random, corpus))
    if (failure !== null) return { inputs, corpus: corpus.length, signatures: signatures.size, failure }
  }
  return { inputs, corpus: corpus.length, signatures: signatures.size, failure: null }
}

function isBroken(target: Target, input: Uint8Array): boolean {
  for (let seed = 0; seed < 4; seed++) {
    try {
      feed(target, input, new Random(seed), true)
    } catch {
      return true
    }
  }
  return false
}

/** Takes away what is not needed for it to break. */
export function shrink(target: Target, input: Uint8Array): Uint8Array {
  let small = input
  for (let size = input.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < small.length; ) {
      const less = Buffer.concat([small.subarray(0, at), small.subarray(at + size)])
      if (isBroken(target, less)) small = Uint8Array.from(less)
      else at += size
    }
  }
  return small
}
