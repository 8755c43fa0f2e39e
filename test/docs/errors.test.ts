import { readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { rules } from '../../src/framing/rules.ts'

const file = new URL('../../docs/errors.md', import.meta.url)

/** The table of `docs/errors.md`, from the rules themselves. */
function table(): string {
  const rows = Object.entries(rules).map(
    ([code, { closeCode, section, message }]) => `| \`${code}\` | ${closeCode} | ${section} | ${message} |`,
  )
  return ['| `code` | close code | section | what is wrong |', '|---|---|---|---|', ...rows].join('\n')
}

it('docs/errors.md lists every rule of a frame, as it is', async () => {
  const text = await readFile(file, 'utf8')
  const current = text.replace(
    /(<!-- rules -->\n)[\s\S]*?(<!-- \/rules -->)/,
    (_, before, after) => `${before}\n${table()}\n\n${after}`,
  )
  if (process.env['UPDATE_DOCS'] !== undefined) await writeFile(file, current)
  else expect(text).toBe(current)
})
