/** Messages of 64 KiB to 16 MiB, in frames and pieces of many sizes, and many small ones (sections 5.2 and 5.4). */
import { type Case, echoes } from '../case.ts'
import { binary, cut, fragmented, noiseOf, proseOf, text } from '../frames.ts'

const KiB = 2 ** 10
const MiB = 2 ** 20
const setup = { maxSize: 16 * MiB, maxFragments: null }

const sizeOf = (bytes: number) =>
  bytes >= MiB ? `${bytes / MiB} MiB` : bytes >= KiB ? `${bytes / KiB} KiB` : `${bytes}`

const whole: Case[] = [64 * KiB, 256 * KiB, MiB, 4 * MiB, 8 * MiB, 16 * MiB].flatMap((size) => [
  echoes('5.6', `a text of ${sizeOf(size)}`, [text(proseOf(size))], [text(proseOf(size))], { setup }),
  echoes('5.6', `${sizeOf(size)} of binary data`, [binary(noiseOf(size))], [binary(noiseOf(size))], {
    setup,
  }),
])

/** 1 MiB in frames of many sizes, and 4 MiB in larger ones. */
const inFrames: Case[] = (
  [
    [MiB, [64, 256, KiB, 4 * KiB, 16 * KiB, 64 * KiB]],
    [4 * MiB, [256 * KiB, MiB]],
  ] as const
).flatMap(([whole, sizes]) =>
  sizes.flatMap((size) => [
    echoes(
      '5.4',
      `a text of ${sizeOf(whole)} in frames of ${sizeOf(size)}`,
      fragmented(1, cut(proseOf(whole), size)),
      [text(proseOf(whole))],
      { setup },
    ),
    echoes(
      '5.4',
      `${sizeOf(whole)} of binary data in frames of ${sizeOf(size)}`,
      fragmented(2, cut(noiseOf(whole), size)),
      [binary(noiseOf(whole))],
      { setup },
    ),
  ]),
)

/** 1 MiB in pieces of many sizes. */
const inPieces: Case[] = [64, 128, 256, 512, KiB, 2 * KiB].flatMap((chop) => [
  echoes('5.2', 'a text of 1 MiB', [text(proseOf(MiB))], [text(proseOf(MiB))], { setup, chop }),
  echoes('5.2', '1 MiB of binary data', [binary(noiseOf(MiB))], [binary(noiseOf(MiB))], { setup, chop }),
])

const many: Case[] = [0, 16, 64, 256, KiB, 4 * KiB].flatMap((size) => {
  const texts = Array.from({ length: 1_000 }, () => text(proseOf(size)))
  const binaries = Array.from({ length: 1_000 }, () => binary(noiseOf(size)))
  return [
    echoes('5.6', `1,000 texts of ${sizeOf(size)} bytes`, texts, texts, { setup }),
    echoes('5.6', `1,000 binary messages of ${sizeOf(size)} bytes`, binaries, binaries, { setup }),
  ]
})

export const largeMessages: readonly Case[] = [...whole, ...inFrames, ...inPieces, ...many]
