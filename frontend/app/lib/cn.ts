import { clsx, type ClassValue } from 'clsx'

/**
 * Joins classes. A component's own come first, then those of whoever uses it: these are for what
 * the component leaves open (margins, width, place). To override what it sets, mark the class
 * important: `px-3!`.
 */
export function cn(...classes: ClassValue[]): string {
    return clsx(classes)
}
