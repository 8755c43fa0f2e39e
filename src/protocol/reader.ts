import type { Side } from '../../machines/events.ts'
import { type DecodeContext, FrameDecoder } from '../framing/decoder.ts'

/** What it takes to read frames. It is lent to a connection while that has some: most of them are idle. */
export class Reader {
  readonly decoder: FrameDecoder
  readonly context: { -readonly [Field in keyof DecodeContext]: DecodeContext[Field] } = {
    reservedBits: 0,
    maxPayload: 0,
    tooBig: 'MESSAGE_TOO_BIG',
    message: 'idle',
    validate: true,
  }
  /** The configuration and the size of the message so far that `context` was made for; -1: for nothing. */
  contextAt = -1
  contextSize = 0
  /** The decoder has looked at all that it was given. */
  dry = false

  constructor(side: Side) {
    this.decoder = new FrameDecoder({ masked: side === 'server' })
  }
}

/** The ones that were given back last. */
const spare: Record<Side, Reader | null> = { client: null, server: null }

/** A reader for a stream of frames of which `offset` bytes were read. */
export function borrowReader(side: Side, offset: number): Reader {
  const reader = spare[side] ?? new Reader(side)
  spare[side] = null
  reader.decoder.startAt(offset)
  reader.contextAt = -1
  return reader
}

/** Gives back a reader that is between two messages and holds no bytes. */
export function returnReader(side: Side, reader: Reader): void {
  spare[side] = reader
}
