/** The suite itself: its cases can be told apart, and its tester notices what is wrong. */
import { describe, expect, test } from 'vitest'
import { permessageDeflate } from '../../src/deflate/node.ts'
import { Protocol } from '../../src/protocol/index.ts'
import { handshakeCategories } from './cases/handshakes.ts'
import { bulkCategories, frameCategories } from './cases/index.ts'
import { proseOf } from './frames.ts'
import { handshakeTitle } from './handshake-case.ts'
import { Compressor, Decompressor } from './tester/deflate.ts'
import { FrameReader, frameBytes } from './tester/wire.ts'
import { idOf } from './title.ts'

function repeated(names: readonly string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) < at)
}

const read = (bytes: readonly number[], from: 'client' | 'server' = 'server') =>
  new FrameReader(from, false).push(Uint8Array.from(bytes))

describe('the suite itself', () => {
  describe('both', () => {
    describe('tester', () => {
      test.each([...frameCategories, ...bulkCategories])('names each case of $name once', ({ cases }) => {
        expect(repeated(cases.map((each) => `${idOf(each)} ${each.chop ?? ''}`))).toEqual([])
      })

      test.each(handshakeCategories)('names each case of $name, $side, once', ({ cases }) => {
        expect(repeated(cases.map(handshakeTitle))).toEqual([])
      })

      test('reads the frames of section 5.7', () => {
        const hello = Buffer.from('Hello')
        expect(read([0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])).toMatchObject([
          { opcode: 1, payload: hello, fin: true },
        ])
        const masked = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]
        expect(read(masked, 'client').map(({ payload }) => Buffer.from(payload))).toEqual([hello])
        const key = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d)
        expect([...frameBytes('client', { opcode: 1, payload: hello, fin: true, key })]).toEqual(masked)
      })

      test.each([
        ['5.1', 'a masked frame of a server', [0x81, 0x80, 1, 2, 3, 4]],
        ['5.2', 'a length that is not in its shortest form', [0x82, 126, 0, 1, 0]],
        ['5.2', 'RSV1', [0xc1, 0]],
        ['5.2', 'RSV3', [0x91, 0]],
        ['5.2', 'a reserved opcode', [0x83, 0]],
        ['5.5', 'a Ping without FIN', [0x09, 0]],
        ['5.5', 'a Close of one byte', [0x88, 1, 3]],
      ])('%s refuses %s', (section, _, bytes) => {
        expect(() => read(bytes)).toThrow(section)
      })

      test('refuses a masking key that comes twice', () => {
        const frame = [0x81, 0x80, 1, 2, 3, 4]
        expect(() => read([...frame, ...frame], 'client')).toThrow('5.3')
      })

      test('reads what it compresses, and refuses a distance beyond the window', () => {
        const far = Buffer.concat([proseOf(300), Buffer.alloc(700, 'x'), proseOf(300)])
        const compress = (windowBits: number) =>
          new Compressor({ windowBits, noContextTakeover: false }).compress(far)
        const small = new Decompressor({ windowBits: 8, noContextTakeover: false })
        expect(Buffer.compare(small.decompress(compress(8)), far)).toBe(0)
        expect(() =>
          new Decompressor({ windowBits: 8, noContextTakeover: false }).decompress(compress(15)),
        ).toThrow()
      })

      test('refuses a context that was to be dropped', () => {
        const direction = { windowBits: 15, noContextTakeover: false }
        const compressor = new Compressor(direction)
        const [first, second] = [compressor.compress(proseOf(500)), compressor.compress(proseOf(500))]
        const dropping = new Decompressor({ ...direction, noContextTakeover: true })
        dropping.decompress(first)
        expect(() => dropping.decompress(second)).toThrow()
        const keeping = new Decompressor(direction)
        keeping.decompress(first)
        expect(Buffer.compare(keeping.decompress(second), proseOf(500))).toBe(0)
      })

      test('has an endpoint that compresses, so that this is not all in vain', () => {
        const [, extension] = permessageDeflate().processRequestParams([], [])
        const server = new Protocol('server', { extensions: [extension] })
        server.sendText(proseOf(5_000))
        expect(server.dataToSend()[0]!.length).toBeLessThan(2_000)
      })
    })
  })
})
