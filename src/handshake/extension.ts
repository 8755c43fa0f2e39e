import type { Frame } from '../framing/frame.ts'

/** Parameters of an extension in the order of the header; `null` for one without a value (RFC 6455, section 9.1). */
export type ExtensionParams = [name: string, value: string | null][]

/** A negotiated extension: transforms frames on their way out and in (RFC 6455, section 9). */
export interface Extension {
  /** As it stands in `Sec-WebSocket-Extensions`, such as `'permessage-deflate'`. */
  readonly name: string
  /**
   * The reserved bit (1, 2 or 3) on the first frame of each message that it transforms, if it uses one and leaves all
   * else as it is. Then the other bits are refused as soon as they come, and text that was not transformed is checked
   * as it arrives, also inside a frame that is not whole; without, only behind `decode`.
   */
  readonly reservedBit?: 1 | 2 | 3
  /** Applied on sending, in the order of negotiation. */
  encode(frame: Frame): Frame
  /**
   * Applied on receiving, in reverse order. Throws a `FrameError` (`ProtocolError`, `InvalidPayloadError`,
   * `PayloadTooBigError`) if the frame is wrong; `maxSize` is in bytes, `null` for no limit.
   */
  decode(frame: Frame, options: { maxSize: number | null }): Frame
}

/** What a client needs to offer an extension. */
export interface ClientExtensionFactory {
  /** As it stands in `Sec-WebSocket-Extensions`. */
  readonly name: string
  /** What the request offers. */
  getRequestParams(): ExtensionParams
  /** Throws `NegotiationError` if the server's answer is unacceptable. */
  processResponseParams(params: ExtensionParams, accepted: readonly Extension[]): Extension
}

/** What a server needs to accept an extension. */
export interface ServerExtensionFactory {
  /** As it stands in `Sec-WebSocket-Extensions`. */
  readonly name: string
  /** Throws `NegotiationError` if the offer is unacceptable: it is then passed over (section 9.1). */
  processRequestParams(params: ExtensionParams, accepted: readonly Extension[]): [ExtensionParams, Extension]
}
