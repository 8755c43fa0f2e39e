/** Offers and answers of permessage-deflate (RFC 7692, sections 5.1 and 7.1). */
import type { DeflateOptions } from '../../../src/deflate/options.ts'
import type { ClientHandshake, ServerHandshake } from '../handshake-case.ts'
import { requestText, responseText } from '../tester/http.ts'

const name = 'permessage-deflate'
const withParameters = (parameters: string) => (parameters === '' ? name : `${name}; ${parameters}`)

/** The whole header is offered, one line each; `answer` is the whole header again, or `null` if it is declined. */
const offered = (
  section: string,
  offers: string | readonly string[],
  answer: string | null,
  deflate: DeflateOptions[] = [{}],
  suffix = '',
): ServerHandshake => ({
  side: 'server',
  section: `RFC 7692 ${section}`,
  name: `${[offers].flat().join(' ⏎ ')}${suffix}`,
  endpoint: { deflate },
  request: requestText({ 'Sec-WebSocket-Extensions': offers }),
  status: 101,
  headers: { 'sec-websocket-extensions': answer },
})

const server = (options: DeflateOptions) => [options] satisfies DeflateOptions[]
const bitsNotAllowed = ['7', '16', '0', '08', '015', '-8', 'a', '8.5']

const offers: ServerHandshake[] = [
  offered('7.1', name, name),
  offered('7.1', 'Permessage-Deflate', null),
  offered('7.1', 'x-webkit-deflate-frame', null),
  offered('7.1', name, null, [], ', to a server without it'),
  offered(
    '7.1.1.1',
    withParameters('server_no_context_takeover'),
    withParameters('server_no_context_takeover'),
  ),
  offered(
    '7.1.1.2',
    withParameters('client_no_context_takeover'),
    withParameters('client_no_context_takeover'),
  ),
  offered(
    '7.1.1',
    withParameters('client_no_context_takeover; server_no_context_takeover'),
    withParameters('server_no_context_takeover; client_no_context_takeover'),
  ),
  offered('7.1.2.2', withParameters('client_max_window_bits'), name),
  ...[8, 9, 10, 11, 12, 13, 14, 15].flatMap((bits) => [
    offered(
      '7.1.2.1',
      withParameters(`server_max_window_bits=${bits}`),
      withParameters(`server_max_window_bits=${bits}`),
    ),
    offered(
      '7.1.2.2',
      withParameters(`client_max_window_bits=${bits}`),
      withParameters(`client_max_window_bits=${bits}`),
    ),
  ]),
  offered(
    '7.1.2.1',
    withParameters('server_max_window_bits="10"'),
    withParameters('server_max_window_bits=10'),
  ),
  offered(
    '7.1',
    withParameters(
      'server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=11',
    ),
    withParameters(
      'server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=11',
    ),
  ),
]

const declined: ServerHandshake[] = [
  ...bitsNotAllowed.flatMap((bits) => [
    offered('7.1.2.1', withParameters(`server_max_window_bits=${bits}`), null),
    offered('7.1.2.2', withParameters(`client_max_window_bits=${bits}`), null),
  ]),
  offered('7.1.2.1', withParameters('server_max_window_bits'), null),
  offered('7.1.1.1', withParameters('server_no_context_takeover=1'), null),
  offered('7.1.1.2', withParameters('client_no_context_takeover=true'), null),
  offered('7.1', withParameters('level=9'), null),
  offered('7.1', withParameters('client_max_window_bits; client_max_window_bits=10'), null),
  offered('7.1', withParameters('server_no_context_takeover; server_no_context_takeover'), null),
]

const fallbacks: ServerHandshake[] = [
  offered(
    '5.1',
    `${withParameters('server_max_window_bits=10')}, ${name}`,
    withParameters('server_max_window_bits=10'),
  ),
  offered('5.1', `${withParameters('server_max_window_bits=7')}, ${name}`, name),
  offered(
    '5.1',
    `${withParameters('unheard_of')}, ${withParameters('server_max_window_bits')}, ${withParameters('client_no_context_takeover')}`,
    withParameters('client_no_context_takeover'),
  ),
  offered(
    '5.1',
    [withParameters('unheard_of'), withParameters('server_no_context_takeover')],
    withParameters('server_no_context_takeover'),
  ),
  offered('5.1', `x-unheard-of, ${name}, x-other`, name),
  offered('5.1', `${name}, ${name}`, name),
  offered(
    '7.1.2.2',
    `${name}, ${withParameters('client_max_window_bits')}`,
    withParameters('client_max_window_bits=10'),
    server({ clientMaxWindowBits: 10 }),
    ', to a server that wants 10 bits of the client',
  ),
  offered(
    '7.1.2.2',
    name,
    null,
    server({ clientMaxWindowBits: 10 }),
    ', to a server that wants 10 bits of the client',
  ),
]

const wishes: ServerHandshake[] = [
  offered(
    '7.1.1.1',
    name,
    withParameters('server_no_context_takeover'),
    server({ serverNoContextTakeover: true }),
    ', to a server without context takeover',
  ),
  offered(
    '7.1.1.2',
    name,
    withParameters('client_no_context_takeover'),
    server({ clientNoContextTakeover: true }),
    ', to a server that wants none of the client',
  ),
  offered(
    '7.1.2.1',
    name,
    withParameters('server_max_window_bits=9'),
    server({ serverMaxWindowBits: 9 }),
    ', to a server of 9 bits',
  ),
  offered(
    '7.1.2.1',
    withParameters('server_max_window_bits=12'),
    withParameters('server_max_window_bits=9'),
    server({ serverMaxWindowBits: 9 }),
    ', to a server of 9 bits',
  ),
  offered(
    '7.1.2.1',
    withParameters('server_max_window_bits=8'),
    withParameters('server_max_window_bits=8'),
    server({ serverMaxWindowBits: 9 }),
    ', to a server of 9 bits',
  ),
  offered(
    '7.1.2.2',
    withParameters('client_max_window_bits=12'),
    withParameters('client_max_window_bits=10'),
    server({ clientMaxWindowBits: 10 }),
    ', to a server that wants 10 bits of the client',
  ),
  offered(
    '7.1.2.2',
    withParameters('client_max_window_bits=9'),
    withParameters('client_max_window_bits=9'),
    server({ clientMaxWindowBits: 10 }),
    ', to a server that wants 10 bits of the client',
  ),
]

export const deflateOffers: readonly ServerHandshake[] = [...offers, ...declined, ...fallbacks, ...wishes]

const answered = (
  section: string,
  parameters: string,
  outcome: 'open' | 'EXTENSION_REFUSED' | 'REPEATED_EXTENSION' | 'EXTENSION_NOT_OFFERED',
  deflate: DeflateOptions[] = [{}],
  suffix = '',
  header = withParameters(parameters),
): ClientHandshake => ({
  side: 'client',
  section: `RFC 7692 ${section}`,
  name: `the answer ${header}${suffix}`,
  endpoint: { deflate },
  response: (key) => responseText(key, { 'Sec-WebSocket-Extensions': header }),
  outcome,
})

const asked = (deflate: DeflateOptions[], header: string): ClientHandshake => ({
  side: 'client',
  section: 'RFC 7692 7.1',
  name: `none, to the offer of ${JSON.stringify(deflate)}: ${header}`,
  endpoint: { deflate },
  asks: { 'sec-websocket-extensions': header },
  response: (key) => responseText(key),
  outcome: 'open',
})

const asks: ClientHandshake[] = [
  asked([{}], withParameters('client_max_window_bits')),
  asked([{ clientMaxWindowBits: false }], name),
  asked([{ clientMaxWindowBits: 12 }], withParameters('client_max_window_bits=12')),
  asked([{ serverMaxWindowBits: 8, clientMaxWindowBits: false }], withParameters('server_max_window_bits=8')),
  asked(
    [{ serverNoContextTakeover: true }],
    withParameters('server_no_context_takeover; client_max_window_bits'),
  ),
  asked(
    [{ clientNoContextTakeover: true }],
    withParameters('client_no_context_takeover; client_max_window_bits'),
  ),
  asked(
    [{ serverMaxWindowBits: 9 }, { clientMaxWindowBits: false }],
    `${withParameters('server_max_window_bits=9; client_max_window_bits')}, ${name}`,
  ),
]

const taken: ClientHandshake[] = [
  answered('7.1', '', 'open'),
  answered('7.1.1.1', 'server_no_context_takeover', 'open'),
  answered('7.1.1.2', 'client_no_context_takeover', 'open'),
  answered(
    '7.1',
    'client_no_context_takeover; server_no_context_takeover; server_max_window_bits=9; client_max_window_bits=10',
    'open',
  ),
  ...[8, 9, 10, 11, 12, 13, 14, 15].flatMap((bits) => [
    answered('7.1.2.1', `server_max_window_bits=${bits}`, 'open'),
    answered('7.1.2.2', `client_max_window_bits=${bits}`, 'open'),
  ]),
  answered('7.1.2.1', 'server_max_window_bits="11"', 'open'),
  answered(
    '7.1.2.1',
    'server_max_window_bits=9',
    'open',
    [{ serverMaxWindowBits: 10 }],
    ', to an offer of 10 bits',
  ),
  answered(
    '7.1.2.2',
    'client_max_window_bits=9',
    'open',
    [{ clientMaxWindowBits: 10 }],
    ', to an offer of 10 bits',
  ),
  answered('7.1.2.2', '', 'open', [{ clientMaxWindowBits: 10 }], ', to an offer of 10 bits'),
  answered(
    '7.1.1.2',
    '',
    'open',
    [{ clientNoContextTakeover: true }],
    ', to a client that drops its context anyway',
  ),
  answered('5.1', '', 'open', [{ serverMaxWindowBits: 9 }, {}], ', to the second of two offers'),
]

const notTaken: ClientHandshake[] = [
  ...bitsNotAllowed.flatMap((bits) => [
    answered('7.1.2.1', `server_max_window_bits=${bits}`, 'EXTENSION_REFUSED'),
    answered('7.1.2.2', `client_max_window_bits=${bits}`, 'EXTENSION_REFUSED'),
  ]),
  answered('7.1.2.1', 'server_max_window_bits', 'EXTENSION_REFUSED'),
  answered('7.1.2.2', 'client_max_window_bits', 'EXTENSION_REFUSED'),
  answered('7.1.1.1', 'server_no_context_takeover=1', 'EXTENSION_REFUSED'),
  answered('7.1.1.2', 'client_no_context_takeover=1', 'EXTENSION_REFUSED'),
  answered('7.1', 'unheard_of', 'EXTENSION_REFUSED'),
  answered('7.1', 'server_no_context_takeover; server_no_context_takeover', 'EXTENSION_REFUSED'),
  answered('7.1', 'server_max_window_bits=9; server_max_window_bits=10', 'EXTENSION_REFUSED'),
  answered(
    '7.1.1.1',
    '',
    'EXTENSION_REFUSED',
    [{ serverNoContextTakeover: true }],
    ', where the server was to drop its context',
  ),
  answered(
    '7.1.2.1',
    'server_max_window_bits=11',
    'EXTENSION_REFUSED',
    [{ serverMaxWindowBits: 10 }],
    ', to an offer of 10 bits',
  ),
  answered('7.1.2.1', '', 'EXTENSION_REFUSED', [{ serverMaxWindowBits: 10 }], ', to an offer of 10 bits'),
  answered(
    '7.1.2.2',
    'client_max_window_bits=10',
    'EXTENSION_REFUSED',
    [{ clientMaxWindowBits: false }],
    ', where none were offered',
  ),
  answered(
    '7.1.2.2',
    'client_max_window_bits=11',
    'EXTENSION_REFUSED',
    [{ clientMaxWindowBits: 10 }],
    ', to an offer of 10 bits',
  ),
  answered('5.1', '', 'REPEATED_EXTENSION', [{}], '', `${name}, ${name}`),
  answered('5.1', '', 'EXTENSION_NOT_OFFERED', [{}], '', `${name}, x-unheard-of`),
]

export const deflateAnswers: readonly ClientHandshake[] = [...asks, ...taken, ...notTaken]
