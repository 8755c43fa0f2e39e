/** api.md, 'Package' and 'Errors': what the entry `wirechart` holds, and what it may import. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as wirechart from '../../src/protocol/index.ts'

/** Every module that `entry` loads, and every package that they name. */
function importsOf(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string) => {
    if (files.has(file)) return
    files.add(file)
    const source = readFileSync(file, 'utf8')
    for (const [, clause, name] of source.matchAll(/^(?:im|ex)port ([^'"]*?)(?:from )?'([^']+)'/gms)) {
      if (clause!.startsWith('type ')) continue
      if (name!.startsWith('.')) visit(resolve(dirname(file), name!))
      else packages.add(name!)
    }
  }
  visit(resolve(import.meta.dirname, entry))
  return { files, packages }
}

describe('the entry wirechart', () => {
  const { files, packages } = importsOf('../../src/protocol/index.ts')

  it('loads the protocol, the table and the pure functions', () => {
    expect([...files].filter((file) => /table\.derived|decoder|parse-request/.test(file))).toHaveLength(3)
  })

  it('imports no node: module and no xstate', () => {
    expect([...packages].filter((name) => name.startsWith('node:') || /xstate/.test(name))).toEqual([])
  })

  it('holds every name of api.md', () => {
    const names = [
      'parseUri',
      'Protocol',
      'SEND_EOF',
      'ClientProtocol',
      'ServerProtocol',
      'Request',
      'Response',
      'Headers',
      'Frame',
      'Opcode',
      'InvalidUriError',
      'InvalidStateError',
      'ProtocolError',
      'InvalidPayloadError',
      'PayloadTooBigError',
      'HandshakeError',
      'InvalidMessageError',
      'InvalidStatusError',
      'InvalidMethodError',
      'InvalidProtocolError',
      'InvalidUpgradeError',
      'InvalidHeaderError',
      'InvalidOriginError',
      'HeadersTooLargeError',
      'NegotiationError',
      'ConnectionClosedError',
    ]
    for (const name of names) expect(wirechart).toHaveProperty(name)
    expect(wirechart.Opcode).toEqual({ continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 })
  })
})

describe('errors', () => {
  it('of the handshake are kinds of HandshakeError', () => {
    for (const kind of [
      wirechart.InvalidMessageError,
      wirechart.InvalidStatusError,
      wirechart.InvalidMethodError,
      wirechart.InvalidProtocolError,
      wirechart.InvalidUpgradeError,
      wirechart.InvalidHeaderError,
      wirechart.InvalidOriginError,
      wirechart.HeadersTooLargeError,
      wirechart.NegotiationError,
    ]) {
      expect(kind.prototype).toBeInstanceOf(wirechart.HandshakeError)
      expect(kind.prototype.name).toBe(kind.name)
    }
  })

  it('are Errors with their class as name and a stable code', () => {
    const errors = [
      new wirechart.InvalidStateError('x'),
      new wirechart.ConnectionClosedError({ received: null, sent: null, receivedThenSent: null }),
      new wirechart.InvalidUriError('x', { part: 'host' }),
      new wirechart.HandshakeError('x'),
      new wirechart.ProtocolError('x', { code: 'X', section: '5' }),
      new wirechart.InvalidPayloadError('x', { code: 'X', section: '5' }),
      new wirechart.PayloadTooBigError('x', { code: 'X', section: '5' }),
    ]
    for (const error of errors) {
      expect(error).toBeInstanceOf(Error)
      expect(error.name).toBe(error.constructor.name)
      expect(error.code).toMatch(/^[A-Z_]+$/)
    }
  })
})
