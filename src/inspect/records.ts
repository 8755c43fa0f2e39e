/**
 * The record schema (`docs/records.md`): what happened to a connection, one record a fact, for the inspector,
 * traces and reports. JSON throughout; unknown fields are kept. Bytes appear only as bounded previews.
 */
import type { Side } from '../../machines/events.ts'
import type { Configuration } from '../../machines/table.ts'
import type { ReceiveLimits } from '../protocol/inspector.ts'

/** The version of the schema: `v` of each record. */
export const RECORD_VERSION = 1

interface RecordBase {
  v: typeof RECORD_VERSION
  /** Id of the connection, unique in its process. */
  connection: string
  /** Number of the record within its connection, from 0, without gaps. */
  seq: number
  /** Milliseconds since 1970, with fractions. */
  time: number
}

/** The first record of a connection. */
export interface ConnectionRecord extends RecordBase {
  kind: 'connection'
  /** Which end was observed. */
  side: Side
  /** The other end, e.g. `127.0.0.1:52044`; `null` if nobody said. */
  peer: string | null
  /** The configuration that it was in when it was first seen. */
  value: Configuration
  /** What it takes of its peer at most; absent if nobody said. */
  limits?: ReceiveLimits
  /** Present if steps are not kept any more: those that follow start behind them. */
  dropped?: DroppedRecords
}

/** The oldest steps of a connection, which were dropped to bound memory. */
export interface DroppedRecords {
  /** How many. */
  steps: number
  /** The configuration behind the last of them: where a replay of the others starts. */
  value: Configuration
}

/** The machine took an event. */
export interface StepRecord extends RecordBase {
  kind: 'step'
  /** What happened. */
  event: EventRecord
  /** The configuration behind the event. */
  value: Configuration
  /** What the machine emitted, in order. */
  effects: EffectRecord[]
  /** The transitions that were taken, in order; empty if the event was discarded. */
  transitions: TransitionRecord[]
  /** A bug in wirechart: the configuration that the statechart led to, where `value`, the protocol's, is another. */
  disagreement?: Configuration
}

/** A record: what happened to a connection, one fact. */
export type WireRecord = ConnectionRecord | StepRecord

/** What happened. Fields are there where they have a meaning. */
export interface EventRecord {
  /** The machine's event type, e.g. `receive.text`. */
  type: string
  /** FIN bit of a data frame. */
  fin?: boolean
  /** Of a response: it is a 101, and on the client one that stood every check. */
  accepted?: boolean
  /** 0-15; RFC 6455, section 5.2. */
  opcode?: number
  /** Payload length, bytes. */
  length?: number
  /** The beginning of the payload; absent for an empty one. */
  preview?: Preview
  /** How the frame stood on the wire. */
  wire?: WireRecordDetails
  /** Close code, of a Close frame (1005: it was empty) or a failure. */
  code?: number
  /** Close reason. */
  reason?: string
  /** The broken rule (`docs/errors.md`). */
  rule?: string
  /** The same in words. */
  message?: string
  /** Its section of RFC 6455. */
  section?: string
  /** Where, in bytes behind the opening handshake. */
  offset?: number
  /** Of a handshake message. */
  http?: HttpRecord
  /** How TCP ended. */
  transport?: string
}

/** The beginning of a payload. */
export interface Preview {
  /** How `data` is written. */
  encoding: 'text' | 'hex'
  /** The first bytes of the payload. */
  data: string
  /** There is more than is shown. */
  truncated: boolean
}

/** The frame as it stood on the wire. */
export interface WireRecordDetails {
  /** Bytes: 2-14. */
  headerLength: number
  /** Bytes; compressed, if it was. */
  payloadLength: number
  /** Hex; `null` for an unmasked frame. */
  maskingKey: string | null
  /** rsv1 = 4, rsv2 = 2, rsv3 = 1. */
  reservedBits: number
}

/** A message of the opening handshake. */
export interface HttpRecord {
  /** `GET /chat HTTP/1.1` or `HTTP/1.1 101 Switching Protocols`. */
  startLine: string
  /** In order; those that let somebody in are `(hidden)`. */
  headers: [name: string, value: string][]
  /** How many further headers there were; absent: none. */
  omitted?: number
}

/** What the machine wanted done. */
export interface EffectRecord {
  type: 'deliver' | 'write' | 'fail' | 'halfClose'
  /** What was delivered or written: `text`, `pong` and so on. */
  what?: string
  /** FIN bit of a data frame. */
  fin?: boolean
  /** Close code, of a Close frame or a failure. */
  code?: number
  /** Close reason. */
  reason?: string
  /** The broken rule, of a failure. */
  rule?: string
}

/** A transition that was taken. Ids are those of the drawn statechart: `lifecycle.open`. */
export interface TransitionRecord {
  source: string
  /** Empty for a transition that stays where it is. */
  targets: string[]
  event: string
}
