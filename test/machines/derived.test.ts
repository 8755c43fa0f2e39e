import { expect, it } from 'vitest'
import { derive } from '../../machines/explore.ts'

// `npm run derive` runs this with --update.
it('the derived table is what the machine says now', async () => {
  await expect(derive()).toMatchFileSnapshot('../../machines/table.derived.ts')
})
