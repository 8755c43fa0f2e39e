/** The entry `wirechart/machines`: the statecharts, their alphabet, and the table compiled from them. */
export { type ConnectionMachine, connectionMachine } from './connection.ts'
export {
  alphabet,
  type ConnectionEffect,
  type ConnectionEvent,
  type DataKind,
  type EventType,
  eventIndex,
  type SequenceRule,
  type Side,
} from './events.ts'
export { effectName, explore, initialConfiguration, snapshotOf, step } from './explore.ts'
export type { ConnectionContext, StateMeta } from './setup.ts'
export {
  type Configuration,
  ConnectionTable,
  columns,
  type DerivedTable,
  Effect,
  type EffectName,
  Refusal,
  type State,
  tables,
} from './table.ts'
