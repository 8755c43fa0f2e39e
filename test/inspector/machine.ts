/** Machines as the page gets them: sent as `wirechart/inspect` sends them, parsed as `@xstate/inspect` parses them. */
import { createRequire } from 'node:module'
import type { AnyStateMachine } from 'xstate'
import { type Chart, chartOf, type MachineNode } from '../../inspector/src/statechart/chart.ts'
import { connectionMachine } from '../../machines/connection.ts'
import { machineJson } from '../../src/inspect/bridge.ts'

/** What the inspector's workspace would load: it has an XState of its own. */
const inspector = createRequire(new URL('../../inspector/package.json', import.meta.url))
const { createMachine } = inspector('xstate') as { createMachine(config: unknown): MachineNode }

export const { parseReceiverEvent } = inspector('@xstate/inspect/lib/utils') as {
  // biome-ignore lint/suspicious/noExplicitAny: its types are those of the other XState
  parseReceiverEvent(event: object): any
}

/** The chart of a machine of XState 5. */
export const chartOfMachine = (machine: AnyStateMachine): Chart =>
  chartOf(createMachine(JSON.parse(machineJson(machine))))

/** The chart of a configuration of XState 4. */
export const chartOfConfig = (config: object): Chart =>
  chartOf(createMachine({ predictableActionArguments: true, ...config }))

export const connectionChart = chartOfMachine(connectionMachine as unknown as AnyStateMachine)
