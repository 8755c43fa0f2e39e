/** Inputs that once broke something: each is a test, and a seed. */
export interface Finding {
  /** Name of the target. */
  target: string
  what: string
  /** Base64. */
  input: string
}

export const findings: readonly Finding[] = []
