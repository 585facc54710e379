import type { Party } from '@parley/client'
import { Icon, IconButton, Problem, useStrings, useWebRTC } from '@parley/react'
import { useDeferredValue, useEffect, useRef, useState } from 'react'

import { isExpired, useAccount } from '../account'
import { PersonRow } from '../people/PersonRow'
import { usePeopleChanges } from '../people/usePeopleChanges'
import { hrefOf } from '../router'
import { useServerInfo } from '../serverInfo'
import { tokenUser } from '../token'
import { failedAgain, useAutoRetry, type Failure } from '../useAutoRetry'
import { Empty, Skeleton } from './parts'

/** The number of people on the page; a session can watch more. */
const MOST_PEOPLE = 100
/** Longer than the pause between two letters. */
const TYPING_MS = 200

/** All people who can be called. */
export function PeopleScreen() {
  const { app } = useStrings()
  const [search, setSearch] = useState('')
  const { people, failure, searching, searched, retry } = usePeople(search.trim())
  const error = failure?.error
  const field = useRef<HTMLInputElement>(null)
  const found = people && searched !== '' ? app.peopleFound(people.length) : undefined
  const spoken = !searching ? found : !people && app.loadingPeople

  return (
    <>
      <div className="search" role="search">
        <Icon name="search" />
        <input
          ref={field}
          type="search"
          value={search}
          aria-label={app.searchPeople}
          placeholder={app.searchPeople}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          onChange={(event) => setSearch(event.target.value)}
        />
        {search !== '' && (
          <IconButton
            icon="close"
            label={app.clearSearch}
            onPress={() => {
              setSearch('')
              field.current?.focus()
            }}
          />
        )}
      </div>

      <p className="parley-unseen" role="status">
        {spoken}
      </p>

      {error !== undefined && <Problem error={error} announce="alert" onRetry={retry} />}
      {!people && error === undefined && <Skeleton rows={6} />}
      {people && people.length > 0 && <PeopleList people={people} busy={searching} />}
      {people?.length === 0 && error === undefined && <Nobody searched={searched} />}
      {people && people.length >= MOST_PEOPLE - 1 && <p className="list-end">{app.morePeople}</p>}
      {people && people.length > 0 && searched === '' && (
        <p className="list-end">
          <InviteLink />
        </p>
      )}
    </>
  )
}

function Nobody({ searched }: { readonly searched: string }) {
  const { app } = useStrings()
  const invites = useMayInvite()
  return searched === '' ? (
    <Empty icon="people" title={app.nobodyYet} detail={app.nobodyYetDetail}>
      <InviteLink primary />
      {invites && <p>{app.tryAlone}</p>}
    </Empty>
  ) : (
    <Empty icon="search" title={app.nobodyFound} detail={app.nobodyFoundDetail} />
  )
}

/** Whether the server lets people invite others. */
function useMayInvite(): boolean {
  const { accounts } = useAccount()
  return useServerInfo(accounts)?.users_invite === true
}

/** Leads to the invitations, where the server lets people invite. */
function InviteLink({ primary = false }: { readonly primary?: boolean }) {
  const { app } = useStrings()
  if (!useMayInvite()) return null
  return (
    <a
      className={`parley-button parley-button-${primary ? 'primary' : 'plain'}`}
      href={hrefOf('invite')}
    >
      <Icon name="personAdd" />
      <span>{app.invite.title}</span>
    </a>
  )
}

type PeopleListProps = { readonly people: readonly Party[]; readonly busy: boolean }

function PeopleList({ people, busy }: PeopleListProps) {
  const { presence } = useWebRTC()
  // Online people come first; otherwise the order of the server stays.
  const rank = ({ user }: Party) => (presence.get(user) === true ? 0 : 1)
  return (
    <ul className="list" aria-busy={busy}>
      {people
        .toSorted((a, b) => rank(a) - rank(b))
        .map((person) => (
          <PersonRow key={person.user} person={person} />
        ))}
    </ul>
  )
}

type Found = {
  readonly searched: string
  readonly people: readonly Party[] | undefined
  readonly failure: Failure | undefined
}

/**
 * The people that the server finds, without the person. An earlier list stays until a newer one
 * arrives.
 */
function usePeople(search: string) {
  const { accounts, token, expire } = useAccount()
  const { me, showPeople, ready } = useWebRTC()
  const [found, setFound] = useState<Found>({ searched: '', people: undefined, failure: undefined })
  const [attempt, setAttempt] = useState(0)
  // The server reports that the list may have changed.
  const changes = usePeopleChanges()
  const wanted = `${attempt} ${changes} ${search}`
  const [answered, setAnswered] = useState<string>()
  const first = useRef(true)

  useEffect(() => {
    let current = true
    const ask = async () => {
      const query = { limit: MOST_PEOPLE, ...(search === '' ? {} : { search }) }
      const answer = await accounts.people(token, query)
      if (!current) return
      setAnswered(wanted)
      if (answer.ok) {
        setFound({ searched: search, people: answer.value.people, failure: undefined })
      } else if (isExpired(answer.error)) {
        expire()
      } else {
        setFound((last) => ({ ...last, failure: failedAgain(last.failure, answer.error) }))
      }
    }
    const timer = setTimeout(() => void ask(), first.current ? 0 : TYPING_MS)
    first.current = false
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [accounts, token, expire, search, wanted])

  const own = me?.user ?? tokenUser()
  const people = found.people?.filter(({ user }) => user !== own)
  const shown = people?.map(({ user }) => user)
  const shownKey = useDeferredValue(shown?.join(' '))
  useEffect(() => {
    // User names contain no spaces, so the key identifies the list.
    if (ready && shownKey !== undefined) {
      showPeople(shownKey === '' ? [] : (shownKey.split(' ') as Party['user'][]))
    }
  }, [ready, showPeople, shownKey])

  const ask = () => setAttempt((last) => last + 1)
  useAutoRetry(found.failure, ask)
  return {
    ...found,
    people,
    searching: answered !== wanted,
    retry: () => {
      setFound((last) => ({ ...last, failure: undefined }))
      ask()
    },
  }
}
