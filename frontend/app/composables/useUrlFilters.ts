import {
    deeper,
    readCursors,
    readFilters,
    shallower,
    writeQuery,
    type FilterSpec,
    type Filters,
} from '~/utils/admin/filters'

/** Filters and place of a list, kept in the page's address: a link or a reload shows the same. */
export function useUrlFilters<K extends string>(spec: FilterSpec<K>) {
    const route = useRoute()
    const router = useRouter()
    const filters = computed(() => readFilters(spec, route.query))
    const cursors = computed(() => readCursors(route.query))

    const go = (how: 'push' | 'replace', wanted: Filters<K>, place: readonly string[]) =>
        router[how]({ query: writeQuery(spec, route.query, wanted, place) })

    return {
        filters,
        /** Where the present page starts; undefined is the newest. */
        cursor: computed(() => cursors.value.at(-1)),
        /** Changes with the list that is asked for, and with nothing else in the address. */
        key: computed(() => JSON.stringify([filters.value, cursors.value.at(-1)])),
        active: computed(() => Object.values(filters.value).filter(Boolean).length),
        /** A change of filters starts again with the newest. */
        set: (change: Partial<Filters<K>>) => go('replace', { ...filters.value, ...change }, []),
        clear: () => go('replace', readFilters(spec, {}), []),
        next: (cursor: string) => go('push', filters.value, deeper(cursors.value, cursor)),
        previous: () => go('push', filters.value, shallower(cursors.value)),
    }
}
