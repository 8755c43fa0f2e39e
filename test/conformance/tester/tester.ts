/**
 * The tester: the other end of a connection to the endpoint under test, without I/O. It opens the connection, turns a
 * case's steps into bytes, and keeps what comes back as words.
 */
import type { Side } from '../../../src/protocol/index.ts'
import { type Case, scriptOf } from '../case.ts'
import type { Back, Sent } from '../frames.ts'
import { expectedAnswer, streams, testerHeader } from './agreement.ts'
import type { Compressor, Decompressor } from './deflate.ts'
import { acceptOf, type Head, requestText, responseText, sampleKey, splitHead, statusOf } from './http.ts'
import { FrameReader, frameBytes, type ReceivedFrame } from './wire.ts'
import { expectedWord, failureWord, word } from './words.ts'

/** What stands for the endpoint's end of its half of TCP. */
export const FIN = 'FIN'

export class Tester {
  /** Frames that came back, and `FIN`, in order. */
  readonly received: string[] = []
  readonly #case: Case
  readonly #underTest: Side
  readonly #side: Side
  readonly #reader: FrameReader
  readonly #compressor: Compressor | null = null
  readonly #decompressor: Decompressor | null = null
  readonly #expected: readonly string[]
  #head: Head | null = null
  #unread: Buffer = Buffer.alloc(0)

  constructor(testCase: Case, underTest: Side) {
    this.#case = testCase
    this.#underTest = underTest
    this.#side = underTest === 'server' ? 'client' : 'server'
    const { deflate } = testCase.setup ?? {}
    this.#reader = new FrameReader(underTest, deflate !== undefined)
    if (deflate !== undefined) [this.#compressor, this.#decompressor] = streams(underTest, deflate)
    this.#expected = this.expect(scriptOf(testCase).flatMap(({ back }) => back))
  }

  /** The endpoint's opening handshake has arrived. */
  get opened(): boolean {
    return this.#head !== null
  }

  /** What the tester opens with: its request, or once the client's request is there its response. */
  openingBytes(path = '/'): Uint8Array {
    const extensions = { 'Sec-WebSocket-Extensions': testerHeader(this.#underTest, this.#case.setup ?? {}) }
    if (this.#side === 'client') return Buffer.from(requestText(extensions, `GET ${path} HTTP/1.1`))
    return Buffer.from(responseText(this.#head!.headers.get('sec-websocket-key')![0]!, extensions))
  }

  /** The bytes of one step; compressed messages are compressed now, in the order of the steps. */
  bytesOf(send: readonly Sent[]): Uint8Array {
    return Buffer.concat(send.flatMap((each) => this.#frames(each)))
  }

  /** Takes what the endpoint wrote. */
  read(data: Uint8Array): void {
    let frames = data
    if (this.#head === null) {
      this.#unread = Buffer.concat([this.#unread, data])
      const split = splitHead(this.#unread)
      if (split === null) return
      this.#head = split.head
      frames = split.rest
      this.#checkHead(split.head)
    }
    for (const frame of this.#reader.push(frames)) this.received.push(this.#word(frame))
  }

  /** The endpoint ended its half of TCP. */
  readEnd(): void {
    if (this.#reader.pending > 0) this.received.push(`${this.#reader.pending} bytes of a frame`)
    this.received.push(FIN)
  }

  /** The words of what must come back. */
  expect(back: readonly Back[]): string[] {
    return back.map((each) => expectedWord(each, this.#case.setup?.deflate !== undefined))
  }

  #frames(each: Sent): Uint8Array[] {
    if (!('compress' in each)) return [frameBytes(this.#side, each)]
    const { compress, opcode, fragments = [], blocks } = each
    const whole = this.#compressor!.compress(compress, blocks)
    let at = 0
    const ends = [...fragments.map((size) => (at += size)), whole.length]
    return ends.map((end, index) =>
      frameBytes(this.#side, {
        opcode: index === 0 ? opcode : 0,
        payload: whole.subarray(ends[index - 1] ?? 0, end),
        fin: index === ends.length - 1,
        rsv: index === 0 ? 4 : 0,
      }),
    )
  }

  #checkHead(head: Head): void {
    if (this.#underTest === 'client') return
    if (statusOf(head) !== 101) throw new Error(`4.2.2: ${head.line}`)
    if (head.headers.get('sec-websocket-accept')?.[0] !== acceptOf(sampleKey)) {
      throw new Error('4.2.2: Sec-WebSocket-Accept is wrong')
    }
    const answer = head.headers.get('sec-websocket-extensions')?.[0] ?? null
    const expected = expectedAnswer(this.#case.setup ?? {})
    if (answer !== expected) throw new Error(`RFC 7692 7.1: the server agreed to ${answer}, not ${expected}`)
  }

  #word(frame: ReceivedFrame): string {
    if (frame.rsv1) {
      // Section 6.1: an endpoint may fragment what it compressed; ours never does.
      const payload = this.#decompressor!.decompress(frame.payload)
      return `compressed ${word({ ...frame, payload })}`
    }
    // A failure's reason is free.
    if (frame.opcode === 8 && frame.payload.length >= 2) {
      const code = failureWord(frame.payload[0]! * 256 + frame.payload[1]!)
      if (this.#expected[this.received.length] === code) return code
    }
    return word(frame)
  }
}
