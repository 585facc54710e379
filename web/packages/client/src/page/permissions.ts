// What the browser says about access to microphone and camera. Not every browser tells, and none
// promises to tell soon.
import type { Permission, SourceKind } from '../generated/phone'

/** What of the browser is needed; whatever is missing is done without. */
export type PermissionsBrowser = {
  readonly permissions: Pick<Permissions, 'query'> | undefined
  /** Permissions Policy, 9: what the page may ask for at all. */
  readonly policy: { allowsFeature(feature: string): boolean } | undefined
}

export type AccessReader = {
  query(source: SourceKind): Promise<Permission | undefined>
  /** Calls back when it changes; returns how to stop. */
  watch(source: SourceKind, listener: (permission: Permission) => void): () => void
}

const features = {
  microphone: 'microphone',
  camera: 'camera',
  screen: 'display-capture',
} as const satisfies Record<SourceKind, string>

export function createAccessReader({ permissions, policy }: PermissionsBrowser): AccessReader {
  const statusOf = async (source: SourceKind) => {
    // Nobody is asked about a screen once and for all.
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
