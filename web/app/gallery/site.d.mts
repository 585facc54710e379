import type { Server } from 'node:http'

export function buildGallery(folder: string): Promise<void>
export function serveGallery(folder: string, port?: number): Promise<Server>
