import { describe, expect, it } from 'vitest'
import type { DeflateExtension } from '../../src/deflate/deflate-extension.ts'
import type { DeflateOptions } from '../../src/deflate/options.ts'
import { pakoCodec } from '../../src/deflate/pako-codec.ts'
import { permessageDeflate as withCodec } from '../../src/deflate/permessage-deflate.ts'
import { NegotiationError } from '../../src/handshake/errors.ts'
import type { ExtensionParams } from '../../src/handshake/extension.ts'

// Negotiation is the same for every codec.
const permessageDeflate = withCodec(pakoCodec)

/** `'a; b=1'` as the handshake parses it. */
function params(text: string): ExtensionParams {
  const parts = text.split('; ').filter(Boolean)
  return parts.map((part) => {
    const [name, value] = part.split('=')
    return [name!, value ?? null]
  })
}

function text(params: ExtensionParams): string {
  return params.map(([name, value]) => (value === null ? name : `${name}=${value}`)).join('; ')
}

/** `'local/remote'`, each the window's bits, with a dash where it is forgotten after each message. */
function terms(extension: DeflateExtension): string {
  const local = `${extension.localMaxWindowBits}${extension.localNoContextTakeover ? '-' : ''}`
  const remote = `${extension.remoteMaxWindowBits}${extension.remoteNoContextTakeover ? '-' : ''}`
  return `${local}/${remote}`
}

const malformed = [
  'unknown',
  'unknown=1',
  'Server_no_context_takeover',
  'server_no_context_takeover=true',
  'client_no_context_takeover=1',
  'server_no_context_takeover; server_no_context_takeover',
  'client_no_context_takeover; client_no_context_takeover',
  'server_max_window_bits=10; server_max_window_bits=10',
  'client_max_window_bits=10; client_max_window_bits=10',
  'server_max_window_bits',
  'server_max_window_bits=',
  'server_max_window_bits=7',
  'server_max_window_bits=16',
  'server_max_window_bits=08',
  'server_max_window_bits=010',
  'server_max_window_bits=1e1',
  'server_max_window_bits=10.0',
  'server_max_window_bits=+9',
  'server_max_window_bits= 9',
  'client_max_window_bits=7',
  'client_max_window_bits=16',
  'client_max_window_bits=09',
  'client_max_window_bits=x',
]

describe('what a client offers', () => {
  it.each<[DeflateOptions, string]>([
    [{}, 'client_max_window_bits'],
    [{ clientMaxWindowBits: true }, 'client_max_window_bits'],
    [{ clientMaxWindowBits: false }, ''],
    [{ clientMaxWindowBits: 8 }, 'client_max_window_bits=8'],
    [{ clientMaxWindowBits: 15 }, 'client_max_window_bits=15'],
    [{ serverMaxWindowBits: 8, clientMaxWindowBits: false }, 'server_max_window_bits=8'],
    [{ serverNoContextTakeover: true }, 'server_no_context_takeover; client_max_window_bits'],
    [{ clientNoContextTakeover: true }, 'client_no_context_takeover; client_max_window_bits'],
    [{ threshold: 1024, level: 9, memLevel: 9 }, 'client_max_window_bits'],
  ])('%o: %s', (options, offer) => {
    expect(text(permessageDeflate(options).getRequestParams())).toBe(offer)
  })
})

describe('what a server answers', () => {
  it.each<[DeflateOptions, offer: string, answer: string, terms: string]>([
    [{}, '', '', '15/15'],
    [
      { serverNoContextTakeover: false },
      'server_no_context_takeover',
      'server_no_context_takeover',
      '15-/15',
    ],
    [{ serverNoContextTakeover: true }, '', 'server_no_context_takeover', '15-/15'],
    [{ serverNoContextTakeover: true }, 'server_no_context_takeover', 'server_no_context_takeover', '15-/15'],
    [
      { clientNoContextTakeover: false },
      'client_no_context_takeover',
      'client_no_context_takeover',
      '15/15-',
    ],
    [{ clientNoContextTakeover: true }, '', 'client_no_context_takeover', '15/15-'],
    [{ clientNoContextTakeover: true }, 'client_no_context_takeover', 'client_no_context_takeover', '15/15-'],
    [{}, 'server_max_window_bits=8', 'server_max_window_bits=8', '8/15'],
    [{}, 'server_max_window_bits=15', 'server_max_window_bits=15', '15/15'],
    [{ serverMaxWindowBits: 10 }, '', 'server_max_window_bits=10', '10/15'],
    [{ serverMaxWindowBits: 10 }, 'server_max_window_bits=9', 'server_max_window_bits=9', '9/15'],
    [{ serverMaxWindowBits: 10 }, 'server_max_window_bits=10', 'server_max_window_bits=10', '10/15'],
    [{ serverMaxWindowBits: 10 }, 'server_max_window_bits=11', 'server_max_window_bits=10', '10/15'],
    [{}, 'client_max_window_bits', '', '15/15'],
    [{}, 'client_max_window_bits=8', 'client_max_window_bits=8', '15/8'],
    [{ clientMaxWindowBits: false }, 'client_max_window_bits', '', '15/15'],
    [{ clientMaxWindowBits: false }, 'client_max_window_bits=12', 'client_max_window_bits=12', '15/12'],
    [{ clientMaxWindowBits: 10 }, 'client_max_window_bits', 'client_max_window_bits=10', '15/10'],
    [{ clientMaxWindowBits: 10 }, 'client_max_window_bits=9', 'client_max_window_bits=9', '15/9'],
    [{ clientMaxWindowBits: 10 }, 'client_max_window_bits=10', 'client_max_window_bits=10', '15/10'],
    [{ clientMaxWindowBits: 10 }, 'client_max_window_bits=11', 'client_max_window_bits=10', '15/10'],
    [{ clientMaxWindowBits: 15 }, '', '', '15/15'],
    [
      { serverMaxWindowBits: 12, clientMaxWindowBits: 11 },
      'client_max_window_bits; server_max_window_bits=9; client_no_context_takeover; server_no_context_takeover',
      'server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=11',
      '9-/11-',
    ],
  ])('%o to "%s": "%s"', (options, offer, answer, expected) => {
    const [response, extension] = permessageDeflate(options).processRequestParams(params(offer), [])
    expect(text(response)).toBe(answer)
    expect(terms(extension)).toBe(expected)
  })

  it.each<[DeflateOptions, offer: string]>([
    ...malformed.map((offer): [DeflateOptions, string] => [{}, offer]),
    [{ clientMaxWindowBits: 10 }, ''],
    [{ clientMaxWindowBits: 10 }, 'server_max_window_bits=10'],
  ])('%o to "%s": nothing', (options, offer) => {
    expect(() => permessageDeflate(options).processRequestParams(params(offer), [])).toThrow(NegotiationError)
  })
})

describe('what a client makes of an answer', () => {
  it.each<[DeflateOptions, answer: string, terms: string]>([
    [{}, '', '15/15'],
    [{}, 'server_no_context_takeover', '15/15-'],
    [{ serverNoContextTakeover: true }, 'server_no_context_takeover', '15/15-'],
    [{}, 'client_no_context_takeover', '15-/15'],
    [{ clientNoContextTakeover: true }, '', '15-/15'],
    [{ clientNoContextTakeover: true }, 'client_no_context_takeover', '15-/15'],
    [{}, 'server_max_window_bits=8', '15/8'],
    [{ serverMaxWindowBits: 10 }, 'server_max_window_bits=10', '15/10'],
    [{ serverMaxWindowBits: 10 }, 'server_max_window_bits=9', '15/9'],
    [{}, 'client_max_window_bits=8', '8/15'],
    [{}, 'client_max_window_bits=15', '15/15'],
    [{ clientMaxWindowBits: false }, '', '15/15'],
    [{ clientMaxWindowBits: 10 }, '', '10/15'],
    [{ clientMaxWindowBits: 10 }, 'client_max_window_bits=10', '10/15'],
    [{ clientMaxWindowBits: 10 }, 'client_max_window_bits=9', '9/15'],
  ])('%o, "%s": %s', (options, answer, expected) => {
    expect(terms(permessageDeflate(options).processResponseParams(params(answer), []))).toBe(expected)
  })

  it.each<[DeflateOptions, answer: string]>([
    ...malformed.map((answer): [DeflateOptions, string] => [{}, answer]),
    [{}, 'client_max_window_bits'],
    [{ serverNoContextTakeover: true }, ''],
    [{ serverMaxWindowBits: 10 }, ''],
    [{ serverMaxWindowBits: 10 }, 'server_max_window_bits=11'],
    [{ clientMaxWindowBits: false }, 'client_max_window_bits=15'],
    [{ clientMaxWindowBits: 10 }, 'client_max_window_bits=11'],
  ])('%o, "%s": refused', (options, answer) => {
    expect(() => permessageDeflate(options).processResponseParams(params(answer), [])).toThrow(
      NegotiationError,
    )
  })
})

describe('a second permessage-deflate', () => {
  const [, accepted] = permessageDeflate().processRequestParams([], [])

  it('is passed over by a server', () => {
    expect(() => permessageDeflate().processRequestParams([], [accepted])).toThrow(NegotiationError)
  })

  it('is refused by a client', () => {
    expect(() => permessageDeflate().processResponseParams([], [accepted])).toThrow(NegotiationError)
  })

  it('does not keep another extension from being in use', () => {
    const other = { ...accepted, name: 'x-other', encode: accepted.encode, decode: accepted.decode }
    expect(permessageDeflate().processRequestParams([], [other])[1].name).toBe('permessage-deflate')
  })
})

it('a refusal says which section of RFC 7692 it follows', () => {
  try {
    permessageDeflate().processRequestParams([['server_max_window_bits', '7']], [])
    expect.unreachable()
  } catch (error) {
    expect(error).toMatchObject({ code: 'NEGOTIATION_FAILED', section: 'RFC 7692 7.1.2.1' })
  }
})
