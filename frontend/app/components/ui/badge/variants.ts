import { cva, type VariantProps } from 'class-variance-authority'

export const badgeVariants = cva(
    'inline-flex items-center gap-1.5 rounded-sm border px-2 py-0.5 text-sm font-medium whitespace-nowrap [&_svg]:size-[1em]',
    {
        variants: {
            variant: {
                default: 'border-transparent bg-secondary text-secondary-foreground',
                primary: 'border-transparent bg-primary text-primary-foreground',
                success: 'border-current text-success-ink',
                destructive: 'border-current text-destructive-ink',
                outline: 'border-input text-foreground',
                quiet: 'border-border text-muted-foreground',
            },
        },
        defaultVariants: { variant: 'default' },
    },
)

export type BadgeVariants = VariantProps<typeof badgeVariants>
