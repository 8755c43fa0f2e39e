import type { HandshakeCategory } from '../handshake-case.ts'
import { clientHandshake } from './client-handshake.ts'
import { deflateAnswers, deflateOffers } from './deflate-negotiation.ts'
import { serverHandshake } from './server-handshake.ts'

export const handshakeCategories: readonly HandshakeCategory[] = [
  { name: 'opening handshake', side: 'server', cases: serverHandshake },
  { name: 'opening handshake', side: 'client', cases: clientHandshake },
  { name: 'compression: negotiation', side: 'server', cases: deflateOffers },
  { name: 'compression: negotiation', side: 'client', cases: deflateAnswers },
]
