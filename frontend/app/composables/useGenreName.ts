/** The catalogue names genres in its own words; those that are known are translated. */
export function useGenreName(): (genre: string) => string {
    const { t, te } = useI18n()
    return (genre) => {
        const key = `film.genre.${genre.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`
        return te(key) ? t(key) : genre
    }
}
