// The browser's permission for microphone and camera. Some browsers do not report it, and none has
// to answer soon.
import type { Permission, SourceKind } from '../generated/phone'

/** The functions of the browser that are used. Missing ones are optional. */
export type PermissionsBrowser = {
  readonly permissions: Pick<Permissions, 'query'> | undefined
  /** Permissions Policy, 9: the sources for which the page may ask. */
  readonly policy: { allowsFeature(feature: string): boolean } | undefined
}

export type AccessReader = {
  query(source: SourceKind): Promise<Permission | undefined>
  /** Calls the listener when the permission changes. Returns a function that stops it. */
  watch(source: SourceKind, listener: (permission: Permission) => void): () => void
}

const features = {
  microphone: 'microphone',
  camera: 'camera',
  screen: 'display-capture',
} as const satisfies Record<SourceKind, string>

export function createAccessReader({ permissions, policy }: PermissionsBrowser): AccessReader {
  const statusOf = async (source: SourceKind) => {
    // A permission for the screen is not stored: the browser asks each time.
    if (source === 'screen') return undefined
    try {
      return await permissions?.query({ name: features[source] })
    } catch {
      return undefined
    }
  }
  const read = (source: SourceKind, status: PermissionStatus | undefined) =>
    policy?.allowsFeature(features[source]) === false ? 'blocked' : status?.state

  return {
    query: async (source) => read(source, await statusOf(source)),
    watch(source, listener) {
      let over = false
      let stop = () => {
        over = true
      }
      void statusOf(source).then((status) => {
        if (over || !status) return
        const tell = () => {
          const permission = read(source, status)
          if (permission) listener(permission)
        }
        status.addEventListener('change', tell)
        stop = () => status.removeEventListener('change', tell)
      })
      return () => stop()
    },
  }
}
