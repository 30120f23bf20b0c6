import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const frontend = path.resolve(import.meta.dirname, '../..')
const binary = path.resolve(frontend, process.env.CINEMA_BIN ?? '../build/release/cinema')
const webRoot = path.resolve(frontend, process.env.WEB_ROOT ?? '.output/public')

/** Sanitizer builds on a busy machine are slow to start. */
const startMsMax = 30_000
const stopMsMax = 20_000

/** Environment variables of `cinema`; undefined leaves one at its default. */
export type Settings = Record<string, string | undefined>

const defaults: Settings = {
    WEB_ROOT: webRoot,
    DEMO_LOGIN: 'true',
    SEED_DEMO: 'true',
    CINEMA_NAME: 'Sala',
    TIME_ZONE: 'Asia/Bangkok',
    JWT_SECRET: 'a-key-for-the-tests-that-is-long-enough',
}

/** `cinema serve` on a free port, with a data folder of its own that outlives stop() and kill(). */
export class CinemaServer {
    private readonly folder = mkdtempSync(path.join(tmpdir(), 'cinema-e2e-'))
    private readonly logFile = path.join(this.folder, 'server.log')
    private readonly settings: Settings
    private process: ChildProcess | undefined
    private port = 0
    /** Where in the log the present run begins. */
    private logStart = 0

    constructor(settings: Settings = {}) {
        this.settings = settings
    }

    get url(): string {
        return `http://127.0.0.1:${this.port}`
    }

    /** Returns when the server takes requests; a later start takes the port of the first. */
    async start(): Promise<this> {
        if (this.process) throw new Error('the server is already running')
        const log = openSync(this.logFile, 'a')
        this.logStart = this.log().length
        this.process = spawn(binary, ['serve'], {
            cwd: this.folder,
            env: this.environment({ LISTEN: `127.0.0.1:${this.port}` }),
            stdio: ['ignore', log, log],
        })
        closeSync(log)
        // Without a listener, a binary that is not there would end the whole run.
        let failure: Error | undefined
        this.process.on('error', (error) => (failure = error))
        const deadline = Date.now() + startMsMax
        while (!(await this.isReady())) {
            const ended = failure?.message ?? this.process.exitCode ?? this.process.signalCode
            if (ended !== null) throw new Error(`the server ended (${ended}) at start:\n${this.log()}`)
            if (Date.now() > deadline) {
                await this.kill()
                throw new Error(`the server did not become ready:\n${this.log()}`)
            }
            await wait(20)
        }
        return this
    }

    /** As the machine's shutdown would. */
    stop(): Promise<void> {
        return this.end('SIGTERM')
    }

    /** As a crash would. */
    kill(): Promise<void> {
        return this.end('SIGKILL')
    }

    /** Stops it for good. */
    async dispose(): Promise<void> {
        await this.stop()
        rmSync(this.folder, { recursive: true, force: true })
    }

    /** Runs another command of the binary on the same data, such as `user add`. */
    run(args: string[], input = ''): string {
        const done = spawnSync(binary, args, { cwd: this.folder, env: this.environment(), input, encoding: 'utf8' })
        if (done.status !== 0) throw new Error(`cinema ${args.join(' ')}: ${done.stderr || done.error?.message}`)
        return done.stdout
    }

    log(): string {
        return readFileSync(this.logFile, 'utf8')
    }

    private environment(more: Settings = {}): NodeJS.ProcessEnv {
        // Nothing of the caller's settings, but what a program needs to run at all.
        const { PATH, HOME, TMPDIR } = process.env
        return { PATH, HOME, TMPDIR, DATA_DIR: path.join(this.folder, 'data'), ...defaults, ...this.settings, ...more }
    }

    private async isReady(): Promise<boolean> {
        const listening = /"event":"listening","address":"[^"]*:(\d+)"/.exec(this.log().slice(this.logStart))
        if (!listening) return false
        this.port = Number(listening[1])
        try {
            return (await fetch(`${this.url}/readyz`)).ok
        } catch {
            return false
        }
    }

    private async end(signal: NodeJS.Signals): Promise<void> {
        const { process: running } = this
        if (!running) return
        this.process = undefined
        if (running.exitCode !== null || running.signalCode !== null) return
        const gone = once(running, 'exit')
        running.kill(signal)
        const timer = setTimeout(() => running.kill('SIGKILL'), stopMsMax)
        await gone
        clearTimeout(timer)
        if (signal === 'SIGTERM' && running.exitCode !== 0) {
            throw new Error(`SIGTERM ended the server with ${running.exitCode ?? running.signalCode}:\n${this.log()}`)
        }
    }
}
