import { describe, expect, test } from 'vitest'
import { explain } from '../../inspector/src/lab/glossary.ts'
import { scenarios } from '../../inspector/src/lab/scenarios/index.ts'

const meaning = (sentence: string, word: string) => explain(sentence).find(({ text }) => text === word)?.means

describe('words of a lesson', () => {
  test('leave its sentences as they are', () => {
    for (const { says } of scenarios.flatMap(({ steps }) => steps)) {
      expect(
        explain(says)
          .map(({ text }) => text)
          .join(''),
      ).toBe(says)
    }
  })

  test('FIN of a frame is told from FIN of TCP', () => {
    expect(meaning('A message in one frame: FIN 1.', 'FIN 1')).toContain('first bit of its header')
    expect(meaning('It ends its half of TCP (FIN).', 'FIN')).toContain('FIN of TCP')
    expect(meaning('It ends its half of TCP (FIN).', 'its half of TCP')).toContain('half-close')
  })

  test('every close code is explained', () => {
    for (const { says } of scenarios.flatMap(({ steps }) => steps)) {
      for (const code of says.match(/\b10(?:0\d|1[0-5])\b/g) ?? []) {
        expect(meaning(says, code), `${code} in: ${says}`).toContain(`${code}: `)
      }
    }
  })

  test('a word is explained once in a sentence, and a verb is no frame', () => {
    const pieces = explain('The Close came; the Close went. Both close.')
    expect(pieces.filter(({ means }) => means !== undefined).map(({ text }) => text)).toEqual(['Close'])
  })
})
