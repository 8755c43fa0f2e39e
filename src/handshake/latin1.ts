/*
 * A header is bytes; RFC 9110, section 5.5, has nothing to say about those above 0x7f (obs-text). Latin-1 maps
 * each of them to one character and back, so that nothing is lost.
 */
import { nativeLatin1 } from '../framing/platform.ts'

/** A call with more arguments may overflow the stack. */
const MAX_ARGUMENTS = 4096

/** So few bytes take longer to be handed over than to be decoded. */
const FEW = 8

/** `bytes[start]` to `bytes[end - 1]`: each becomes the character of the same number. */
export function decodeLatin1(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  if (end - start < FEW) {
    let text = ''
    for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!)
    return text
  }
  return nativeLatin1 === null
    ? decodeWithoutPlatform(bytes, start, end)
    : nativeLatin1.decode(bytes, start, end)
}

/** The reverse. `text` holds no character above U+00FF: the caller has checked it. */
export function encodeLatin1(text: string): Uint8Array<ArrayBuffer> {
  return nativeLatin1 === null ? encodeWithoutPlatform(text) : nativeLatin1.encode(text)
}

export function decodeWithoutPlatform(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; at += MAX_ARGUMENTS) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + MAX_ARGUMENTS)))
  }
  return text
}

export function encodeWithoutPlatform(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
  return bytes
}
