// A rule: text is the only child of an element. The translators of browsers replace every text on a page
// by elements of their own. React writes the text of an element that has nothing else as a whole, whatever
// is inside by then; a text beside something else it keeps as a node, and fails once that is gone.
import ts from 'typescript'

const message =
  'Give this text an element of its own: where a browser translates the page, React would look for it in vain.'

/** Tells whether a value of this type may be drawn as text. What may be anything is up to who passes it. */
function mayBeText(type) {
  const parts = type.isUnion() ? type.types : [type]
  const text = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike
  const isAnything = parts.some((part) => part.getProperty('then') !== undefined)
  if (isAnything) return false
  return parts.some((part) => (part.flags & text) !== 0)
}

export const textAlone = {
  meta: { type: 'problem', schema: [], messages: { text: message } },
  create(context) {
    const { parserServices } = context.sourceCode
    const checker = parserServices.program.getTypeChecker()

    const isDrawn = (child) => {
      if (child.type === 'JSXText') return !/^\s*$/.test(child.value) || !child.value.includes('\n')
      return !(
        child.type === 'JSXExpressionContainer' && child.expression.type === 'JSXEmptyExpression'
      )
    }
    const elementsOf = (type) => checker.getIndexTypeOfType(type, ts.IndexKind.Number)
    const isText = (child) => {
      if (child.type === 'JSXText') return true
      if (child.type !== 'JSXExpressionContainer') return false
      return mayBeText(parserServices.getTypeAtLocation(child.expression))
    }
    const isTexts = (child) => {
      if (child.type !== 'JSXExpressionContainer') return false
      const type = parserServices.getTypeAtLocation(child.expression)
      const parts = type.isUnion() ? type.types : [type]
      return parts.some((part) => {
        const each = checker.isArrayType(part) ? elementsOf(part) : undefined
        return each !== undefined && mayBeText(each)
      })
    }
    const check = (node, canHold) => {
      const drawn = node.children.filter(isDrawn)
      for (const child of drawn) {
        const alone = canHold && drawn.length === 1
        if (isTexts(child) || (isText(child) && !alone)) {
          context.report({ node: child, messageId: 'text' })
        }
      }
    }
    return {
      JSXElement: (node) => check(node, true),
      JSXFragment: (node) => check(node, false),
    }
  },
}
