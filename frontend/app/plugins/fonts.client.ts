/**
 * The two fonts of every page are made ready while the page is put together, so that its first picture
 * is not drawn with others. tools/finish-build.mjs has their files fetched.
 */
export default defineNuxtPlugin(() => {
    for (const family of ['Anuphan', 'Chonburi']) void document.fonts.load(`1em ${family}`)
})
