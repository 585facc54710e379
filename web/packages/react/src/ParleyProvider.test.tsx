import { type CallView, type Parley as Phone, type View } from '@parley/client'
import { callView, FakeCore, FakePlatform } from '@parley/client/testing'
import { act, cleanup, render, renderHook, screen } from '@testing-library/react'
import { StrictMode, useEffect, useRef, type ReactElement, type ReactNode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ParleyProvider } from './ParleyProvider'
import { useParleyState } from './parleyContext'
import { useParley } from './useParley'
import { useWebRTC } from './useWebRTC'

const made = vi.hoisted(() => ({
  create: () => Promise.reject<Phone>(new Error('not scripted')),
  phones: [] as Phone[],
}))

vi.mock(import('@parley/client'), async (importOriginal) => {
  const original = await importOriginal()
  class Parley extends original.Parley {
    static override create = async () => {
      const phone = await made.create()
      made.phones.push(phone)
      return phone
    }
  }
  return { ...original, Parley }
})

const { Parley } = await import('@parley/client')

afterEach(() => {
  cleanup()
  made.phones.length = 0
})

describe('a provider with a phone of its own', () => {
  it('shows that it loads, then the phone', async () => {
    const { resolve } = scriptCreation()
    render(<Status />, { wrapper: Own })
    expect(screen.getByText('loading false signed_out')).toBeDefined()
    await act(async () => resolve(setUp().parley))
    expect(screen.getByText('ready true signed_out')).toBeDefined()
  })

  it('keeps one phone and one socket in strict mode', async () => {
    const cores: FakeCore[] = []
    const platforms: FakePlatform[] = []
    made.create = async () => {
      const { core, platform, parley } = setUp()
      core.script = ({ type }) =>
        type === 'signed_in' ? { effects: [{ type: 'open_socket', socket: 1 as never }] } : {}
      cores.push(core)
      platforms.push(platform)
      return parley
    }
    const view = render(
      <StrictMode>
        <Own>
          <SignsIn />
        </Own>
      </StrictMode>,
    )
    await act(async () => undefined)
    expect(cores.filter(({ destroyed }) => !destroyed)).toHaveLength(1)
    expect(cores.flatMap((core) => core.of('signed_in'))).toHaveLength(1)
    expect(platforms.flatMap(({ sockets }) => sockets)).toHaveLength(1)
    view.unmount()
    expect(cores.every(({ destroyed }) => destroyed)).toBe(true)
    expect(platforms.map((platform) => platform.listeners())).toEqual(cores.map(() => 0))
  })

  it('closes a phone that is created after the unmount', async () => {
    const { resolve } = scriptCreation()
    const { unmount } = render(<Status />, { wrapper: Own })
    unmount()
    const { parley, core } = setUp()
    await act(async () => resolve(parley))
    expect(core.destroyed).toBe(true)
  })

  it('reports a core that can not be loaded, and tries again', async () => {
    const creation = scriptCreation()
    render(<Status />, { wrapper: Own })
    await act(async () => creation.reject(new Error('404 for core.wasm')))
    expect(screen.getByText('failed: 404 for core.wasm')).toBeDefined()
    const second = scriptCreation()
    act(() => screen.getByRole('button').click())
    expect(screen.getByText('loading false signed_out')).toBeDefined()
    await act(async () => second.resolve(setUp().parley))
    expect(screen.getByText('ready true signed_out')).toBeDefined()
  })
})

describe('a provider with a given phone', () => {
  it('shows its view in the first render', () => {
    const { parley, show } = setUp()
    show({ session: 'online', me: { user: 'ada' as never, name: 'Ada' } })
    const { result } = renderHook(() => useWebRTC(), { wrapper: given(parley) })
    expect(result.current).toMatchObject({ ready: true, session: 'online', me: { name: 'Ada' } })
  })

  it('does not close a given phone, and shows the same after a remount', () => {
    const { parley, core, show } = setUp()
    const first = renderHook(() => useWebRTC(), { wrapper: given(parley) })
    act(() => show({ session: 'reconnecting' }))
    first.unmount()
    expect(core.destroyed).toBe(false)
    const second = renderHook(() => useWebRTC().session, { wrapper: given(parley) })
    expect(second.result.current).toBe('reconnecting')
  })

  it('removes its listeners when it unmounts', () => {
    const { parley, show } = setUp()
    const subscribe = vi.spyOn(parley, 'subscribe')
    const { unmount } = renderHook(() => useWebRTC(), { wrapper: given(parley) })
    unmount()
    act(() => show({ session: 'online' }))
    expect(subscribe).toHaveBeenCalledTimes(1)
  })
})

describe('useParley', () => {
  it('renders again only when the selected value has changed', () => {
    const { parley, show } = setUp()
    let renders = 0
    const { result } = renderHook(
      () => {
        renders += 1
        return useParley((view) => view.calls)
      },
      { wrapper: given(parley) },
    )
    act(() => show({ session: 'online' }))
    expect(renders).toBe(1)
    act(() => show({ session: 'online', calls: [callView()] }))
    expect(renders).toBe(2)
    act(() => show({ session: 'reconnecting', calls: [callView()] }))
    expect(renders).toBe(2)
    expect(result.current).toHaveLength(1)
  })

  it('needs a provider', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    expect(() => renderHook(() => useParley((view) => view))).toThrow('no ParleyProvider')
    vi.restoreAllMocks()
  })
})

describe('useWebRTC', () => {
  const outgoing = (id: string, change: Partial<CallView>) =>
    callView({ call: id as never, ...change })

  it.each<[string, readonly CallView[], string | undefined, string | undefined]>([
    ['nothing', [], undefined, undefined],
    ['an incoming call apart', [outgoing('a', { phase: 'incoming' })], undefined, 'a'],
    [
      'the newest call that goes on',
      [
        outgoing('a', { phase: 'active' }),
        outgoing('b', { phase: 'connecting' }),
        outgoing('c', { phase: 'ended' }),
      ],
      'b',
      undefined,
    ],
    [
      'the newest that ended when none goes on',
      [
        outgoing('a', { phase: 'ended' }),
        outgoing('b', { phase: 'ended' }),
        outgoing('c', { phase: 'incoming' }),
        outgoing('d', { phase: 'incoming' }),
      ],
      'b',
      'c',
    ],
    [
      'a call before one on hold, whichever began first',
      [outgoing('a', { phase: 'active' }), outgoing('b', { phase: 'active', held: true })],
      'a',
      undefined,
    ],
    [
      'a call on hold before one that ended',
      [outgoing('a', { phase: 'active', held: true }), outgoing('b', { phase: 'ended' })],
      'a',
      undefined,
    ],
    ['nothing that is on elsewhere', [outgoing('a', { phase: 'elsewhere' })], undefined, undefined],
  ])('puts in front %s', (_, calls, call, incoming) => {
    const { parley, show } = setUp()
    show({ calls })
    const { result } = renderHook(() => useWebRTC(), { wrapper: given(parley) })
    expect(result.current.call?.call).toBe(call)
    expect(result.current.incoming?.call).toBe(incoming)
    expect(result.current.calls).toHaveLength(calls.length)
    const elsewhere = calls.find(({ phase }) => phase === 'elsewhere')
    expect(result.current.elsewhere).toEqual(elsewhere)
  })

  it('returns the same functions for the life of the phone', () => {
    const { parley, core, show } = setUp()
    const { result } = renderHook(() => useWebRTC(), { wrapper: given(parley) })
    const before = result.current
    act(() => show({ session: 'online' }))
    expect(result.current.dial).toBe(before.dial)
    expect(result.current.hangUp).toBe(before.hangUp)
    const call = result.current.dial({ user: 'bea' as never, name: 'Bea' }, 'audio')
    expect(core.of('dialed')[0]?.call).toBe(call)
  })

  it('knows who is online', () => {
    const { parley, show } = setUp()
    show({ presence: [{ user: 'bea' as never, online: true }] })
    const { result } = renderHook(() => useWebRTC(), { wrapper: given(parley) })
    expect(result.current.presence.get('bea' as never)).toBe(true)
    expect(result.current.presence.get('cem' as never)).toBeUndefined()
  })

  it('refuses to act before there is a phone', () => {
    scriptCreation()
    const { result } = renderHook(() => useWebRTC(), { wrapper: Own })
    expect(() => result.current.signIn('t')).toThrow('still loading')
    expect(result.current.remoteStream(1 as never)).toBeNull()
  })

  it('shows a broken core', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { parley, core } = setUp()
    const { result } = renderHook(() => useWebRTC(), { wrapper: given(parley) })
    core.script = () => new Error('unreachable')
    act(() => result.current.signIn('t'))
    expect(result.current.fatal?.message).toBe('unreachable')
    vi.restoreAllMocks()
  })
})

function Own({ children }: { children: ReactNode }): ReactElement {
  return <ParleyProvider options={{ clientName: 'test 1' }}>{children}</ParleyProvider>
}

function given(parley: Phone) {
  return function Given({ children }: { children: ReactNode }): ReactElement {
    return <ParleyProvider parley={parley}>{children}</ParleyProvider>
  }
}

function Status(): ReactElement {
  const state = useParleyState()
  const { ready, session } = useWebRTC()
  if (state.status !== 'failed') return <p>{`${state.status} ${String(ready)} ${session}`}</p>
  return <button onClick={state.retry}>{`failed: ${state.error.message}`}</button>
}

/** Signs in once per phone, as the app does. */
function SignsIn(): null {
  const { ready, signIn } = useWebRTC()
  const signedIn = useRef<unknown>(null)
  useEffect(() => {
    if (!ready || signedIn.current === signIn) return
    signedIn.current = signIn
    signIn('token')
  }, [ready, signIn])
  return null
}

function scriptCreation() {
  let resolve: (phone: Phone) => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<Phone>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  made.create = () => promise
  return { resolve, reject }
}

function setUp() {
  const core = new FakeCore()
  const platform = new FakePlatform()
  const parley = new Parley(core, platform)
  /** Makes the core return this view. */
  const show = (change: Partial<View>) => {
    core.script = () => {
      core.script = () => ({})
      return {
        view: structuredClone({ session: 'signed_out', presence: [], calls: [], ...change }),
      }
    }
    platform.wake()
  }
  return { core, platform, parley, show }
}
