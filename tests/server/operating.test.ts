// The server for its operator: signals, files from editors, wrong folders, messages with a next
// step.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { createServer, type Server as TcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connect as connectTls } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { code, password, post, put, signUp, type Answer, type Failure } from './support/accounts'
import { Lock } from './support/database'
import { Device } from './support/device'
import { freePort, untilItListens } from './support/ports'
import { program, run, Server } from './support/server'

const mark = '\ufeff'

let folder: string
let server: Server | undefined
let neighbour: TcpServer | undefined
let children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-operating-'))
})
afterEach(async () => {
  neighbour?.close()
  neighbour = undefined
  for (const child of children) child.kill('SIGKILL')
  children = []
  vi.unstubAllEnvs()
  await server?.stop()
  server = undefined
  await rm(folder, { recursive: true, force: true })
})

async function certificate(name: string): Promise<{ chain: string; key: string }> {
  const chain = join(folder, 'chain.pem')
  const key = join(folder, 'key.pem')
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', `/CN=${name}`, '-days', '90', '-keyout', key, '-out', chain],
  ])
  return { chain, key }
}

/** The name in the certificate that the server presents now. */
async function shownName(on: Server): Promise<string> {
  const { hostname, port } = new URL(on.url)
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false })
    socket.once('secureConnect', () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

type OnTerminal = { readonly out: string; readonly ended: Promise<Ended> }
type Ended = { readonly status: number | null; readonly out: string }

/** A command with a terminal for input and output, without any typing. */
function startOnTerminal(command: string): OnTerminal {
  const child = spawn('script', ['-qefc', command, '/dev/null'])
  children.push(child)
  const terminal = {
    out: '',
    ended: new Promise<Ended>((resolve) => {
      child.once('close', (status) => resolve({ status, out: terminal.out }))
    }),
  }
  child.stdout.on('data', (chunk: Buffer) => (terminal.out += chunk.toString()))
  return terminal
}

async function onTerminal(command: string): Promise<Ended> {
  return startOnTerminal(command).ended
}

/** The server that has a file open, before its ready line. */
async function readerOf(file: string): Promise<number> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue
    const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const each of files) {
      const target = await readlink(`/proc/${pid}/fd/${each}`).catch(() => '')
      if (target === file) return Number(pid)
    }
  }
  throw new Error(`nobody reads ${file}`)
}

async function takePort(): Promise<number> {
  const taken = createServer()
  neighbour = taken
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  return (taken.address() as { port: number }).port
}

describe('SIGHUP', () => {
  it('reads the level of the log again, and keeps all sockets', async () => {
    const config = join(folder, 'parley.conf')
    await writeFile(config, 'log-level = warning\n')
    server = await Server.start({ config })
    const on = server
    const ada = await signUp(on, 'ada')
    const device = await Device.connect(on, ada)
    await writeFile(config, 'log-level = debug\n')
    on.signal('SIGHUP')
    await expect
      .poll(async () => {
        await fetch(`${on.url}/version`)
        return on.log
      })
      .toContain('debug request path=/version')
    device.say('watch', { users: [] })
    const other = await Device.connect(on, ada)
    other.drop()
    expect(device.raw.socket.readyState).toBe(1)
    device.drop()
  })

  it('keeps the configuration when the file can not be read', async () => {
    const config = join(folder, 'parley.conf')
    await writeFile(config, 'log-level = info\n')
    server = await Server.start({ config })
    const on = server
    await writeFile(config, 'log-level = loud\n')
    on.signal('SIGHUP')
    await expect.poll(() => on.log).toContain('the old one stays')
    expect(await signUp(on, 'ada')).toMatchObject({ user: 'ada' })
  })

  it('presents a new certificate to new connections, and keeps open sockets', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0') // the certificates are self-signed
    const { chain, key } = await certificate('first')
    server = await Server.start({ 'tls-certificate': chain, 'tls-key': key })
    const on = server
    const account = await signUp(on, 'ada')
    const ada = await Device.connect(on, account)
    expect(await shownName(on)).toBe('first')
    await certificate('second')
    on.signal('SIGHUP')
    await expect.poll(async () => shownName(on)).toBe('second')
    // The same socket, in the session that it opened under the first certificate.
    ada.say('watch', { users: ['ada'] })
    await ada.hear('presence')
    await writeFile(chain, 'nonsense')
    on.signal('SIGHUP')
    await expect.poll(() => on.log).toContain('the old one stays')
    expect(await shownName(on)).toBe('second')
    ada.say('watch', { users: ['ada'] })
    await ada.hear('presence')
    ada.drop()
  })
})

describe('a signal without a meaning', () => {
  it('ends no server: SIGUSR1, SIGUSR2', async () => {
    server = await Server.start()
    for (const name of ['SIGUSR1', 'SIGUSR2'] as const) {
      server.signal(name)
      expect((await fetch(`${server.url}/version`)).status).toBe(200)
    }
    server.signal('SIGTERM')
    expect(await server.exit()).toBe(0)
  })

  it('ends no server that still reads its configuration: SIGHUP', async () => {
    const config = join(folder, 'parley.conf')
    await promisify(execFile)('mkfifo', [config])
    const starting = Server.start({ config })
    const pipe = await open(config, 'w') // opens once the server reads
    const reader = await readerOf(config)
    process.kill(reader, 'SIGHUP')
    await pipe.write('log-level = info\n')
    await pipe.close()
    server = await starting
    expect(server.pid).toBe(reader)
    expect(await signUp(server, 'ada')).toMatchObject({ user: 'ada' })
  })
})

describe('a key with a pass phrase', () => {
  it('is refused, and a terminal is not asked for the phrase', async () => {
    const { chain, key } = await certificate('calls')
    const closed = join(folder, 'closed.pem')
    const aes = ['pkey', '-in', key, '-out', closed, '-aes256', '-passout', 'pass:hush']
    await promisify(execFile)('openssl', aes)
    const command =
      `${program} config check --data ${folder} --listen 127.0.0.1:0 ` +
      `--tls-certificate ${chain} --tls-key ${closed}`
    const { out } = await onTerminal(command)
    expect(out).toContain('the key has a pass phrase')
    expect(out).not.toContain('Enter')
  })

  it('does not stop a server that has a terminal', async () => {
    const { chain, key } = await certificate('calls')
    const listen = ['--listen', '127.0.0.1:0', '--data', join(folder, 'data')]
    const tls = ['--tls-certificate', chain, '--tls-key', key]
    const terminal = startOnTerminal([program, 'serve', ...listen, ...tls].join(' '))
    await expect.poll(() => terminal.out).toContain('"pid"')
    const pid = Number(/"pid":(\d+)/.exec(terminal.out)?.[1])
    await promisify(execFile)('openssl', [
      ...['pkey', '-in', key, '-out', `${key}.new`, '-aes256', '-passout', 'pass:hush'],
    ])
    await rename(`${key}.new`, key)
    process.kill(pid, 'SIGHUP')
    await expect.poll(() => terminal.out).toContain('the old one stays')
    expect(terminal.out).toContain('the key has a pass phrase')
    process.kill(pid, 'SIGTERM')
    expect((await terminal.ended).status).toBe(0)
  })
})

describe('a byte-order mark', () => {
  it('in configuration, password and body is skipped', async () => {
    const config = join(folder, 'parley.conf')
    await writeFile(config, `${mark}ring-limit = 21\r\n`)
    server = await Server.start({ config })
    const checked = await run(['config', 'check', '--config', config, '--listen', '127.0.0.1:0'])
    expect(checked.out).toMatch(/ring-limit +21 +\(file\)/)
    const added = await server.command(['user', 'add', 'bea'], `${mark}correct horse battery\r\n`)
    expect(added.status, added.err).toBe(0)
    const { status } = await post(
      server,
      '/api/sign-in',
      `${mark}{"user":"bea","password":"correct horse battery"}`,
    )
    expect(status).toBe(200)
  })

  it('of another encoding is named', async () => {
    const config = join(folder, 'parley.conf')
    await writeFile(config, Buffer.from(`${mark}ring-limit = 21\n`, 'utf16le'))
    const checked = await run(['config', 'check', '--config', config])
    expect(checked.status).toBe(1)
    expect(checked.err).toContain(`${config} is UTF-16: save it as UTF-8`)
  })
})

describe('config check', () => {
  it('finds a missing certificate, an impossible folder, and a port in use', async () => {
    await writeFile(join(folder, 'file'), '')
    const data = join(folder, 'file', 'data')
    const missing = join(folder, 'none.pem')
    const port = await takePort()
    const { status, err } = await run([
      ...['config', 'check', '--data', data, '--tls-certificate', missing, '--tls-key', missing],
      ...['--listen', `127.0.0.1:${String(port)}`],
    ])
    expect(status).toBe(1)
    expect(err).toContain(missing)
    expect(err).toContain(data)
    expect(err).toContain(`127.0.0.1:${String(port)} is in use by another program`)
  })

  it('leaves nothing behind, and accepts a working configuration', async () => {
    const data = join(folder, 'new', 'data')
    const { chain, key } = await certificate('calls')
    const { status, out } = await run([
      ...['config', 'check', '--data', data, '--tls-certificate', chain, '--tls-key', key],
      ...['--listen', '127.0.0.1:0'],
    ])
    expect([status, out]).toEqual([0, expect.stringContaining('the configuration is good')])
    await expect(stat(data)).rejects.toThrow()
  })
})

describe('an error message', () => {
  it.each([['list'], ['passwd', 'ada'], ['disable', 'ada'], ['add', 'ada'], ['invite']])(
    'says that a folder holds no database, and makes none: user %s',
    async (...action) => {
      const { status, err } = await run(['user', ...action, '--data', folder], {
        input: 'correct horse battery\n',
      })
      expect(status).toBe(1)
      expect(err).toContain(folder)
      expect(err).toContain('--data')
      await expect(stat(join(folder, 'parley.sqlite3'))).rejects.toThrow()
    },
  )

  it('names a port in use, in plain words', async () => {
    const port = await takePort()
    const listen = `127.0.0.1:${String(port)}`
    const { status, err } = await run(['serve', '--data', folder, '--listen', listen])
    expect(status).toBe(1)
    expect(err).toContain(`${listen} is in use by another program`)
    expect(err).not.toMatch(/system:|::|function/)
  })
})

describe('output without a reader', () => {
  /** The exit status of a shell's command, in which $P is the program and $D a data folder. */
  async function shell(command: string): Promise<{ status: number | null; err: string }> {
    const child = spawn('sh', ['-c', command], {
      env: { ...process.env, P: program, D: server?.data ?? folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let err = ''
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
    return { status, err }
  }

  it.each([
    '"$P" version >/dev/full',
    '"$P" help >&-',
    '"$P" config check --data "$D" --listen 127.0.0.1:0 >/dev/full',
    '"$P" user list --data "$D" >/dev/full',
    '"$P" user invite --data "$D" >&-',
  ])('is a failure of the command: %s', async (command) => {
    server = await Server.start()
    await signUp(server, 'ada')
    const { status, err } = await shell(command)
    expect([status, err]).toEqual([1, expect.stringContaining('the output could not be written')])
  })

  it.each(['>&-', '2>&-', '>&- 2>&-', '<&- >&- 2>&-'])(
    'goes into no file of a server: %s',
    async (closed) => {
      const port = await freePort()
      const data = join(folder, 'data')
      const options = `--listen 127.0.0.1:${String(port)} --data ${data} --log-level debug`
      const child = spawn('sh', ['-c', `exec ${program} serve ${options} ${closed}`])
      children.push(child)
      await untilItListens(port)
      expect((await fetch(`http://127.0.0.1:${String(port)}/version`)).status).toBe(200)
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGTERM')
      expect(await ended).toBe(0)
      expect(await readFile(join(data, 'lock'), 'utf8')).toBe('')
    },
  )
})

describe('a data folder', () => {
  it('that others can read causes a warning, and its files are private', async () => {
    const data = join(folder, 'data')
    await mkdir(data)
    await chmod(data, 0o755)
    server = await Server.start({ data })
    const on = server
    on.signal('SIGTERM')
    await on.exit()
    await chmod(join(data, 'parley.sqlite3'), 0o644)
    on.log = ''
    await on.restart({ data })
    await expect.poll(() => on.log).toContain('chmod 700')
    expect((await stat(join(data, 'parley.sqlite3'))).mode & 0o777).toBe(0o600)
  })

  it('gets no core dumps, and neither does any other folder', async () => {
    server = await Server.start()
    const limits = await readFile(`/proc/${String(server.pid)}/limits`, 'utf8')
    expect(limits).toMatch(/^Max core file size +0 +0 /m)
  })
})

describe('a database that can not be written at the moment', () => {
  it('is a 503 that says when to ask again', async () => {
    server = await Server.start()
    const ada = await signUp(server, 'ada')
    await signUp(server, 'bea')
    const bearer = { authorization: `Bearer ${ada.token}` }
    const lock = await Lock.take(server.data)
    let answers: Answer<Failure>[]
    try {
      answers = await Promise.all([
        post<Failure>(server, '/api/sign-up', { user: 'cyd', name: 'Cyd', password }),
        post<Failure>(server, '/api/sign-in', { user: 'ada', password }),
        put<Failure>(server, '/api/blocked/bea', {}, ada.token),
        put<Failure>(server, '/api/settings', { call_waiting: false }, ada.token),
        post<Failure>(server, '/api/password', { current: password, new: `${password} 2` }, bearer),
      ])
    } finally {
      await lock.release()
    }
    for (const answer of answers) {
      expect([answer.status, code(answer)]).toEqual([503, 'server/internal'])
      const seconds = Number(answer.headers.get('retry-after'))
      expect(seconds).toBeGreaterThan(0)
      expect(answer.body.error.retry_after_ms).toBe(seconds * 1000)
    }
  })
})
