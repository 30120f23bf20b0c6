import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** What depends on the theme. */
const ofColours = ['color-contrast', 'link-in-text-block']
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** WCAG 2.2 AA as far as a machine can tell. */
export async function expectAccessible(page: Page, what: string, { colours = false } = {}): Promise<void> {
    // No frames here: without the page that axe opens to look into them it takes half as long.
    const axe = new AxeBuilder({ page }).setLegacyMode()
    const { violations, passes } = await (colours ? axe.withRules(ofColours) : axe.withTags(tags)).analyze()
    const findings = violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${help}\n${target.join(' ')}\n${failureSummary}`),
    )
    expect(findings, what).toEqual([])
    // A page that is not there has no findings either.
    expect(passes.length, what).toBeGreaterThan(colours ? 0 : 10)
}
