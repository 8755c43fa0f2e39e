import { describe, expect, test } from 'vitest'
import { explain, explainAll } from '../../inspector/src/lab/glossary.ts'
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

  test('what is said all the time is explained once in a lesson, the rest in each sentence', () => {
    const marked = explainAll(['Frames with a Close.', 'A frame, masked.', 'The Close is a frame.']).map(
      (pieces) => pieces.filter(({ means }) => means !== undefined).map(({ text }) => text),
    )
    expect(marked).toEqual([['Frames', 'Close'], ['masked'], ['Close']])
  })

  test('are explained in every lesson that says them', () => {
    // A Close frame is explained as a Close.
    const words = [/(?<!Close |control )\bframe/i, /\bmessage/i, /\bTCP\b/, /\bHTTP\b/, /\bXOR/, /\bprox/]
    for (const { id, about, steps, moral } of scenarios) {
      const sentences = [about, ...steps.map(({ says }) => says), moral]
      const explained = explainAll(sentences)
        .flat()
        .filter(({ means }) => means !== undefined)
      for (const word of words) {
        if (!sentences.some((sentence) => word.test(sentence))) continue
        expect(
          explained.some(({ text }) => word.test(text)),
          `${word} in ${id}`,
        ).toBe(true)
      }
    }
  })
})
