/** The entry `wirechart/inspect` where there is no Node: the sending end of the inspector, from page to page. */
export type { InspectorOptions, WireInspector } from './inspector.ts'
export { createInspector, fromActor } from './inspector.ts'
export type { ReceiverCommand, ReceiverMessage } from './messages.ts'
export type {
  ConnectionRecord,
  DroppedRecords,
  EffectRecord,
  EventRecord,
  HttpRecord,
  Preview,
  StepRecord,
  TransitionRecord,
  WireRecord,
  WireRecordDetails,
} from './records.ts'
export { RECORD_VERSION } from './records.ts'
export type { Trace, TracedRecord, TraceHeader, TraceProblem } from './trace.ts'
export { readTrace, TraceReader, traceLines } from './trace.ts'
export type { HearingWindow, TargetWindow, WindowMessage, WindowOptions } from './window.ts'
export { inspectWindow } from './window.ts'
