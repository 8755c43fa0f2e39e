/**
 * The entry `wirechart/testing`: peers in memory, time that stands still, frames that are wrong, and the host loop
 * with what checks one. No sockets, no test runner, no `node:`.
 */

export {
  type Application,
  type Clock,
  type Defer,
  Host,
  type HostOptions,
  type Transport,
} from '../protocol/host.ts'
export { type CreateHost, type HostCheck, type HostLike, hostChecks } from './host-checks.ts'
export { flowAll, type MemoryOptions, MemoryTransport, memoryTransports } from './memory-transport.ts'
export { type Misbehaviour, misbehaviours } from './misbehaviour.ts'
export { type Pair, type PairOptions, pair } from './pair.ts'
export { MASKING_KEY, type RawFrame, rawFrame } from './raw-frame.ts'
export { VirtualClock } from './virtual-clock.ts'
export { Joined, Wire } from './wire.ts'
