/** The library, in the order in which it is shown. */
import { closingScenarios } from './closing.ts'
import { handshakeScenarios } from './handshake.ts'
import { messageScenarios } from './messages.ts'
import { networkScenarios } from './network.ts'
import { ruleScenarios } from './rules.ts'
import type { Scenario } from './scenario.ts'

export const scenarios: readonly Scenario[] = [
  ...handshakeScenarios,
  ...messageScenarios,
  ...closingScenarios,
  ...ruleScenarios,
  ...networkScenarios,
]

const byId = new Map(scenarios.map((scenario) => [scenario.id, scenario]))

export const scenarioOf = (id: string): Scenario | undefined => byId.get(id)
