import { Note, RequestProblem, useStrings, type Strings } from '@parley/react'

import type { Trouble } from './useAccountForm'

/** The error of a form, announced at once. */
export function FormProblem({ trouble }: { readonly trouble: Trouble | undefined }) {
  const { app } = useStrings()
  const words = trouble && wordsOf(trouble, app)
  return (
    <div className="form-problem" role="alert">
      {trouble !== undefined &&
        (words ? (
          <Note icon="alert" tone="danger" title={words[0]} detail={words[1]} />
        ) : (
          trouble.error !== undefined && <RequestProblem error={trouble.error} announce="quiet" />
        ))}
    </div>
  )
}

type AppStrings = Strings['app']

/** The words of an error if the catalogue's words do not fit. */
function wordsOf(
  { error, field, detail }: Trouble,
  app: AppStrings,
): readonly [title: string, detail: string] | undefined {
  if (error === undefined) return [app.brokenText, app.brokenTextDetail]
  if (error === 'account/invalid-name' && field === 'name') {
    return [app.nameRefused, app.nameRefusedDetail]
  }
  if (error === 'account/wrong-credentials' && field === 'current') {
    return [app.account.currentPasswordWrong, app.account.currentPasswordWrongDetail]
  }
  if (error === 'account/weak-password' && detail === 'common') {
    return [app.passwordCommon, app.passwordCommonDetail]
  }
  return undefined
}
