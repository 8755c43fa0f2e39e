import { permessageDeflate } from '../../../src/deflate/node.ts'
import type { Endpoint } from '../handshake-case.ts'

/** The extensions of an endpoint; what it sends is too short to be compressed. */
export const extensionsFor = ({ deflate = [] }: Endpoint) =>
  deflate.map((options) => permessageDeflate({ threshold: Number.POSITIVE_INFINITY, ...options }))
