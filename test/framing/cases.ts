import { Frame } from '../../src/framing/frame.ts'
import { Opcode } from '../../src/framing/opcode.ts'
import { hex } from './bytes.ts'

/** A frame and its bytes. */
export interface FormCase {
  name: string
  frame: Frame
  maskingKey: Uint8Array | null
  bytes: Uint8Array
}

const text = (string: string) => new TextEncoder().encode(string)
const zeros = (length: number) => new Uint8Array(length)
const bytesOf = (header: string, length: number) => Uint8Array.from([...hex(header), ...zeros(length)])

/** Every form of a header (RFC 6455, section 5.2); the first ones are the examples of section 5.7. */
export const forms: FormCase[] = [
  {
    name: 'an unmasked text frame',
    frame: new Frame(Opcode.text, text('Hello')),
    maskingKey: null,
    bytes: hex('81 05 48 65 6c 6c 6f'),
  },
  {
    name: 'a masked text frame',
    frame: new Frame(Opcode.text, text('Hello')),
    maskingKey: hex('37 fa 21 3d'),
    bytes: hex('81 85 37 fa 21 3d 7f 9f 4d 51 58'),
  },
  {
    name: 'the first fragment of a text',
    frame: new Frame(Opcode.text, text('Hel'), false),
    maskingKey: null,
    bytes: hex('01 03 48 65 6c'),
  },
  {
    name: 'the last fragment of a text',
    frame: new Frame(Opcode.continuation, text('lo')),
    maskingKey: null,
    bytes: hex('80 02 6c 6f'),
  },
  {
    name: 'an unmasked ping',
    frame: new Frame(Opcode.ping, text('Hello')),
    maskingKey: null,
    bytes: hex('89 05 48 65 6c 6c 6f'),
  },
  {
    name: 'a masked pong',
    frame: new Frame(Opcode.pong, text('Hello')),
    maskingKey: hex('37 fa 21 3d'),
    bytes: hex('8a 85 37 fa 21 3d 7f 9f 4d 51 58'),
  },
  {
    name: '256 bytes, a 16-bit length',
    frame: new Frame(Opcode.binary, zeros(256)),
    maskingKey: null,
    bytes: bytesOf('82 7e 01 00', 256),
  },
  {
    name: '65536 bytes, a 64-bit length',
    frame: new Frame(Opcode.binary, zeros(65536)),
    maskingKey: null,
    bytes: bytesOf('82 7f 00 00 00 00 00 01 00 00', 65536),
  },
  {
    name: 'an empty frame',
    frame: new Frame(Opcode.binary, zeros(0)),
    maskingKey: null,
    bytes: hex('82 00'),
  },
  {
    name: 'an empty masked frame',
    frame: new Frame(Opcode.close, zeros(0)),
    maskingKey: hex('01 02 03 04'),
    bytes: hex('88 80 01 02 03 04'),
  },
  {
    name: 'RSV1',
    frame: new Frame(Opcode.text, zeros(0), true, true),
    maskingKey: null,
    bytes: hex('c1 00'),
  },
  {
    name: 'RSV2',
    frame: new Frame(Opcode.text, zeros(0), true, false, true),
    maskingKey: null,
    bytes: hex('a1 00'),
  },
  {
    name: 'RSV3',
    frame: new Frame(Opcode.text, zeros(0), true, false, false, true),
    maskingKey: null,
    bytes: hex('91 00'),
  },
  {
    name: '125 bytes, the longest 7-bit length',
    frame: new Frame(Opcode.ping, zeros(125)),
    maskingKey: hex('00 00 00 00'),
    bytes: bytesOf('89 fd 00 00 00 00', 125),
  },
  {
    name: '126 bytes, the shortest 16-bit length',
    frame: new Frame(Opcode.binary, zeros(126), false),
    maskingKey: hex('00 00 00 00'),
    bytes: bytesOf('02 fe 00 7e 00 00 00 00', 126),
  },
  {
    name: '65535 bytes, the longest 16-bit length',
    frame: new Frame(Opcode.continuation, zeros(65535), false),
    maskingKey: null,
    bytes: bytesOf('00 7e ff ff', 65535),
  },
  {
    name: '65536 masked bytes',
    frame: new Frame(Opcode.binary, zeros(65536)),
    maskingKey: hex('00 00 00 00'),
    bytes: bytesOf('82 ff 00 00 00 00 00 01 00 00 00 00 00 00', 65536),
  },
]

/** A header that breaks a rule: everything that the peer sent, so that one byte less shows nothing. */
export interface HeaderViolation {
  name: string
  masked: boolean
  bytes: Uint8Array
  reservedBits?: number
  limit?: number
  error: { code: string; closeCode: number; section: string; offset: number }
}

const header = (
  name: string,
  digits: string,
  code: string,
  section: string,
  offset: number,
  more: { masked?: boolean; closeCode?: number; reservedBits?: number; limit?: number } = {},
): HeaderViolation => {
  const { masked = false, closeCode = 1002, ...rest } = more
  return { name, masked, bytes: hex(digits), error: { code, closeCode, section, offset }, ...rest }
}

/** Every rule that a header alone can break. */
export const headerViolations: HeaderViolation[] = [
  header('RSV1', 'c1 00', 'RESERVED_BITS', '5.2', 0),
  header('RSV2', 'a2 00', 'RESERVED_BITS', '5.2', 0),
  header('RSV3 of a control frame', '99 00', 'RESERVED_BITS', '5.2', 0),
  header('RSV1 and RSV2 where only RSV1 may be set', 'e1 00', 'RESERVED_BITS', '5.2', 0, { reservedBits: 4 }),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) =>
    header(`opcode ${opcode}`, `8${opcode.toString(16)} 00`, 'RESERVED_OPCODE', '5.2', 0),
  ),
  header('a fragmented close', '08 00', 'CONTROL_FRAME_FRAGMENTED', '5.5', 0),
  header('a fragmented ping', '09 00', 'CONTROL_FRAME_FRAGMENTED', '5.5', 0),
  header('a fragmented pong', '0a 00', 'CONTROL_FRAME_FRAGMENTED', '5.5', 0),
  header('an unmasked frame to a server', '81 00', 'MASK_MISSING', '5.1', 1, { masked: true }),
  header('an unmasked control frame to a server', '89 7d', 'MASK_MISSING', '5.1', 1, { masked: true }),
  header('a masked frame to a client', '81 80 00 00 00 00', 'MASK_UNEXPECTED', '5.1', 1),
  header('a close of 126 bytes', '88 7e 00 7e', 'CONTROL_FRAME_TOO_LONG', '5.5', 1),
  header('a ping of 65535 bytes', '89 7e ff ff', 'CONTROL_FRAME_TOO_LONG', '5.5', 1),
  header('a pong of 2^63 bytes', '8a 7f 80 00 00 00 00 00 00 00', 'CONTROL_FRAME_TOO_LONG', '5.5', 1),
  header('0 in 16 bits', '82 7e 00 00', 'LENGTH_NOT_MINIMAL', '5.2', 2),
  header('125 in 16 bits', '82 7e 00 7d', 'LENGTH_NOT_MINIMAL', '5.2', 2),
  header('5 in 16 bits of a ping', '89 7e 00 05', 'LENGTH_NOT_MINIMAL', '5.2', 2),
  header('0 in 64 bits', '82 7f 00 00 00 00 00 00 00 00', 'LENGTH_NOT_MINIMAL', '5.2', 2),
  header('126 in 64 bits', '82 7f 00 00 00 00 00 00 00 7e', 'LENGTH_NOT_MINIMAL', '5.2', 2),
  header('65535 in 64 bits', '82 7f 00 00 00 00 00 00 ff ff', 'LENGTH_NOT_MINIMAL', '5.2', 2),
  header(
    '65535 in 64 bits, masked',
    '82 ff 00 00 00 00 00 00 ff ff 01 02 03 04',
    'LENGTH_NOT_MINIMAL',
    '5.2',
    2,
    {
      masked: true,
    },
  ),
  header('2^63 bytes', '82 7f 80 00 00 00 00 00 00 00', 'LENGTH_SIGN_BIT', '5.2', 2),
  header('2^64-1 bytes', '82 7f ff ff ff ff ff ff ff ff', 'LENGTH_SIGN_BIT', '5.2', 2),
  header('2^53 bytes', '82 7f 00 20 00 00 00 00 00 00', 'LENGTH_TOO_LARGE', '10.4', 2, { closeCode: 1009 }),
  header('2^63-1 bytes', '82 7f 7f ff ff ff ff ff ff ff', 'LENGTH_TOO_LARGE', '10.4', 2, { closeCode: 1009 }),
  header('11 bytes where 10 are the limit', '82 0b', 'FRAME_TOO_BIG', '10.4', 1, {
    closeCode: 1009,
    limit: 10,
  }),
  header('11 masked bytes where 10 are the limit', '82 8b 01 02 03 04', 'FRAME_TOO_BIG', '10.4', 1, {
    masked: true,
    closeCode: 1009,
    limit: 10,
  }),
  header('1 byte of a continuation where none is left', '00 01', 'FRAME_TOO_BIG', '10.4', 1, {
    closeCode: 1009,
    limit: 0,
  }),
  header('1001 bytes where 1000 are the limit', '82 7e 03 e9', 'FRAME_TOO_BIG', '10.4', 2, {
    closeCode: 1009,
    limit: 1000,
  }),
  header(
    '2^53-1 bytes where 2^20 are the limit',
    '81 7f 00 1f ff ff ff ff ff ff',
    'FRAME_TOO_BIG',
    '10.4',
    2,
    {
      closeCode: 1009,
      limit: 2 ** 20,
    },
  ),
  header('a wrong byte 0 before a wrong byte 1', 'f3 80 00 00 00 00', 'RESERVED_BITS', '5.2', 0),
  header('a reserved opcode before a missing mask', '83 7e 00 00', 'RESERVED_OPCODE', '5.2', 0, {
    masked: true,
  }),
  header('a missing mask before a wrong length', '82 7e 00 00', 'MASK_MISSING', '5.1', 1, { masked: true }),
]
