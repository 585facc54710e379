import type { Accounts, ServerInfo } from '@parley/client'
import { useEffect, useState } from 'react'

/** What the server lets people do; undefined until it has answered. */
export function useServerInfo(accounts: Accounts): ServerInfo | undefined {
  const [info, setInfo] = useState<ServerInfo>()
  useEffect(() => {
    let wanted = true
    void accounts.server().then((answer) => {
      if (wanted && answer.ok) setInfo(answer.value)
    })
    return () => {
      wanted = false
    }
  }, [accounts])
  return info
}
