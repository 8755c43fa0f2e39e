import type { DeflateSettings } from './options.ts'
import { type DeflateParameters, refusal } from './parameters.ts'

/** What both sides hold to for the rest of the connection. */
export interface Agreement {
  readonly serverNoContextTakeover: boolean
  readonly clientNoContextTakeover: boolean
  /** 8-15. */
  readonly serverMaxWindowBits: number
  /** 8-15. */
  readonly clientMaxWindowBits: number
}

/** The window of a side that has no limit. */
const MAX_WINDOW_BITS = 15

/** What a client with these settings offers (RFC 7692, section 7.1). */
export function offerOf(settings: DeflateSettings): DeflateParameters {
  const { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits } = settings
  const clientMaxWindowBits = settings.clientMaxWindowBits === false ? null : settings.clientMaxWindowBits
  return { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits }
}

/** What a server with these settings answers. Throws a `NegotiationError` if it declines the offer. */
export function answerTo(offer: DeflateParameters, settings: DeflateSettings): DeflateParameters {
  return {
    // Section 7.1.1.1: accepted if asked for, and a server may do so unasked.
    serverNoContextTakeover: offer.serverNoContextTakeover || settings.serverNoContextTakeover,
    // Section 7.1.1.2: the offer is a hint, which spares us memory; a server may ask for it unasked.
    clientNoContextTakeover: offer.clientNoContextTakeover || settings.clientNoContextTakeover,
    // Section 7.1.2.1: "the same or smaller value" than the offer's; a server may name one unasked.
    serverMaxWindowBits: smaller(offer.serverMaxWindowBits, settings.serverMaxWindowBits),
    clientMaxWindowBits: clientMaxWindowBitsFor(offer, settings),
  }
}

/**
 * Section 7.1.2.2: an answer may have `client_max_window_bits` only if the offer has. A value there is a hint, which
 * spares us memory.
 */
function clientMaxWindowBitsFor(offer: DeflateParameters, settings: DeflateSettings): number | null {
  const wanted = typeof settings.clientMaxWindowBits === 'number' ? settings.clientMaxWindowBits : null
  const offered = offer.clientMaxWindowBits
  if (offered !== null) return smaller(offered === true ? null : offered, wanted)
  if (wanted === null || wanted === MAX_WINDOW_BITS) return null
  throw refusal('client_max_window_bits', `client_max_window_bits of ${wanted} is required, but not offered`)
}

/** What a server's answer comes to: its window is what it named, else the largest. */
export function agreementOf(answer: DeflateParameters): Agreement {
  return {
    serverNoContextTakeover: answer.serverNoContextTakeover,
    clientNoContextTakeover: answer.clientNoContextTakeover,
    serverMaxWindowBits: answer.serverMaxWindowBits ?? MAX_WINDOW_BITS,
    clientMaxWindowBits:
      typeof answer.clientMaxWindowBits === 'number' ? answer.clientMaxWindowBits : MAX_WINDOW_BITS,
  }
}

/**
 * What a client takes a server's answer to its own offer for. Throws a `NegotiationError` if the answer does not
 * keep to the offer. What the offer said of the client itself holds even if the answer is silent about it.
 */
export function agreeTo(answer: DeflateParameters, offer: DeflateParameters): Agreement {
  const { serverMaxWindowBits: serverLimit, clientMaxWindowBits: clientLimit } = offer
  const { serverMaxWindowBits, clientMaxWindowBits } = answer
  if (offer.serverNoContextTakeover && !answer.serverNoContextTakeover) {
    throw refusal('server_no_context_takeover', 'server_no_context_takeover was asked for and not accepted')
  }
  if (serverLimit !== null && (serverMaxWindowBits === null || serverMaxWindowBits > serverLimit)) {
    const found = serverMaxWindowBits ?? 'none'
    throw refusal(
      'server_max_window_bits',
      `asked for server_max_window_bits of ${serverLimit}, got ${found}`,
    )
  }
  if (clientLimit === null && clientMaxWindowBits !== null) {
    throw refusal('client_max_window_bits', 'client_max_window_bits was not offered')
  }
  if (typeof clientLimit === 'number' && Number(clientMaxWindowBits) > clientLimit) {
    const message = `offered client_max_window_bits of ${clientLimit}, got ${clientMaxWindowBits}`
    throw refusal('client_max_window_bits', message)
  }
  return agreementOf({
    ...answer,
    clientNoContextTakeover: answer.clientNoContextTakeover || offer.clientNoContextTakeover,
    clientMaxWindowBits: clientMaxWindowBits ?? clientLimit,
  })
}

/** The stricter of two limits, where `null` is none. */
function smaller(one: number | null, other: number | null): number | null {
  if (one === null) return other
  return other === null ? one : Math.min(one, other)
}
