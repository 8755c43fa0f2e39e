/** The opening handshake as it was sent, each line of it checked (RFC 6455, section 4). */
import { acceptKey, isValidKey } from '../../../src/handshake/key.ts'
import type { HttpRecord } from '../../../src/inspect/records.ts'
import { refusalOf } from '../../../src/report/crossings.ts'
import type { Connection } from '../model/connection.ts'
import type { Entry } from '../model/records.ts'
import type { Cursor } from '../model/view.ts'

export type Verdict = 'right' | 'wrong' | 'missing' | 'note' | 'unknown'

/** A line of a handshake message, or one that should be there. */
export interface Line {
  /** `''`: the start line. */
  name: string
  value: string
  verdict: Verdict | null
  /** `null`: it does not matter to WebSocket. */
  says: string | null
  section: string | null
}

export interface HandshakeMessage {
  what: 'request' | 'response'
  entry: Entry
  /** Place among what its entry put on the wire. */
  crossing: number
  /** The cursor has not come to it yet. */
  later: boolean
  lines: Line[]
  /** Header lines that are not in the record. */
  omitted: number
}

export interface Handshake {
  request: HandshakeMessage | null
  response: HandshakeMessage | null
  /** What came and was no handshake: why. */
  invalid: { entry: Entry; says: string } | null
  /** The key of the request, if there is just one, and the answer in the response. */
  key: string | null
  accept: string | null
  /** The response says 101. */
  switches: boolean
}

/** A handshake is at the start of a list; beyond so many entries there is none. */
const FIRST = 64

export function handshakeOf({ entries }: Connection, cursor: Cursor): Handshake {
  const first = entries.slice(0, FIRST)
  const find = (pattern: RegExp) =>
    first.find(({ event }) => pattern.test(event.type) && event.http !== undefined)
  const asked = find(/\.request$/)
  const invalid = first.find(({ event }) => event.type === 'receive.invalidHandshake')
  const refused = invalid !== undefined && refusalOf(invalid) !== null
  const answered = find(/\.response$/) ?? (refused ? invalid : undefined)
  const isLater = (entry: Entry) => cursor !== null && entry.seq > cursor
  const request = asked?.event.http
  const response = answered?.event.http
  const key = request === undefined ? null : single(request, 'Sec-WebSocket-Key')
  const switches = response !== undefined && statusOf(response) === '101'
  return {
    request:
      asked === undefined || request === undefined
        ? null
        : {
            what: 'request',
            entry: asked,
            crossing: 0,
            later: isLater(asked),
            lines: linesOf(request, startOfRequest(request.startLine), requestChecks, { key, request }),
            omitted: request.omitted ?? 0,
          },
    response:
      answered === undefined || response === undefined
        ? null
        : {
            what: 'response',
            entry: answered,
            crossing: answered === invalid ? 1 : 0,
            later: isLater(answered),
            lines: linesOf(
              response,
              startOfResponse(response.startLine),
              switches ? responseChecks : refusalChecks,
              { key, request },
            ),
            omitted: response.omitted ?? 0,
          },
    invalid:
      invalid === undefined
        ? null
        : { entry: invalid, says: invalid.event.message ?? 'it could not be read' },
    key,
    accept: response === undefined ? null : single(response, 'Sec-WebSocket-Accept'),
    switches,
  }
}

/** What a check may look at besides the value. */
interface Given {
  key: string | null
  request: HttpRecord | undefined
}

interface Check {
  name: string
  section: string
  required: boolean
  /** `null`: nothing is wrong. */
  wrong(value: string, given: Given): string | null
  says: string
}

const tokens = (value: string) => value.split(',').map((token) => token.trim().toLowerCase())

const upgradeChecks: Check[] = [
  {
    name: 'Upgrade',
    section: '4.1',
    required: true,
    wrong: (value) => (tokens(value).includes('websocket') ? null : 'It must be websocket.'),
    says: 'Names the protocol that the connection changes to.',
  },
  {
    name: 'Connection',
    section: '4.1',
    required: true,
    wrong: (value) => (tokens(value).includes('upgrade') ? null : 'It must include Upgrade.'),
    says: 'Says that Upgrade is meant for the next hop: proxies that do not know it drop it.',
  },
]

const requestChecks: Check[] = [
  {
    name: 'Host',
    section: '4.1',
    required: true,
    wrong: (value) => (value.trim() === '' ? 'It names no host.' : null),
    says: 'Which host the client wants, as in every HTTP/1.1 request.',
  },
  ...upgradeChecks.map((check) => ({ ...check, section: '4.2.1' })),
  {
    name: 'Sec-WebSocket-Key',
    section: '4.1',
    required: true,
    wrong: (value) => (isValidKey(value) ? null : 'It must be 16 random bytes in Base64, 24 characters.'),
    says: '16 random bytes in Base64. The server proves with it that it speaks WebSocket; it is no secret.',
  },
  {
    name: 'Sec-WebSocket-Version',
    section: '4.1',
    required: true,
    wrong: (value) => (value === '13' ? null : 'It must be 13.'),
    says: '13 is the version of RFC 6455; there is no other in use.',
  },
  {
    name: 'Origin',
    section: '10.2',
    required: false,
    wrong: () => null,
    says: 'The page that connects. Browsers always send it, so that servers can refuse strangers.',
  },
  {
    name: 'Sec-WebSocket-Protocol',
    section: '1.9',
    required: false,
    wrong: () => null,
    says: 'Subprotocols that the client offers, the best first.',
  },
  {
    name: 'Sec-WebSocket-Extensions',
    section: '9.1',
    required: false,
    wrong: () => null,
    says: 'Extensions that the client offers, such as permessage-deflate (RFC 7692).',
  },
]

const responseChecks: Check[] = [
  ...upgradeChecks.map((check) => ({ ...check, section: '4.2.2' })),
  {
    name: 'Sec-WebSocket-Accept',
    section: '4.2.2',
    required: true,
    wrong: (value, { key }) =>
      key === null || value === acceptKey(key) ? null : `For this key it must be ${acceptKey(key)}.`,
    says: 'Made from the key of the request: a server that does not know WebSocket cannot give it.',
  },
  {
    name: 'Sec-WebSocket-Protocol',
    section: '4.1',
    required: false,
    wrong: (value, { request }) => {
      if (request === undefined) return null
      const offered = all(request, 'Sec-WebSocket-Protocol').flatMap((each) => each.split(','))
      return offered.some((each) => each.trim() === value.trim()) ? null : 'The client did not offer it.'
    },
    says: 'The one subprotocol that the server chose.',
  },
  {
    name: 'Sec-WebSocket-Extensions',
    section: '9.1',
    required: false,
    wrong: (value, { request }) => {
      if (request === undefined) return null
      const offered = extensionNames(all(request, 'Sec-WebSocket-Extensions').join(','))
      const strange = extensionNames(value).filter((name) => !offered.includes(name))
      return strange.length === 0 ? null : `The client did not offer ${strange.join(', ')}.`
    },
    says: 'The extensions that are in use from now on, with their parameters.',
  },
]

const refusalChecks: Check[] = [
  {
    name: 'Sec-WebSocket-Version',
    section: '4.4',
    required: false,
    wrong: () => null,
    says: 'The versions that the server knows.',
  },
  {
    name: 'WWW-Authenticate',
    section: '4.1',
    required: false,
    wrong: () => null,
    says: 'The server wants credentials.',
  },
  {
    name: 'Location',
    section: '4.1',
    required: false,
    wrong: () => null,
    says: 'The server is elsewhere; a client need not follow.',
  },
]

function linesOf(http: HttpRecord, start: Line, checks: readonly Check[], given: Given): Line[] {
  const lines = http.headers.map(([name, value]): Line => {
    const check = checks.find((each) => each.name.toLowerCase() === name.toLowerCase())
    if (check === undefined) return { name, value, verdict: null, says: null, section: null }
    const repeated = check.required && all(http, name).length > 1
    const wrong = repeated ? 'It must be there once only.' : check.wrong(value, given)
    return {
      name,
      value,
      verdict: wrong !== null ? 'wrong' : check.required ? 'right' : 'note',
      says: wrong ?? check.says,
      section: check.section,
    }
  })
  for (const { name, required, says, section } of checks) {
    if (!required || all(http, name).length > 0) continue
    const known = (http.omitted ?? 0) === 0
    lines.push({
      name,
      value: '',
      verdict: known ? 'missing' : 'unknown',
      says: known ? `It is missing. ${says}` : 'Not in the record: not all headers are.',
      section,
    })
  }
  return [start, ...lines]
}

function startOfRequest(startLine: string): Line {
  const [, method, , version] = /^(\S+) (.*) (HTTP\/\S+)$/.exec(startLine) ?? []
  const wrong =
    method !== 'GET' ? 'The method must be GET.' : version !== 'HTTP/1.1' ? 'It must be HTTP/1.1.' : null
  return {
    name: '',
    value: startLine,
    verdict: wrong === null ? 'right' : 'wrong',
    says: wrong ?? 'An HTTP/1.1 request with GET; the path says which service is wanted.',
    section: '4.1',
  }
}

function startOfResponse(startLine: string): Line {
  const switches = / 101(?: |$)/.test(startLine)
  return {
    name: '',
    value: startLine,
    verdict: switches ? 'right' : 'wrong',
    says: switches
      ? '101: behind this message the connection carries frames.'
      : 'Not 101: the handshake is refused, and there is no WebSocket connection.',
    section: '4.2.2',
  }
}

const statusOf = ({ startLine }: HttpRecord) => /^HTTP\/\S+ (\d{3})/.exec(startLine)?.[1] ?? ''

function all({ headers }: HttpRecord, name: string): string[] {
  return headers.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
}

function single(http: HttpRecord, name: string): string | null {
  const values = all(http, name)
  return values.length === 1 ? values[0]! : null
}

const extensionNames = (value: string) =>
  value
    .split(',')
    .map((each) => (each.split(';')[0] ?? '').trim())
    .filter((name) => name !== '')
