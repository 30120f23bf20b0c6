import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const frontend = path.resolve(import.meta.dirname, '../..')
const startMsMax = 45_000

export interface DevelopmentServer {
    url: string
    stop: () => Promise<void>
}

async function freePort(): Promise<number> {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo
    probe.close()
    await once(probe, 'close')
    return port
}

/** `npm run dev` before a running server, as whoever changes the app runs it. Resolves when pages come. */
export async function develop(backend: string): Promise<DevelopmentServer> {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const running = spawn('npm', ['run', 'dev', '--', '--host', '127.0.0.1', '--port', String(port)], {
        cwd: frontend,
        // Somebody may have one running already.
        env: { ...process.env, BACKEND_URL: backend, NUXT_IGNORE_LOCK: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
        // npm has children: they are ended together.
        detached: true,
    })
    let said = ''
    for (const stream of [running.stdout, running.stderr]) stream.on('data', (text) => (said += text))
    const ended = once(running, 'exit')
    const stop = async () => {
        if (running.exitCode === null && running.signalCode === null) process.kill(-running.pid!, 'SIGTERM')
        await ended
    }
    const deadline = Date.now() + startMsMax
    const answers = () => fetch(url, { signal: AbortSignal.timeout(startMsMax) }).then(({ ok }) => ok, () => false)
    while (!(await answers())) {
        if (running.exitCode !== null || Date.now() > deadline) {
            await stop()
            throw new Error(`npm run dev did not begin to serve:\n${said}`)
        }
        await wait(100)
    }
    return { url, stop }
}
