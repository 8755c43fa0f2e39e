/**
 * `wirechart/framing`: the frames of RFC 6455 as pure functions over bytes. Same bytes in, same value out.
 */
export type { Close } from './close.ts'
export { closeCodeName, isValidCloseCode, parseClose, serializeClose } from './close.ts'
export type { DecodeContext } from './decoder.ts'
export { FrameDecoder } from './decoder.ts'
export type { FrameErrorOptions } from './errors.ts'
export { FrameError, InvalidPayloadError, PayloadTooBigError, ProtocolError } from './errors.ts'
export { Frame } from './frame.ts'
export { applyMask } from './mask.ts'
export type { FrameKind } from './opcode.ts'
export { Opcode } from './opcode.ts'
export type { ParseOptions, ParseResult } from './parse.ts'
export { parseFrame } from './parse.ts'
export type { Rule, RuleCode } from './rules.ts'
export { rules } from './rules.ts'
export { serializeFrame } from './serialize.ts'
export { isUtf8, truncateUtf8, Utf8Validator } from './utf8.ts'
