import type { Category } from '../case.ts'
import { closing } from './closing.ts'
import { compressedMessages } from './compressed-messages.ts'
import { compressionRules } from './compression-rules.ts'
import { fragmentation } from './fragmentation.ts'
import { framing } from './framing.ts'
import { largeMessages } from './large-messages.ts'
import { limits } from './limits.ts'
import { opcodes } from './opcodes.ts'
import { pings } from './pings.ts'
import { reservedBits } from './reserved-bits.ts'
import { utf8Text } from './utf8.ts'

/** Frames and the closing handshake; the opening handshake is in `handshakes.ts`. */
export const frameCategories: readonly Category[] = [
  { name: 'framing', cases: framing },
  { name: 'pings and pongs', cases: pings },
  { name: 'reserved bits', cases: reservedBits },
  { name: 'opcodes', cases: opcodes },
  { name: 'fragmentation', cases: fragmentation },
  { name: 'UTF-8', cases: utf8Text },
  { name: 'closing', cases: closing },
  { name: 'limits', cases: limits },
]

/** What takes longer. */
export const bulkCategories: readonly Category[] = [
  { name: 'large messages', cases: largeMessages },
  { name: 'compression: messages', cases: compressedMessages },
  { name: 'compression: rules', cases: compressionRules },
]
