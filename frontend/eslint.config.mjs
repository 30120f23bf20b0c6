import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

export default tseslint.config(
    { ignores: ['.nuxt/', '.output/', 'node_modules/', 'app/types/api.d.ts', 'test-results/'] },
    ...tseslint.configs.strict,
    ...tseslint.configs.stylistic,
    ...vue.configs['flat/recommended'],
    {
        files: ['**/*.vue'],
        languageOptions: { parserOptions: { parser: tseslint.parser } },
    },
    {
        rules: {
            '@typescript-eslint/no-explicit-any': 'error',
            '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
            '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
            // An index that was just computed is in range.
            '@typescript-eslint/no-non-null-assertion': 'off',
            eqeqeq: 'error',
            'no-console': 'error',

            'vue/multi-word-component-names': 'off',
            'vue/require-default-prop': 'off',
            'vue/html-indent': ['error', 4],
            'vue/max-attributes-per-line': 'off',
            'vue/singleline-html-element-content-newline': 'off',
            'vue/no-v-html': 'error',
            'vue/block-lang': ['error', { script: { lang: 'ts' } }],
            'vue/component-name-in-template-casing': ['error', 'PascalCase'],
        },
    },
    { files: ['tests/**'], rules: { 'vue/one-component-per-file': 'off' } },
)
