import { cva, type VariantProps } from 'class-variance-authority'

export const buttonVariants = cva(
    'inline-flex shrink-0 items-center justify-center gap-2 rounded-md font-semibold whitespace-nowrap select-none ' +
        'transition-[background-color,color,border-color,scale] active:scale-[0.98] ' +
        'disabled:pointer-events-none disabled:opacity-50 aria-disabled:pointer-events-none aria-disabled:opacity-50 ' +
        '[&_svg]:size-[1.25em] [&_svg]:shrink-0',
    {
        variants: {
            variant: {
                default: 'bg-primary text-primary-foreground hover:bg-primary/88',
                secondary: 'bg-secondary text-secondary-foreground hover:bg-secondary/75',
                outline: 'border border-input bg-transparent text-foreground hover:bg-accent',
                ghost: 'text-foreground hover:bg-accent',
                destructive: 'bg-destructive text-destructive-foreground hover:bg-destructive/88',
                link: 'text-primary-ink underline decoration-1 underline-offset-4 hover:decoration-2',
            },
            size: {
                sm: 'h-9 px-3 text-sm',
                default: 'h-11 px-5',
                // Wide ones break their text before they leave a phone, with letters twice as large.
                lg: 'min-h-13 px-7 py-2 text-lg leading-tight whitespace-normal max-[18rem]:px-3',
                icon: 'size-11',
                'icon-sm': 'size-9',
                inline: 'h-auto rounded-sm p-0',
            },
        },
        defaultVariants: { variant: 'default', size: 'default' },
    },
)

export type ButtonVariants = VariantProps<typeof buttonVariants>
