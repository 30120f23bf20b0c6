// Writes app/types/api.d.ts from the contract. OPENAPI_FILE names another contract.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const frontend = path.resolve(import.meta.dirname, '..')
const contract = path.resolve(frontend, process.env.OPENAPI_FILE || '../api/openapi.yaml')
const target = path.join(frontend, 'app/types/api.d.ts')

const ast = await openapiTS(pathToFileURL(contract), { alphabetize: true })
const text = `// Written by "npm run types" from the OpenAPI contract; changes here are lost.\n${astToString(ast)}`
const before = await readFile(target, 'utf8').catch(() => null)
if (before !== text) {
    await mkdir(path.dirname(target), { recursive: true })
    await writeFile(target, text)
}
