// All scenes by name.
import { callScenes } from './callScenes'
import { deviceScenes } from './deviceScenes'
import { pageScenes } from './pageScenes'
import { screenScenes } from './screenScenes'
import type { Scenes } from './views'

export const scenes: Scenes = { ...pageScenes, ...callScenes, ...deviceScenes, ...screenScenes }
