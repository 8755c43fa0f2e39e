import fc from 'fast-check'

/** Places at which a stream is cut. */
export const cuts = fc.array(fc.nat(), { maxLength: 12 })

/** The stream in pieces, each a copy: a protocol may overwrite what it is given. */
export function pieces(stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length]
  return places.slice(1).map((place, index) => stream.slice(places[index], place))
}

export interface Message {
  text: boolean
  fragments: Uint8Array[]
}

/** A message as its sender fragments it; text may be cut within a character. */
export const message: fc.Arbitrary<Message> = fc.oneof(
  fc
    .tuple(fc.string({ unit: 'binary', maxLength: 400 }), cuts)
    .map(([text, cuts]) => ({ text: true, fragments: pieces(new TextEncoder().encode(text), cuts) })),
  fc
    .tuple(fc.uint8Array({ maxLength: 400 }), cuts)
    .map(([bytes, cuts]) => ({ text: false, fragments: pieces(bytes, cuts) })),
  // Around the borders of the three forms of a length, and compressible.
  fc
    .tuple(fc.constantFrom(125, 126, 127, 65_535, 65_536), fc.nat(255), fc.boolean())
    .map(([size, byte, text]) => ({
      text,
      fragments: [new Uint8Array(size).fill(text ? byte & 0x7f : byte)],
    })),
)
