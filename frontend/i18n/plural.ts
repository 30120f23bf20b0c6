/**
 * Which of a message's forms (`one | other`) a count takes, by the rules of the language. The
 * forms are written in the order of `Intl`'s categories: zero, one, two, few, many, other, as
 * far as the language has them: English two, Thai one.
 */
export function pluralRule(locale: string) {
    const rules = new Intl.PluralRules(locale)
    const order = ['zero', 'one', 'two', 'few', 'many', 'other']
    const categories = rules
        .resolvedOptions()
        .pluralCategories.toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
    return (count: number, forms: number): number =>
        Math.min(categories.indexOf(rules.select(count)), forms - 1)
}
