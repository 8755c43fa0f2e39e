/** What axe-core says of a page. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds that is serious or critical, in short: none of it may be there, whatever is shown. */
export async function findings(page: Page): Promise<string[]> {
  // Transitions of colour, and the layout, are done.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))),
  )
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { run } = (window as unknown as { axe: typeof axe }).axe
    // Every rule; what passes is not gathered, which takes as long again.
    const { violations } = await run({ resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(
          ({ target, failureSummary }) =>
            `${id}: ${target.join(' ')}: ${failureSummary?.split('\n')[1]?.trim()}`,
        ),
      )
  })
}
