import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** WCAG 2.2 AA as far as a machine can tell. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
    const { violations, passes } = await new AxeBuilder({ page }).withTags(tags).analyze()
    const findings = violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${help}\n${target.join(' ')}\n${failureSummary}`),
    )
    expect(findings, what).toEqual([])
    // A page that is not there has no findings either.
    expect(passes.length, what).toBeGreaterThan(10)
}
