import { NegotiationError } from '../handshake/errors.ts'
import type {
  ClientExtensionFactory,
  Extension,
  ExtensionParams,
  ServerExtensionFactory,
} from '../handshake/extension.ts'
import type { Deflator, Inflator, RawDeflateCodec } from './codec.ts'
import { DeflateExtension } from './deflate-extension.ts'
import { Direction } from './direction.ts'
import { type Agreement, agreementOf, agreeTo, answerTo, offerOf } from './negotiation.ts'
import { checkOptions, type DeflateOptions, type DeflateSettings } from './options.ts'
import { parseParameters, serializeParameters } from './parameters.ts'
import { StreamPool } from './stream-pool.ts'

const NAME = 'permessage-deflate'

/**
 * Makes the `permessageDeflate` of a codec: a factory for either side, to be used for any number of connections.
 * Throws a `RangeError` that names the option which is out of range.
 */
export function permessageDeflate(codec: RawDeflateCodec): (options?: DeflateOptions) => PermessageDeflate {
  return (options = {}) => new PermessageDeflate(codec, checkOptions(options))
}

/** Negotiates permessage-deflate for clients and for servers (RFC 7692, sections 5 and 7.1). */
export class PermessageDeflate implements ClientExtensionFactory, ServerExtensionFactory {
  readonly name = NAME
  readonly #settings: DeflateSettings
  readonly #deflators: StreamPool<Deflator>
  readonly #inflators: StreamPool<Inflator>

  /** `settings` as `checkOptions` returns them. */
  constructor(codec: RawDeflateCodec, settings: DeflateSettings) {
    const { level, memLevel } = settings
    this.#settings = settings
    this.#deflators = new StreamPool((windowBits) => codec.createDeflator({ windowBits, level, memLevel }))
    this.#inflators = new StreamPool((windowBits) => codec.createInflator({ windowBits }))
  }

  getRequestParams(): ExtensionParams {
    return serializeParameters(offerOf(this.#settings))
  }

  processRequestParams(
    params: ExtensionParams,
    accepted: readonly Extension[],
  ): [ExtensionParams, DeflateExtension] {
    refuseSecond(accepted)
    const answer = answerTo(parseParameters(params, 'offer'), this.#settings)
    return [serializeParameters(answer), this.#extension('server', agreementOf(answer))]
  }

  processResponseParams(params: ExtensionParams, accepted: readonly Extension[]): DeflateExtension {
    refuseSecond(accepted)
    const agreement = agreeTo(parseParameters(params, 'answer'), offerOf(this.#settings))
    return this.#extension('client', agreement)
  }

  #extension(side: 'client' | 'server', agreement: Agreement): DeflateExtension {
    const client = [agreement.clientNoContextTakeover, agreement.clientMaxWindowBits] as const
    const server = [agreement.serverNoContextTakeover, agreement.serverMaxWindowBits] as const
    const [local, remote] = side === 'client' ? [client, server] : [server, client]
    return new DeflateExtension(
      new Direction(this.#deflators, ...local),
      new Direction(this.#inflators, ...remote),
      this.#settings.threshold,
    )
  }
}

/** Two extensions that use RSV1 cannot be told apart on the wire (RFC 7692, section 5). */
function refuseSecond(accepted: readonly Extension[]): void {
  if (!accepted.some((extension) => extension.name === NAME)) return
  throw new NegotiationError(`${NAME} is already in use`, { section: 'RFC 7692 5' })
}
