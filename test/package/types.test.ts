import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { complaintsAbout } from '../compile.ts'

const { exports } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
const entries = Object.keys(exports).filter((entry) => entry !== './package.json')

describe('the types of every entry', () => {
  const app = entries
    .map((entry, at) => `export * as entry${at} from '${entry.replace('.', 'wirechart')}'`)
    .join('\n')

  // As they are checked where `skipLibCheck` is not set.
  it.each([
    ['in Node, where there is no DOM', ['--module', 'nodenext', '--types', 'node', '--lib', 'es2023']],
    ['for a bundler', ['--module', 'esnext', '--moduleResolution', 'bundler', '--types', 'node']],
  ])('stand alone %s', async (_, options) => {
    expect(await complaintsAbout(app, options)).toBe('')
  })
})
