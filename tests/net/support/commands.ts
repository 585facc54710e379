// Commands of the system that make networks.
import { spawn } from 'node:child_process'

/** Runs a command to its end; an exit status other than 0 is an error with what it printed. */
export async function run(command: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(command, args)
  let out = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (out += chunk.toString()))
  }
  child.stdin.on('error', () => undefined) // a command that reads nothing may have ended already
  child.stdin.end(input)
  const status = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${String(status)}\n${out}`)
  return out
}

/** The command before another one that shall run in a namespace; none for our own. */
export const enter = (network: string): readonly string[] => ['ip', 'netns', 'exec', network]

/** Runs a command in a network namespace. */
export async function runIn(network: string, words: string, input = ''): Promise<string> {
  const [command = '', ...args] = [...enter(network), ...words.split(' ')]
  return run(command, args, input)
}

export type Family = 'ipv4' | 'ipv6'

/** Lines for `ip`, in the namespace of this name, or in our own. */
export async function ip(
  network: string | undefined,
  family: Family,
  ...lines: readonly string[]
): Promise<void> {
  const where = network === undefined ? [] : ['-n', network]
  await run('ip', [family === 'ipv4' ? '-4' : '-6', ...where, '-batch', '-'], lines.join('\n'))
}
