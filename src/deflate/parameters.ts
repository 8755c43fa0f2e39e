import { NegotiationError } from '../handshake/errors.ts'
import type { ExtensionParams } from '../handshake/extension.ts'

/** The parameters of permessage-deflate as an offer or an answer has them (RFC 7692, section 7.1). */
export interface DeflateParameters {
  serverNoContextTakeover: boolean
  clientNoContextTakeover: boolean
  /** 8-15; `null` when absent. */
  serverMaxWindowBits: number | null
  /** 8-15; `true` when without a value, which only an offer can be; `null` when absent. */
  clientMaxWindowBits: number | true | null
}

/** Sections of RFC 7692 by the parameter that they define. */
const sections: Record<string, string> = {
  server_no_context_takeover: 'RFC 7692 7.1.1.1',
  client_no_context_takeover: 'RFC 7692 7.1.1.2',
  server_max_window_bits: 'RFC 7692 7.1.2.1',
  client_max_window_bits: 'RFC 7692 7.1.2.2',
}

/** "A decimal integer value without leading zeroes between 8 to 15, inclusive" (section 7.1.2.1). */
const WINDOW_BITS = /^(?:[89]|1[0-5])$/

/**
 * Throws a `NegotiationError` for what sections 7.1 and 7.1.3 have declined or failed: an unknown parameter, one
 * given twice, or a value that its definition does not allow.
 */
export function parseParameters(params: ExtensionParams, of: 'offer' | 'answer'): DeflateParameters {
  const result: DeflateParameters = {
    serverNoContextTakeover: false,
    clientNoContextTakeover: false,
    serverMaxWindowBits: null,
    clientMaxWindowBits: null,
  }
  const seen = new Set<string>()
  for (const [name, value] of params) {
    if (seen.has(name)) throw refusal(name, `parameter ${name} is repeated`)
    seen.add(name)
    switch (name) {
      case 'server_no_context_takeover':
        result.serverNoContextTakeover = flag(name, value)
        break
      case 'client_no_context_takeover':
        result.clientNoContextTakeover = flag(name, value)
        break
      case 'server_max_window_bits':
        result.serverMaxWindowBits = windowBits(name, value)
        break
      case 'client_max_window_bits':
        result.clientMaxWindowBits = of === 'offer' && value === null ? true : windowBits(name, value)
        break
      default:
        throw refusal(name, `parameter ${name} is unknown`)
    }
  }
  return result
}

export function serializeParameters(parameters: DeflateParameters): ExtensionParams {
  const params: ExtensionParams = []
  if (parameters.serverNoContextTakeover) params.push(['server_no_context_takeover', null])
  if (parameters.clientNoContextTakeover) params.push(['client_no_context_takeover', null])
  if (parameters.serverMaxWindowBits !== null) {
    params.push(['server_max_window_bits', `${parameters.serverMaxWindowBits}`])
  }
  if (parameters.clientMaxWindowBits !== null) {
    const value = parameters.clientMaxWindowBits
    params.push(['client_max_window_bits', value === true ? null : `${value}`])
  }
  return params
}

/** An error about one parameter, with the section that defines it. */
export function refusal(parameter: string, message: string): NegotiationError {
  return new NegotiationError(`permessage-deflate: ${message}`, {
    section: sections[parameter] ?? 'RFC 7692 7.1',
  })
}

function flag(name: string, value: string | null): true {
  if (value !== null) throw refusal(name, `parameter ${name} has a value`)
  return true
}

function windowBits(name: string, value: string | null): number {
  if (value === null) throw refusal(name, `parameter ${name} has no value`)
  if (!WINDOW_BITS.test(value)) throw refusal(name, `value of parameter ${name} is not 8-15`)
  return Number(value)
}
