const NAMES: Record<number, 'continuation' | 'text' | 'binary' | 'close' | 'ping' | 'pong'> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
}

/** `text`, for 1 (RFC 6455, section 5.2). */
export function opcodeName(opcode: number) {
  return NAMES[opcode] ?? 'reserved'
}
