import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { App } from './App'
import './styles/app.css'
import { applyTheme, storedTheme } from './theme'

const root = document.getElementById('app')
if (!root) throw new Error('The page has no element to draw in.')

applyTheme(storedTheme())
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
