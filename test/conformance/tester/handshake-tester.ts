/**
 * The tester's end of one opening handshake, without I/O. If the connection opens, a text is exchanged and the
 * connection closed, so that one that only looks open is found out.
 */
import { expect } from 'vitest'
import type { ClientHandshake, Handshake, ServerHandshake } from '../handshake-case.ts'
import { type Head, splitHead, statusOf } from './http.ts'
import { FIN } from './tester.ts'
import { FrameReader, frameBytes } from './wire.ts'
import { word } from './words.ts'

/** What an open connection is tried with. */
const trial = [
  { opcode: 1, payload: Buffer.from('open?'), fin: true },
  { opcode: 8, payload: Uint8Array.of(0x03, 0xe8), fin: true },
]

export class HandshakeTester {
  readonly #case: Handshake
  readonly #received: string[] = []
  readonly #reader: FrameReader
  #head: Head | null = null
  #unread: Buffer = Buffer.alloc(0)

  constructor(testCase: Handshake) {
    this.#case = testCase
    this.#reader = new FrameReader(testCase.side, false)
  }

  /** Whether the case has the connection open in the end. */
  get opens(): boolean {
    return this.#case.side === 'server' ? this.#case.status === 101 : this.#case.outcome === 'open'
  }

  /** The endpoint's request or response has arrived. */
  get headArrived(): boolean {
    return this.#head !== null
  }

  /** All that an open connection has to bring back is there. */
  get answered(): boolean {
    return this.#received.length >= trial.length
  }

  get opening(): Uint8Array {
    if (this.#case.side === 'client') return Buffer.from(this.#case.response(this.#key()), 'latin1')
    const { request } = this.#case
    return typeof request === 'string' ? Buffer.from(request, 'latin1') : request
  }

  /** What follows if the connection opens. */
  get trial(): Uint8Array {
    const from = this.#case.side === 'server' ? 'client' : 'server'
    return this.opens ? Buffer.concat(trial.map((each) => frameBytes(from, each))) : new Uint8Array(0)
  }

  read(data: Uint8Array): void {
    if (this.#head !== null && !this.#isRefusal()) {
      this.#received.push(...this.#reader.push(data).map(word))
      return
    }
    this.#unread = Buffer.concat([this.#unread, data])
    if (this.#head !== null) return
    const split = splitHead(this.#unread)
    if (split === null) return
    this.#head = split.head
    this.#unread = Buffer.alloc(0)
    this.read(split.rest)
  }

  readEnd(): void {
    this.#received.push(FIN)
  }

  /** Judges all that came back, `FIN` included. */
  verify(): void {
    expect(this.#received).toEqual(this.opens ? [...trial.map(word), FIN] : [FIN])
    if (this.#case.side === 'server') this.#verifyResponse(this.#case)
    else this.#verifyRequest(this.#case)
  }

  #isRefusal(): boolean {
    return this.#case.side === 'server' && statusOf(this.#head!) !== 101
  }

  #verifyResponse({ status, headers = {} }: ServerHandshake): void {
    expect(this.#head === null ? null : statusOf(this.#head)).toBe(status)
    if (this.#head === null) {
      expect(this.#unread.length).toBe(0)
      return
    }
    this.#verifyHeaders(headers)
    if (status === 101) return
    // A body as long as it says, and the connection announced to end.
    expect(this.#header('content-length')).toBe(`${this.#unread.length}`)
    expect(this.#header('connection')?.toLowerCase()).toContain('close')
  }

  #verifyRequest({ asks = {}, endpoint }: ClientHandshake): void {
    const target = endpoint?.target ?? '/chat'
    expect(this.#head?.line).toBe(`GET ${target.startsWith('/') ? target : `/${target}`} HTTP/1.1`)
    expect(Buffer.from(this.#key(), 'base64').length).toBe(16)
    expect(Buffer.from(this.#key(), 'base64').toString('base64')).toBe(this.#key())
    expect(this.#header('host')).toMatch(/^[\w.]+(:\d+)?$/)
    this.#verifyHeaders({
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-version': '13',
      ...asks,
    })
    for (const [name, values] of this.#head!.headers) expect([name, values.length]).toEqual([name, 1])
  }

  #verifyHeaders(expected: Readonly<Record<string, string | null>>): void {
    for (const [name, value] of Object.entries(expected)) {
      const found = this.#header(name)
      expect([name, found]).toEqual([name, value])
    }
  }

  #header(name: string): string | null {
    return this.#head!.headers.get(name)?.join(', ') ?? null
  }

  #key(): string {
    return this.#header('sec-websocket-key') ?? ''
  }
}
