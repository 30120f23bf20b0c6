import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import AlertDialog from '~/components/ui/alert-dialog/AlertDialog.vue'
import Button from '~/components/ui/button/Button.vue'
import DropdownMenu from '~/components/ui/dropdown-menu/DropdownMenu.vue'
import DropdownMenuItem from '~/components/ui/dropdown-menu/DropdownMenuItem.vue'
import ErrorState from '~/components/ui/error-state/ErrorState.vue'
import Progress from '~/components/ui/progress/Progress.vue'
import Segmented from '~/components/ui/segmented/Segmented.vue'
import Select from '~/components/ui/select/Select.vue'
import Sheet from '~/components/ui/sheet/Sheet.vue'
import Tabs from '~/components/ui/tabs/Tabs.vue'
import Toaster from '~/components/ui/toaster/Toaster.vue'
import { toasterWanted, useToast } from '~/composables/useToast'
import { ApiProblem } from '~/utils/api/problem'

const inBody = (selector: string) => document.body.querySelector<HTMLElement>(selector)
const bodyButton = (text: string) =>
    [...document.body.querySelectorAll('button')].find((button) => button.textContent?.trim() === text)!

describe('a button', () => {
    it('does nothing while it is busy, and says so', async () => {
        const pressed = vi.fn()
        const button = mount(Button, { props: { busy: true, onClick: pressed }, slots: { default: 'Pay' } })
        await button.trigger('click')
        expect(pressed).not.toHaveBeenCalled()
        expect(button.attributes('aria-busy')).toBe('true')
        await button.setProps({ busy: false })
        await button.trigger('click')
        expect(pressed).toHaveBeenCalledOnce()
        expect(button.attributes()).toMatchObject({ type: 'button' })
    })
})

describe('a question before something final', () => {
    const props = { open: true, title: 'Release?', text: 'They go back on sale.', action: 'Release seats' }

    it('is named, described, and answered', async () => {
        const closed = vi.fn()
        const dialog = mount(AlertDialog, { props: { ...props, 'onUpdate:open': closed }, attachTo: document.body })
        await flushPromises()
        const box = inBody('[role=alertdialog]')!
        expect(document.getElementById(box.getAttribute('aria-labelledby')!)?.textContent).toBe('Release?')
        expect(document.getElementById(box.getAttribute('aria-describedby')!)?.textContent).toContain('back on sale')
        bodyButton('Release seats').click()
        expect(dialog.emitted('confirm')).toHaveLength(1)
        expect(closed).not.toHaveBeenCalled()
        bodyButton('Cancel').click()
        expect(closed).toHaveBeenCalledWith(false)
        dialog.unmount()
    })
})

it('a sheet is a named dialog that can be closed', async () => {
    const closed = vi.fn()
    const sheet = mount(Sheet, {
        props: { open: true, title: 'Booking', 'onUpdate:open': closed },
        slots: { default: 'Details' },
        attachTo: document.body,
    })
    await flushPromises()
    expect(inBody('[role=dialog]')!.textContent).toContain('Details')
    inBody('button[aria-label=Close]')!.click()
    expect(closed).toHaveBeenCalledWith(false)
    sheet.unmount()
})

it('tabs show one panel at a time', async () => {
    const tabs = mount(
        defineComponent(() => {
            const tab = ref('a')
            return () =>
                h(
                    Tabs<string>,
                    {
                        label: 'Bookings',
                        tabs: [
                            { value: 'a', label: 'Upcoming' },
                            { value: 'b', label: 'Past' },
                        ],
                        modelValue: tab.value,
                        'onUpdate:modelValue': (value: string) => (tab.value = value),
                    },
                    { a: () => 'first', b: () => 'second' },
                )
        }),
        { attachTo: document.body },
    )
    expect(tabs.get('[role=tabpanel]').text()).toBe('first')
    await tabs.findAll('[role=tab]')[1]!.trigger('mousedown', { button: 0 })
    await nextTick()
    expect(tabs.get('[role=tabpanel][data-state=active]').text()).toBe('second')
})

it('a menu opens from the keyboard and tells what was chosen', async () => {
    const chosen = vi.fn()
    const menu = mount(DropdownMenu, {
        slots: {
            trigger: () => h('button', 'More'),
            default: () => h(DropdownMenuItem, { onSelect: chosen }, () => 'Cancel booking'),
        },
        attachTo: document.body,
    })
    await menu.get('button').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    inBody('[role=menuitem]')!.click()
    expect(chosen).toHaveBeenCalledOnce()
    menu.unmount()
})

it('a choice of a few is a group of radio buttons with a name', async () => {
    const changed = vi.fn()
    const choice = mount(Segmented<string>, {
        props: {
            label: 'Day',
            modelValue: 'mon',
            options: [
                { value: 'mon', label: 'Mon' },
                { value: 'tue', label: 'Tue' },
            ],
            'onUpdate:modelValue': changed,
        },
    })
    expect(choice.get('legend').text()).toBe('Day')
    const radios = choice.findAll<HTMLInputElement>('input')
    expect(radios.map((radio) => radio.element.checked)).toEqual([true, false])
    await radios[1]!.setValue(true)
    expect(changed).toHaveBeenCalledWith('tue')
})

it('a select takes attributes on the control itself', async () => {
    const changed = vi.fn()
    const select = mount(Select<string>, {
        props: {
            modelValue: '',
            options: [
                { value: '', label: 'All' },
                { value: 'BOOKED', label: 'Booked' },
            ],
            'onUpdate:modelValue': changed,
        },
        attrs: { id: 'status' },
    })
    expect(select.get('select').attributes('id')).toBe('status')
    await select.get('select').setValue('BOOKED')
    expect(changed).toHaveBeenCalledWith('BOOKED')
})

it('progress has a name and a value', () => {
    const bar = mount(Progress, { props: { value: 3, max: 4, label: 'Paying' } }).get('[role=progressbar]')
    expect(bar.attributes()).toMatchObject({ 'aria-label': 'Paying', 'aria-valuenow': '3', 'aria-valuemax': '4' })
})

it('a failure is told in words, with another try', async () => {
    const state = mount(ErrorState, { props: { problem: new ApiProblem({ kind: 'unexpected', requestId: 'r-7' }) } })
    expect(state.text()).toContain('r-7')
    await state.get('button').trigger('click')
    expect(state.emitted('retry')).toHaveLength(1)
    await state.setProps({ problem: new ApiProblem({ kind: 'offline' }) })
    expect(state.text()).toContain('no connection')
})

it('a message waits for the toaster that it calls for', async () => {
    const shown = useToast().success('Seats released')
    expect(toasterWanted.value).toBe(true)
    const toaster = mount(Toaster, { attachTo: document.body })
    await shown
    await flushPromises()
    await vi.waitFor(() => expect(document.body.textContent).toContain('Seats released'))
    toaster.unmount()
})
